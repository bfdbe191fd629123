#include "git/gitwire.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/proc_call.h"
#include "os/signal.h"
#include "git/gitrepo.h"
#include "git/gitwire_text.h"

#define ANSWER_MAX   ((size_t)256 << 20) /* what Git may print: a line for each reference */
#define REFSPECS_MAX 1000                /* of one command line */

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

static int call_init(struct proc_call *c, const struct gitrepo *g, const char *place,
                     const char *command) {
    static const char *const settings[] = {
        "-c", "protocol.ext.allow=never", "-c", "core.hooksPath=/dev/null",
        "-c", "submodule.recurse=false",  NULL,
    };

    proc_call_init(c, "git", ANSWER_MAX);
    proc_call_add_all(c, settings);
    if (g) {
        proc_call_add(c, arena_printf(c->arena, "--git-dir=%s", gitrepo_git_dir(g)));
    }
    proc_call_add(c, command);
    return check_place(place);
}

/* Runs it to the end; a status other than 0 is an error that `doing` begins, unless `some` asks for
 * the answer all the same and there is one. */
static int call_run(struct proc_call *c, const struct gitrepo *g, const char *place,
                    const char *doing, bool some) {
    struct proc_spec how = {.cwd = g ? gitrepo_root(g) : NULL, .env = environment};
    int rc = proc_call_run(c, &how);

    if (rc) {
        err_hint("install Git, with which other repositories are reached");
        return rc;
    }
    if ((rc = cancel_check())) {
        return rc;
    }
    if (c->answer.overflow) {
        return err_set(ERR_INVALID, "%s '%s': the answer has more than %zu bytes", doing,
                       gitwire_shown(c->arena, place), ANSWER_MAX);
    }
    if (c->status == 0 || (some && c->answer.len > 0)) {
        return 0;
    }
    const char *why = gitwire_text_why(c->complaint.buf);
    return err_set(gitwire_text_code(why), "%s '%s': %s", doing, gitwire_shown(c->arena, place),
                   why);
}

/* ---- list */

int gitwire_list(struct gitwire_refs *out, struct arena *arena, const struct gitrepo *g,
                 const char *place, const struct strv *patterns) {
    struct proc_call c CLEANUP(proc_call_release);
    int rc = call_init(&c, g, place, "ls-remote");

    if (rc) {
        return rc;
    }
    proc_call_add_all(&c, (const char *const[]){"--quiet", "--", place, NULL});
    for (size_t i = 0; i < patterns->len; i++) {
        proc_call_add(&c, patterns->at[i]);
        if (!strchr(patterns->at[i], '*')) {
            proc_call_add(&c, arena_printf(c.arena, "%s^{}", patterns->at[i]));
        }
    }
    rc = call_run(&c, g, place, "cannot list the references of", false);
    return rc ? rc : gitwire_text_refs(out, arena, c.answer.buf);
}

/* ---- fetch */

static int fetch_some(struct gitrepo *g, const char *place, const char *const *refspecs, size_t n,
                      enum gitwire_depth depth) {
    struct proc_call c CLEANUP(proc_call_release);
    int rc = call_init(&c, g, place, "fetch");

    if (rc) {
        return rc;
    }
    proc_call_add_all(&c, (const char *const[]){"--quiet", "--no-tags", "--no-write-fetch-head",
                                                "--no-recurse-submodules", "--no-auto-maintenance",
                                                NULL});
    const char *cut = arena_printf(c.arena, "%s/shallow", gitrepo_git_dir(g));
    if (depth != GITWIRE_WHOLE) {
        proc_call_add(&c, "--atomic"); /* else what is pruned may be in the way of what comes */
    }
    if (depth == GITWIRE_TIP) {
        proc_call_add(&c, "--depth=1");
    } else if (depth == GITWIRE_WHOLE) {
        proc_call_add(&c, "--prune");
        if (file_exists(AT_FDCWD, cut)) {
            proc_call_add(&c, "--unshallow");
        }
    }
    proc_call_add(&c, "--");
    proc_call_add(&c, place);
    for (size_t i = 0; i < n; i++) {
        proc_call_add(&c, refspecs[i]);
    }
    return call_run(&c, g, place, "cannot fetch from", false);
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
    struct proc_call c CLEANUP(proc_call_release);
    int rc = call_init(&c, NULL, git_dir, "init");

    if (rc) {
        return rc;
    }
    proc_call_add_all(
        &c, (const char *const[]){"--quiet", "--bare", "--template=", "--", git_dir, NULL});
    return call_run(&c, NULL, git_dir, "cannot make the repository", false);
}

/* ---- push */

static int push_some(struct gitwire_results *out, struct arena *arena, const struct gitrepo *g,
                     const char *place, const char *const *refspecs, size_t n) {
    struct proc_call c CLEANUP(proc_call_release);
    int rc = call_init(&c, g, place, "push");

    if (rc) {
        return rc;
    }
    proc_call_add_all(&c, (const char *const[]){"--porcelain", "--no-verify", "--no-follow-tags",
                                                "--recurse-submodules=no", "--", place, NULL});
    for (size_t i = 0; i < n; i++) {
        proc_call_add(&c, refspecs[i]);
    }
    size_t before = out->len;
    rc = call_run(&c, g, place, "cannot push to", true);
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
