#include "git/gitclone.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/stat.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittree.h"
#include "git/gitwire.h"

#define ID_LEN       40
#define LOCK_SECONDS 600 /* how long another process may take to fetch */
#define DEFAULT_REF  "refs/cairn/HEAD"

struct clone {
    struct arena *arena;
    struct gitrepo *git;
    const char *url, *rev;
    const char *commit; /* once it is known */
};

static bool is_id(const char *text, size_t least) {
    size_t len = strlen(text);

    return len >= least && len <= ID_LEN && strspn(text, "0123456789abcdef") == len;
}

/* Whether the commit is here with all that it holds: fetches bring either that or nothing. */
static bool has_commit(const struct clone *c, const char *id) {
    bool is_dir;

    return gittree_exists(c->git, id, "", &is_dir);
}

/* The commit if the name leads to one of those that are here. */
static bool find_here(struct clone *c, const char *name) {
    struct gitrev found;

    if (gitrev_find(&found, c->git, c->arena, name)) {
        err_clear();
        return false;
    }
    c->commit = arena_strdup(c->arena, found.id);
    return true;
}

/* ---- what the other side has by that name */

/* The places of a name, first those that win, as `git rev-parse` has it; "*" stands for anything. */
static const char *const places[] = {"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s",
                                     "refs/exps/*/%s"};

static const char *place_name(struct arena *arena, const char *place, const char *name) {
    return arena_printf(arena, "%.*s%s", (int)(strlen(place) - 2), place, name);
}

static bool is_at(const char *ref, const char *place, const char *name) {
    size_t star = strcspn(place, "*"), len = strlen(ref), tail = strlen(name);

    if (place[star] == '\0') {
        size_t head = strlen(place) - 2;
        return len == head + tail && strncmp(ref, place, head) == 0 && str_eq(ref + head, name);
    }
    return strncmp(ref, place, star) == 0 && len > tail && ref[len - tail - 1] == '/' &&
           str_ends(ref, name);
}

/* *out stays NULL if there is nothing of that name. */
static int find_there(const struct gitwire_ref **out, struct gitwire_refs *refs, struct clone *c,
                      const char *name) {
    struct strv patterns CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        vec_push(&patterns, place_name(c->arena, places[i], name));
    }
    int rc = gitwire_list(refs, c->arena, NULL, c->url, &patterns);
    *out = NULL;
    for (size_t i = 0; !rc && i < COUNT_OF(places) && !*out; i++) {
        for (size_t k = 0; k < refs->len && !*out; k++) {
            *out = is_at(refs->at[k].name, places[i], name) ? &refs->at[k] : NULL;
        }
    }
    return rc;
}

/* ---- fetching */

/* Each commit is kept under a name of its own: the branch that led to it may go elsewhere. */
static int fetch_one(struct clone *c, const char *from, const char *id) {
    struct strv specs CLEANUP(strv_release) = {0};

    vec_push(&specs, arena_printf(c->arena, "+%s:refs/cairn/%s", from, id));
    int rc = gitwire_fetch(c->git, c->url, &specs, GITWIRE_TIP);
    if (!rc && !has_commit(c, id)) {
        rc = err_set(ERR_FAILED, "'%s' changed while it was fetched from '%s'", from,
                     gitwire_shown(c->arena, c->url));
    }
    c->commit = id;
    return rc;
}

static int fetch_all(struct clone *c) {
    struct strv specs CLEANUP(strv_release) = {0};

    vec_push(&specs, "+HEAD:" DEFAULT_REF);
    vec_push(&specs, "+refs/heads/*:refs/heads/*");
    vec_push(&specs, "+refs/tags/*:refs/tags/*");
    vec_push(&specs, "+refs/exps/*:refs/exps/*");
    return gitwire_fetch(c->git, c->url, &specs, GITWIRE_WHOLE);
}

static int fetch_rev(struct clone *c) {
    struct gitwire_refs refs = {0};
    const struct gitwire_ref *ref;
    const char *rev = c->rev ? c->rev : "HEAD";
    int rc = find_there(&ref, &refs, c, rev);

    if (!rc && ref) {
        const char *id = arena_strdup(c->arena, ref->commit);
        c->commit = id;
        rc = has_commit(c, id) ? 0 : fetch_one(c, ref->name, id);
        vec_release(&refs);
        return rc;
    }
    vec_release(&refs);
    if (rc || (is_id(rev, 4) && find_here(c, rev))) {
        return rc;
    }
    if (is_id(rev, ID_LEN)) {
        if (!(rc = fetch_one(c, rev, rev)) || rc == ERR_INTERRUPTED) {
            return rc;
        }
        err_clear(); /* an old server hands out the tips of branches alone */
        c->commit = NULL;
    }
    if ((rc = fetch_all(c))) {
        return rc;
    }
    if (str_starts(rev, "HEAD")) {
        rev = arena_printf(c->arena, DEFAULT_REF "%s", rev + strlen("HEAD"));
    }
    return find_here(c, rev) ? 0
                             : err_set(ERR_NOT_FOUND, "'%s' has no revision '%s'",
                                       gitwire_shown(c->arena, c->url), rev);
}

/* ---- the clone itself */

static int find_rev(struct clone *c) {
    if (c->rev && is_id(c->rev, ID_LEN) && has_commit(c, c->rev)) {
        c->commit = arena_strdup(c->arena, c->rev);
        return 0;
    }
    return fetch_rev(c);
}

static int open_clone(struct gitrepo **out, struct clone *c, const char *git_dir) {
    struct gitrepo *git CLEANUP(gitrepo_closep) = NULL;
    bool is_new = !file_exists(AT_FDCWD, path_join(c->arena, git_dir, "HEAD"));
    int rc = is_new ? dir_make(AT_FDCWD, git_dir, 0700) : 0;

    if (rc || (is_new && (rc = gitwire_make_bare(git_dir))) ||
        (rc = gitrepo_open_bare(&git, git_dir))) {
        return err_wrap(rc, "the clone of '%s'", gitwire_shown(c->arena, c->url));
    }
    c->git = git;
    if ((rc = find_rev(c))) {
        struct err_chain *outer CLEANUP(err_restore) = err_hold();
        if (is_new && dir_remove_tree(AT_FDCWD, git_dir)) {
            err_clear(); /* an empty clone is in nobody's way */
        }
        return rc;
    }
    *out = git;
    git = NULL;
    return 0;
}

static const char *lock_of(struct arena *arena, const char *git_dir) {
    return arena_printf(arena, "%s.lock", git_dir);
}

int gitclone_open(struct gitrepo **out, const char **commit, struct arena *arena,
                  const char *git_dir, const char *url, const char *rev) {
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    struct clone c = {.arena = arena, .url = url, .rev = rev};
    int rc;

    if (rev && (rev[0] == '-' || rev[0] == '\0' || strpbrk(rev, " \n*?["))) {
        return err_set(ERR_NOT_FOUND, "'%s' is no name of a revision", rev);
    }
    if ((rc = dir_make(AT_FDCWD, path_dir(arena, git_dir), 0700)) ||
        (rc = file_lock_take(&lock, lock_of(arena, git_dir), LOCK_SECONDS, NULL, NULL)) ||
        (rc = open_clone(out, &c, git_dir))) {
        return rc;
    }
    *commit = c.commit;
    return 0;
}

int gitclone_expire(const char *git_dir, int64_t since) {
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct file_id id;
    int rc = file_lock_take(&lock, lock_of(arena, git_dir), 0, NULL, NULL);

    if (rc || !file_id_peek(&id, AT_FDCWD, git_dir) || id.mtime_ns >= since) {
        return rc;
    }
    return dir_remove_tree(AT_FDCWD, git_dir);
}

int gitclone_names(struct strv *out, struct arena *arena, const char *url) {
    static const char *const kinds[] = {"refs/heads/", "refs/tags/"};
    struct strv patterns CLEANUP(strv_release) = {0};
    struct gitwire_refs refs = {0};

    vec_push(&patterns, "refs/heads/*");
    vec_push(&patterns, "refs/tags/*");
    int rc = gitwire_list(&refs, arena, NULL, url, &patterns);
    for (size_t i = 0; i < refs.len; i++) {
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            if (str_starts(refs.at[i].name, kinds[k])) {
                vec_push(out, refs.at[i].name + strlen(kinds[k]));
            }
        }
    }
    vec_release(&refs);
    return rc;
}
