#include "../scratch.h"

#include "base/arena.h"
#include "data/data.h"
#include "doc/read.h"
#include "hash/digest.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/runcache.h"

static struct node *entry_of(struct arena *arena, const char *text) {
    struct node *n;
    assert_int_equal(yaml_read(&n, arena, text, strlen(text), "entry"), 0);
    return n;
}

/* Names that DVC 3.67.1 gave to these entries. */
static void names_are_those_of_dvc(void **state) {
    (void)state;
    static const struct {
        const char *entry, *key, *value;
    } cases[] = {
        {"cmd: cp in out; echo ran >> trace\n"
         "deps:\n- path: in\n  hash: md5\n  md5: 26ab0db90d72e28ad0ba1e22ee510510\n  size: 2\n"
         "outs:\n- path: out\n  hash: md5\n  md5: 26ab0db90d72e28ad0ba1e22ee510510\n  size: 2\n",
         "190d09d66e10c55ceb58ea83f3363683dbca0e497ee3a4430d95cc420f94a859",
         "00d9cafe726ab4dc9fc66b228483c4a2510b860b868b3273ca38c7752dd65ea8"},
        /* Sizes vanish at any depth, also the parameters of that name; isexec and the type of a command stay. */
        {"cmd:\n- a é\n- b\n"
         "params:\n  params.yaml:\n    lr: 1e-07\n    size: 3\n    net: {size: 1, depth: 3, on: "
         "true, n: null}\n"
         "outs:\n"
         "- {path: d, hash: md5, md5: d51834de0d0bf85d6a6c9a4c881ad503.dir, size: 4, nfiles: 2}\n"
         "- {path: x, hash: md5, md5: b026324c6904b2a9cb4b88d6d61c81d1, size: 2, isexec: true}\n",
         "875bcf9f995110f3b41df5938b99ed3a3d871b486a63600d55385407b4996236",
         "4c5fc8677e9a63f93d2cb7b8852506e6a06e931d6b40408ea3030ba7d6dadf81"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        const struct node *n = entry_of(arena, cases[i].entry);
        char name[RUNCACHE_NAME];

        runcache_key(name, n);
        assert_string_equal(name, cases[i].key);
        runcache_value(name, n);
        assert_string_equal(name, cases[i].value);
        arena_free(arena);
    }
}

static const char *const commands_of_stage[] = {"cp in out", NULL};

struct sample {
    struct dep dep;
    struct out out;
    struct stage stage;
};

static struct digest digest_of(const char *hex) {
    struct digest d = {0};
    assert_true(digest_from_text(&d, HASH_MD5, hex));
    return d;
}

static void sample_init(struct sample *s, struct arena *arena) {
    *s = (struct sample){0};
    s->dep = (struct dep){.kind = DEP_FILE, .written = "in", .path = "in"};
    s->dep.recorded = (struct content){
        .digest = digest_of("b026324c6904b2a9cb4b88d6d61c81d1"), .size = 2, .nfiles = -1};
    s->out = (struct out){
        .written = "out", .path = "out", .cache = true, .push = true, .stage = &s->stage};
    s->out.recorded = s->dep.recorded;
    s->stage = (struct stage){.file = "dvc.yaml",
                              .name = "s",
                              .wdir = "",
                              .cmds = commands_of_stage,
                              .cmd = "cp in out",
                              .deps = &s->dep,
                              .ndeps = 1,
                              .outs = &s->out,
                              .nouts = 1};
    s->stage.cmd_node = entry_of(arena, "cp in out");
}

static void fits_only_what_can_be_repeated(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct sample s;

    sample_init(&s, arena);
    assert_true(runcache_fits(&s.stage));
    s.stage.always_changed = true;
    assert_false(runcache_fits(&s.stage));
    sample_init(&s, arena);
    s.stage.ndeps = 0;
    assert_false(runcache_fits(&s.stage));
    sample_init(&s, arena);
    s.stage.nouts = 0;
    assert_false(runcache_fits(&s.stage));
    sample_init(&s, arena);
    s.out.persist = true;
    assert_false(runcache_fits(&s.stage));
    sample_init(&s, arena);
    s.out.path = "/elsewhere";
    assert_false(runcache_fits(&s.stage));
    sample_init(&s, arena);
    s.dep.recorded.digest = (struct digest){0};
    assert_false(runcache_fits(&s.stage));
    arena_free(arena);
}

#define KEY_FOLDER ".dvc/cache/runs/*/*"

static void keeps_and_finds_runs(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct content found = {0};
    struct sample s;
    struct repo *r;
    struct data *d;
    bool hit = true;

    sh("git init -q .");
    assert_int_equal(repo_init(scratch, &(struct repo_init_options){0}), 0);
    assert_int_equal(repo_open(&r, scratch, false), 0);
    assert_int_equal(data_open(&d, r, NULL), 0);
    sample_init(&s, arena);
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_false(hit);

    assert_int_equal(runcache_save(arena, d, &s.stage), 0);
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_true(hit); /* whether or not the cache has the object */
    assert_true(digest_equal(&found.digest, &s.out.recorded.digest));
    assert_int_equal(found.size, 2);

    /* Another input is another run. */
    s.dep.recorded.digest = digest_of("26ab0db90d72e28ad0ba1e22ee510510");
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_false(hit);

    /* A torn file is dropped, and kept anew. */
    sample_init(&s, arena);
    sh("for f in " KEY_FOLDER "/*; do : >$f; done");
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_false(hit);
    sh("test -z \"$(find .dvc/cache/runs -type f)\"");
    assert_int_equal(runcache_save(arena, d, &s.stage), 0);
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_true(hit);

    /* The newest run decides, whatever else lies there. */
    sh("cd " KEY_FOLDER
       " && sed 's/b026324c6904b2a9cb4b88d6d61c81d1$/00000000000000000000000000000001/' * >x && "
       "mv x $(printf %%064d 1) && touch -d '1 hour' $(printf %%064d 1) && touch -d '2 hours' "
       "junk");
    assert_int_equal(runcache_find(&hit, &found, arena, d, &s.stage), 0);
    assert_false(hit);
    data_close(d);
    repo_close(r);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_dvc),
        cmocka_unit_test(fits_only_what_can_be_repeated),
        cmocka_unit_test_setup_teardown(keeps_and_finds_runs, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
