#include "git/gitwire.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/signal.h"
#include "git/gitrepo.h"
#include "git/gitwire_text.h"

#define ANSWER_MAX    ((size_t)256 << 20) /* what Git may print: a line for each reference */
#define COMPLAINT_MAX ((size_t)64 << 10)
#define REFSPECS_MAX  1000 /* of one command line */

/* ---- places */

const char *gitwire_shown(struct arena *arena, const char *place) {
    const char *host = strstr(place, "://");

    if (!host) {
        return place;
    }
    host += strlen("://");
    const char *at = memrchr(host, '@', strcspn(host, "/?#"));
    return at ? arena_printf(arena, "%.*s%s", (int)(host - place), place, at + 1) : place;
}

static int check_place(const char *place) {
    if (place[0] == '\0' || place[0] == '-') {
        return err_set(ERR_INVALID, "'%s' is no address of a Git repository", place);
    }
    for (const char *p = place; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f) {
            return err_set(ERR_INVALID, "an address of a Git repository has a control character");
        }
    }
    if (str_starts(place, "ext::")) {
        return err_set(ERR_INVALID, "'%s' would run a command: such addresses are not used", place);
    }
    return 0;
}

/* ---- running Git */

/* What a hook we run in may have set is about another repository. */
static const char *const environment[] = {
    "LC_ALL=C",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_PREFIX",
    NULL,
};

struct call {
    struct arena *arena;
    const char *place;
    struct strv argv;
    struct str answer, complaint;
    int status;
};

static void call_release(struct call *c) {
    strv_release(&c->argv);
    str_release(&c->answer);
    str_release(&c->complaint);
    arena_free(c->arena);
}

static void call_add(struct call *c, const char *word) {
    vec_push(&c->argv, word);
}

static int call_init(struct call *c, const struct gitrepo *g, const char *place,
                     const char *command) {
    static const char *const settings[] = {
        "git",
        "-c",
        "protocol.ext.allow=never",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "submodule.recurse=false",
    };

    *c = (struct call){.arena = arena_new(), .place = place};
    c->answer = c->complaint = (struct str)STR_INIT;
    c->answer.max = ANSWER_MAX;
    c->complaint.max = COMPLAINT_MAX;
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        call_add(c, settings[i]);
    }
    if (g) {
        call_add(c, arena_printf(c->arena, "--git-dir=%s", gitrepo_git_dir(g)));
    }
    call_add(c, command);
    return check_place(place);
}

/* Runs it to the end; a status other than 0 is an error that `doing` begins, unless `some` asks for
 * the answer all the same and there is one. */
static int call_run(struct call *c, const struct gitrepo *g, const char *doing, bool some) {
    call_add(c, NULL);
    struct proc_spec spec = {.argv = c->argv.at,
                             .cwd = g ? gitrepo_root(g) : NULL,
                             .env = environment,
                             .capture = &c->answer,
                             .errors = &c->complaint};
    int rc = proc_run(&spec, &c->status);

    if (rc) {
        err_hint("install Git, with which other repositories are reached");
        return rc;
    }
    if ((rc = cancel_check())) {
        return rc;
    }
    if (c->answer.overflow) {
        return err_set(ERR_INVALID, "%s '%s': the answer has more than %zu bytes", doing,
                       gitwire_shown(c->arena, c->place), ANSWER_MAX);
    }
    if (c->status == 0 || (some && c->answer.len > 0)) {
        return 0;
    }
    const char *why = gitwire_text_why(c->complaint.buf);
    return err_set(gitwire_text_code(why), "%s '%s': %s", doing, gitwire_shown(c->arena, c->place),
                   why);
}

/* ---- list */

int gitwire_list(struct gitwire_refs *out, struct arena *arena, const struct gitrepo *g,
                 const char *place, const struct strv *patterns) {
    struct call c CLEANUP(call_release);
    int rc = call_init(&c, g, place, "ls-remote");

    if (rc) {
        return rc;
    }
    call_add(&c, "--quiet");
    call_add(&c, "--");
    call_add(&c, place);
    for (size_t i = 0; i < patterns->len; i++) {
        call_add(&c, patterns->at[i]);
        if (!strchr(patterns->at[i], '*')) {
            call_add(&c, arena_printf(c.arena, "%s^{}", patterns->at[i]));
        }
    }
    rc = call_run(&c, g, "cannot list the references of", false);
    return rc ? rc : gitwire_text_refs(out, arena, c.answer.buf);
}

/* ---- fetch */

static int fetch_some(struct gitrepo *g, const char *place, const char *const *refspecs, size_t n,
                      enum gitwire_depth depth) {
    struct call c CLEANUP(call_release);
    int rc = call_init(&c, g, place, "fetch");

    if (rc) {
        return rc;
    }
    call_add(&c, "--quiet");
    call_add(&c, "--no-tags");
    call_add(&c, "--no-write-fetch-head");
    call_add(&c, "--no-recurse-submodules");
    call_add(&c, "--no-auto-maintenance");
    const char *cut = arena_printf(c.arena, "%s/shallow", gitrepo_git_dir(g));
    if (depth != GITWIRE_WHOLE) {
        call_add(&c, "--atomic"); /* else what is pruned may be in the way of what comes */
    }
    if (depth == GITWIRE_TIP) {
        call_add(&c, "--depth=1");
    } else if (depth == GITWIRE_WHOLE) {
        call_add(&c, "--prune");
        if (file_exists(AT_FDCWD, cut)) {
            call_add(&c, "--unshallow");
        }
    }
    call_add(&c, "--");
    call_add(&c, place);
    for (size_t i = 0; i < n; i++) {
        call_add(&c, refspecs[i]);
    }
    return call_run(&c, g, "cannot fetch from", false);
}

int gitwire_fetch(struct gitrepo *g, const char *place, const struct strv *refspecs,
                  enum gitwire_depth depth) {
    int rc = 0;

    for (size_t i = 0; i < refspecs->len && !rc; i += REFSPECS_MAX) {
        size_t n = refspecs->len - i < REFSPECS_MAX ? refspecs->len - i : REFSPECS_MAX;
        rc = fetch_some(g, place, refspecs->at + i, n, depth);
    }
    return rc;
}

int gitwire_make_bare(const char *git_dir) {
    struct call c CLEANUP(call_release);
    int rc = call_init(&c, NULL, git_dir, "init");

    if (rc) {
        return rc;
    }
    call_add(&c, "--quiet");
    call_add(&c, "--bare");
    call_add(&c, "--template=");
    call_add(&c, "--");
    call_add(&c, git_dir);
    return call_run(&c, NULL, "cannot make the repository", false);
}

/* ---- push */

static int push_some(struct gitwire_results *out, struct arena *arena, const struct gitrepo *g,
                     const char *place, const char *const *refspecs, size_t n) {
    struct call c CLEANUP(call_release);
    int rc = call_init(&c, g, place, "push");

    if (rc) {
        return rc;
    }
    call_add(&c, "--porcelain");
    call_add(&c, "--no-verify");
    call_add(&c, "--no-follow-tags");
    call_add(&c, "--recurse-submodules=no");
    call_add(&c, "--");
    call_add(&c, place);
    for (size_t i = 0; i < n; i++) {
        call_add(&c, refspecs[i]);
    }
    size_t before = out->len;
    rc = call_run(&c, g, "cannot push to", true);
    if (!rc) {
        gitwire_text_pushed(out, arena, c.answer.buf);
    }
    if (!rc && c.status != 0 && out->len == before) {
        const char *why = gitwire_text_why(c.complaint.buf);
        rc = err_set(gitwire_text_code(why), "cannot push to '%s': %s",
                     gitwire_shown(c.arena, place), why);
    }
    return rc;
}

int gitwire_push(struct gitwire_results *out, struct arena *arena, const struct gitrepo *g,
                 const char *place, const struct strv *refspecs) {
    int rc = 0;

    for (size_t i = 0; i < refspecs->len && !rc; i += REFSPECS_MAX) {
        size_t n = refspecs->len - i < REFSPECS_MAX ? refspecs->len - i : REFSPECS_MAX;
        rc = push_some(out, arena, g, place, refspecs->at + i, n);
    }
    return rc;
}
