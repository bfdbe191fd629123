#include "project.h"

#include "doc/node.h"
#include "doc/write.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/stage.h"

#define MD5   "b1946ac92492d2347c6235b4d2611184"
#define MD5_2 "591785b794601e212b260e25925636fd"

static struct stage *parse(const char *file, const char *text) {
    struct stage *s;

    if (dvcfile_parse(&s, arena, repo, file, text, strlen(text))) {
        fail_msg("%s\n%s", err_text(), text);
    }
    return s;
}

static void expect_error(const char *text, const char *error) {
    struct stage *s;

    assert_error(dvcfile_parse(&s, arena, repo, "x.dvc", text, strlen(text)), ERR_INVALID, error);
}

static void expect_digest(const struct content *c, enum hash_algo algo, const char *text) {
    char seen[DIGEST_TEXT_MAX];

    assert_string_equal(digest_text(seen, &c->digest), text);
    assert_int_equal(c->digest.algo, *text ? (int)algo : HASH_NONE);
}

static void reads_data(void **state) {
    (void)state;
    struct stage *s = parse("sub/x.dvc", "outs:\n- md5: " MD5
                                         ".dir\n  size: 6\n  nfiles: 2\n  hash: md5\n  path: x\n");

    assert_true(stage_is_data(s));
    assert_false(stage_is_import(s));
    assert_string_equal(s->file, "sub/x.dvc");
    assert_string_equal(s->wdir, "sub");
    assert_string_equal(s->outs[0].path, "sub/x");
    expect_digest(&s->outs[0].recorded, HASH_MD5, MD5 ".dir");
    assert_int_equal(s->outs[0].recorded.size, 6);
    assert_int_equal(s->outs[0].recorded.nfiles, 2);
    assert_true(s->outs[0].cache && s->outs[0].push);

    s = parse(
        "x.dvc",
        "wdir: sub\nouts:\n- md5: B1946AC92492D2347C6235B4D2611184\n  isexec: true\n  path: ../x\n"
        "  cache: false\n  push: false\n  persist: true\n  remote: r\n");
    assert_string_equal(s->outs[0].path, "x");
    expect_digest(&s->outs[0].recorded, HASH_MD5_DOS2UNIX, MD5);
    assert_int_equal(s->outs[0].recorded.size, -1);
    assert_true(s->outs[0].recorded.isexec && s->outs[0].persist);
    assert_false(s->outs[0].cache || s->outs[0].push);
    assert_string_equal(s->outs[0].remote, "r");

    s = parse("x.dvc", "");
    assert_int_equal(s->nouts, 0);
    s = parse("x.dvc", "outs:\n- path: x\n  md5: 12345678901234567890123456789012\n  hash: md5\n- "
                       "path: y\n  md5:\n");
    expect_digest(&s->outs[0].recorded, HASH_MD5, "12345678901234567890123456789012");
    expect_digest(&s->outs[1].recorded, HASH_NONE, "");
}

static void reads_imports(void **state) {
    (void)state;
    struct stage *s =
        parse("x.dvc",
              "frozen: true\ndeps:\n- path: d/./f\n  repo: {url: ../src, rev: v1, rev_lock: abc}\n"
              "outs:\n- path: x\n");

    assert_true(stage_is_import(s) && stage_is_repo_import(s) && s->frozen);
    assert_string_equal(s->deps[0].repo_url, "../src");
    assert_string_equal(s->deps[0].repo_rev, "v1");
    assert_string_equal(s->deps[0].repo_rev_lock, "abc");
    assert_string_equal(s->deps[0].path, "d/f");

    s = parse("x.dvc", "locked: true\ndeps:\n- etag: '\"AbC\"'\n  size: 9\n  hash: md5\n  path: "
                       "http://h/x\nouts:\n- path: x\n");
    assert_true(stage_is_import(s) && !stage_is_repo_import(s) && s->frozen);
    assert_int_equal(s->deps[0].kind, DEP_URL);
    assert_string_equal(s->deps[0].recorded.etag, "\"AbC\"");
    assert_string_equal(s->deps[0].recorded.etag_key, "etag");

    s = parse("x.dvc", "deps:\n- md5: " MD5 "\n  path: ../../far\nouts:\n- path: x\n");
    assert_int_equal(s->deps[0].kind, DEP_FILE);
    assert_int_equal(s->deps[0].path[0], '/');
    expect_digest(&s->deps[0].recorded, HASH_MD5, MD5);
    s = parse("x.dvc", "deps:\n- db: {query: q, connection: c}\nouts:\n- path: x\n");
    assert_int_equal(s->deps[0].kind, DEP_DB);
}

static void reads_cloud_versions(void **state) {
    (void)state;
    struct stage *s =
        parse("x.dvc", "outs:\n- hash: md5\n  path: x\n  files:\n"
                       "  - {relpath: b, md5: 7694f4a66316e53c8cdd9d9954bd611d, size: 2}\n"
                       "  - {relpath: a, md5: 009520053b00386d1173f3988c55d192, size: 3}\n");
    struct digest want;

    /* The .dir object: [{"md5": "0095…", "relpath": "a"}, {"md5": "7694…", "relpath": "b"}] */
    assert_true(digest_from_text(&want, HASH_MD5, "4cf382484cd1db637bbef1d8f0eccdd8.dir"));
    assert_true(digest_equal(&s->outs[0].recorded.digest, &want));
    assert_int_equal(s->outs[0].recorded.size, 5);
    assert_int_equal(s->outs[0].recorded.nfiles, 2);
    assert_non_null(s->outs[0].files);
    s = parse("x.dvc",
              "outs:\n- md5: " MD5 "\n  cloud: {r: {version_id: v1}}\n  hash: md5\n  path: x\n");
    assert_string_equal(s->outs[0].recorded.etag, "v1");
    assert_string_equal(s->outs[0].recorded.etag_key, "version_id");
}

static void refuses(void **state) {
    (void)state;
    expect_error("[]x", "x.dvc:1:3: more text behind the end of the document");
    expect_error("- a\n", "x.dvc:1:1: expected mapping, found list");
    expect_error("cmd: x\n", "x.dvc:1:1: unknown key 'cmd' at the top level");
    expect_error("outs:\n- pth: y\n", "x.dvc:2:3: unknown key 'pth' in 'outs[0]'");
    expect_error("outs:\n- md5: " MD5 "\n", "x.dvc:2:3: 'path' is missing in 'outs[0]'");
    expect_error("outs:\n- {md5: zzz, path: y}\n", "x.dvc:2:9: 'zzz' is not an md5 digest");
    expect_error("outs:\n- {md5: ../../.git/hooks/x, path: y}\n",
                 "x.dvc:2:9: '../../.git/hooks/x' is not an md5 digest");
    expect_error("outs:\n- {md5: .dir, path: y}\n", "x.dvc:2:9: '.dir' is not an md5 digest");
    expect_error("outs:\n- {size: -1, path: y}\n", "x.dvc:2:10: 'size' is not a count");
    expect_error("outs:\n- {size: 99999999999999999999, path: y}\n",
                 "x.dvc:2:10: 'size' is not a count");
    expect_error("outs:\n- {nfiles: x, path: y}\n",
                 "x.dvc:2:12: 'outs[0].nfiles': expected integer, found string");
    expect_error("outs:\n- {sha256: abc, path: y}\n",
                 "x.dvc:2:4: unknown key 'sha256' in 'outs[0]'");
    expect_error("outs:\n- {hash: sha1, md5: " MD5 ", path: y}\n",
                 "x.dvc:2:10: hash 'sha1' is not supported");
    expect_error("outs:\n- path: ../y\n", "x.dvc:2:9: output '../y' lies outside the repository");
    expect_error("outs:\n- path: .git/config\n",
                 "x.dvc:2:9: output '.git/config' lies where only Git or DVC may write");
    expect_error("deps:\n- path: z.dvc\n",
                 "x.dvc:2:3: 'z.dvc' describes stages and cannot be a dependency");
    expect_error("deps:\n- path: y\n  repo: {rev: x}\n",
                 "x.dvc:3:9: 'url' is missing in 'deps[0].repo'");
}

static void saves_new_files(void **state) {
    (void)state;
    sh("mkdir sub");
    struct stage *s = dvcfile_new(arena, "sub/d", "sub/d.dvc");

    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file("sub/d.dvc", "outs:\n- hash: md5\n  path: d\n");
    assert_true(digest_from_text(&s->outs[0].recorded.digest, HASH_MD5, MD5 ".dir"));
    s->outs[0].recorded.size = 6;
    s->outs[0].recorded.nfiles = 2;
    assert_int_equal(dvcfile_save(repo, s), 0);
    /* Where the file exists, new keys go to the end, as DVC puts them. */
    assert_file("sub/d.dvc",
                "outs:\n- hash: md5\n  path: d\n  md5: " MD5 ".dir\n  size: 6\n  nfiles: 2\n");
    sh("rm sub/d.dvc");
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file("sub/d.dvc",
                "outs:\n- md5: " MD5 ".dir\n  size: 6\n  nfiles: 2\n  hash: md5\n  path: d\n");
}

#define OLD                                                                                        \
    "# top\nmeta:\n  who: me   # x\nouts:\n- md5: " MD5                                            \
    "   # hc\n  size: 4\n  path: sp\n  desc: \"quoted\"\n"                                         \
    "  labels: [a, b]\n  persist: true\n  push: false\n  remote: foo\n  cache: true\n"

static void keeps_what_did_not_change(void **state) {
    (void)state;
    put("sp.dvc", OLD);
    struct stage *s = parse("sp.dvc", OLD);

    assert_int_equal(dvcfile_save(repo, s), 0); /* what is the default goes, as in DVC */
    assert_file(
        "sp.dvc",
        "# top\nmeta:\n  who: me   # x\nouts:\n- md5: " MD5 "   # hc\n  size: 4\n  path: sp\n"
        "  desc: \"quoted\"\n  labels: [a, b]\n  persist: true\n  push: false\n  remote: foo\n");
    content_clear(&s->outs[0].recorded);
    assert_true(digest_from_text(&s->outs[0].recorded.digest, HASH_MD5, MD5_2));
    s->outs[0].recorded.size = 4;
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file(
        "sp.dvc",
        "# top\nmeta:\n  who: me   # x\nouts:\n- md5: " MD5_2 "   # hc\n  size: 4\n  path: sp\n"
        "  desc: \"quoted\"\n  labels: [a, b]\n  persist: true\n  push: false\n  remote: foo\n"
        "  hash: md5\n");

    /* A stage made anew takes over what the user wrote. */
    s = dvcfile_new(arena, "sp", "sp.dvc");
    assert_true(digest_from_text(&s->outs[0].recorded.digest, HASH_MD5, MD5));
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file(
        "sp.dvc",
        "# top\nmeta:\n  who: me   # x\nouts:\n- md5: " MD5 "   # hc\n  path: sp\n"
        "  desc: \"quoted\"\n  labels: [a, b]\n  push: false\n  remote: foo\n  hash: md5\n");
}

#define CLOUD                                                                                      \
    "outs:\n- md5: " MD5                                                                           \
    "\n  size: 6\n  cloud:\n    s3:\n      version_id: ghi\n  hash: md5\n  path: f\n"

static void drops_cloud_versions_of_old_content(void **state) {
    (void)state;
    put("f.dvc", CLOUD);
    struct stage *s = parse("f.dvc", CLOUD);

    s->frozen = true;
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file("f.dvc", CLOUD "frozen: true\n");
    s->frozen = false;
    s->outs[0].recorded.size = 7;
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file("f.dvc", "outs:\n- md5: " MD5 "\n  size: 7\n  hash: md5\n  path: f\n");
}

/* As DVC 3.67.1 wrote it. */
#define IMPORT                                                                                     \
    "md5: 4712c861026509490ca92fa2bf667abc\nfrozen: true\ndeps:\n- path: file.txt\n  repo:\n    "  \
    "url: ../src\n"                                                                                \
    "    rev: v1\n    rev_lock: 910074151b5e9b4d32d301548f095fd338a1af82\nouts:\n"                 \
    "- md5: 9a8ad92c50cae39aa2c5604fd0ab6d8c\n  size: 2\n  hash: md5\n  path: file.txt\n"

static void computes_the_checksum_of_imports(void **state) {
    (void)state;
    struct stage *s = parse("file.txt.dvc", IMPORT);
    char text[DIGEST_TEXT_MAX];
    struct digest sum;

    dvcfile_checksum(&sum, dvcfile_dump(arena, repo, s));
    assert_string_equal(digest_text(text, &sum), "4712c861026509490ca92fa2bf667abc");
    put("file.txt.dvc", IMPORT);
    s->outs[0].recorded.size = 3; /* sizes do not count */
    s->md5 = NULL;
    assert_int_equal(dvcfile_save(repo, s), 0);
    s = parse("file.txt.dvc", IMPORT);
    assert_int_equal(dvcfile_save(repo, s), 0);
    assert_file("file.txt.dvc", IMPORT);
    s->deps[0].repo_rev_lock = "a10074151b5e9b4d32d301548f095fd338a1af82";
    assert_int_equal(dvcfile_save(repo, s), 0);
    s = parse("file.txt.dvc", IMPORT);
    sh("! grep -q 4712c861026509490ca92fa2bf667abc file.txt.dvc && grep -q 'rev_lock: a1007' "
       "file.txt.dvc");
}

static void leaves_broken_files(void **state) {
    (void)state;
    put("x.dvc", "outs: [\n");
    struct stage *s = dvcfile_new(arena, "x", "x.dvc");

    assert_int_equal(dvcfile_save(repo, s), ERR_INVALID);
    err_clear();
    assert_file("x.dvc", "outs: [\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(reads_data),
        PROJECT_TEST(reads_imports),
        PROJECT_TEST(reads_cloud_versions),
        PROJECT_TEST(refuses),
        PROJECT_TEST(saves_new_files),
        PROJECT_TEST(keeps_what_did_not_change),
        PROJECT_TEST(drops_cloud_versions_of_old_content),
        PROJECT_TEST(computes_the_checksum_of_imports),
        PROJECT_TEST(leaves_broken_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
