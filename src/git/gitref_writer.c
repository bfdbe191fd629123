#include "git/gitref_writer.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"
#include "git/gitlib.h"
#include "git/gitpacked.h"
#include "git/gitref.h"

/* Another Git holds the lock file of a reference for a moment: 40 tries of 50 ms. */
#define LOCK_TRIES   40
#define LOCK_WAIT    ((struct timespec){.tv_nsec = 50 * 1000 * 1000})
#define LOCK_SECONDS 10.0 /* of our own processes */

static int wait_for_others(const struct gitref_writer *w) {
    const char *file = arena_printf(w->arena, "%s.lock", w->name);

    for (int i = 0; file_exists(w->dir, file); i++) {
        int rc = i < LOCK_TRIES ? cancel_check()
                                : err_set(ERR_LOCKED, "another Git process holds '%s%s'",
                                          git_repository_commondir(w->g->repo), file);
        if (rc) {
            err_hint("if there is none, a crashed one left the file: remove it");
            return rc;
        }
        nanosleep(&LOCK_WAIT, NULL);
    }
    return 0;
}

static int look(struct gitref_writer *w) {
    git_reference *ref = NULL;
    git_oid id;
    int got = git_reference_lookup(&ref, w->g->repo, w->name);

    git_reference_free(ref);
    w->there = got == 0;
    if (got < 0 && got != GIT_ENOTFOUND) {
        return gitlib_error(ERR_FAILED, "cannot read '%s'", w->name);
    }
    if (w->there && git_reference_name_to_id(&id, w->g->repo, w->name) == 0) {
        git_oid_tostr(w->id, sizeof w->id, &id);
    }
    return 0;
}

int gitref_writer_begin(struct gitref_writer *w, struct gitrepo *g, const char *name) {
    int rc = gitlib_open(g);

    *w = (struct gitref_writer){
        .g = g, .arena = arena_new(), .name = name, .dir = -1, .lock = FILE_LOCK_INIT};
    if (rc) {
        return rc;
    }
    if (!str_starts(name, "refs/") || !gitref_valid(name)) {
        return err_set(ERR_INVALID, "'%s' is no valid name of a Git reference", name);
    }
    const char *dir = git_repository_commondir(g->repo);
    w->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->dir < 0) {
        return err_errno("cannot open '%s'", dir);
    }
    rc = dir_lock_take(&w->lock, path_join(w->arena, dir, "refs"), LOCK_SECONDS);
    if (!rc) {
        gitpacked_heal(w);
        rc = wait_for_others(w);
    }
    return rc ? rc : look(w);
}

void gitref_writer_end(struct gitref_writer *w) {
    file_lock_release(&w->lock);
    fd_closep(&w->dir);
    arena_free(w->arena);
    w->arena = NULL;
}

/* A name is a file or a folder, also where references are packed. */
static int check_room(const struct gitref_writer *w) {
    git_reference_iterator *refs = NULL;
    const char *other = NULL;
    char *parent = arena_strdup(w->arena, w->name), *slash;
    int rc = 0;

    if (git_reference_iterator_glob_new(&refs, w->g->repo,
                                        arena_printf(w->arena, "%s/*", w->name)) == 0 &&
        git_reference_next_name(&other, refs) == 0) {
        rc = err_set(ERR_EXISTS, "the Git reference '%s' cannot be made while '%s' exists", w->name,
                     other);
    }
    git_reference_iterator_free(refs);
    while (!rc && (slash = strrchr(parent, '/')) && slash - parent > (int)strlen("refs")) {
        git_reference *ref = NULL;

        *slash = '\0';
        if (git_reference_lookup(&ref, w->g->repo, parent) == 0) {
            rc = err_set(ERR_EXISTS, "the Git reference '%s' cannot be made while '%s' exists",
                         w->name, parent);
        }
        git_reference_free(ref);
    }
    return rc;
}

int gitref_writer_expect(const struct gitref_writer *w, const char *expected) {
    if (!w->there && !(expected && expected[0])) {
        return check_room(w);
    }
    if (!expected || (expected[0] && str_eq(w->id, expected))) {
        return 0;
    }
    return expected[0]
               ? err_set(ERR_FAILED, "the Git reference '%s' was changed meanwhile", w->name)
               : err_set(ERR_EXISTS, "the Git reference '%s' exists", w->name);
}

/* Temporary files lie in the Git folder itself: below refs, every file is a reference. */
static int put(struct gitref_writer *w, const char *path, const char *text, size_t len,
               bool fresh) {
    const char *folder = path_dir(w->arena, path);
    int rc = 0;

    /* Folders that Git emptied may be in the way, and Git may remove them as we make them. */
    if (file_is_dir(w->dir, path)) {
        dir_prune(w->dir, path);
    }
    for (int i = 0; i < 3; i++) {
        if ((rc = dir_make(w->dir, folder, 0777))) {
            return rc;
        }
        rc = file_write_from(w->dir, "", path, text, len, fresh);
        if (rc != ERR_NOT_FOUND) {
            break;
        }
        if (i < 2) {
            err_clear();
        }
    }
    return rc;
}

int gitref_writer_put(struct gitref_writer *w, const char *value) {
    return put(w, w->name, arena_printf(w->arena, "%s\n", value), strlen(value) + 1, !w->there);
}

/* Removes the file, and the folders it leaves empty, but for "refs/x" and "logs/refs". */
static int remove_file(const struct gitref_writer *w, const char *path, int keep) {
    const char *base = path;
    int rc = file_remove(w->dir, path);

    for (; keep > 0 && strchr(base, '/'); keep--) {
        base = strchr(base, '/') + 1;
    }
    const char *kept = arena_strndup(w->arena, path, (size_t)(base - path));
    CLEANUP(fd_closep) int fd = openat(w->dir, kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!rc && fd >= 0) {
        dir_prune(fd, path_dir(w->arena, base));
    }
    return rc;
}

int gitref_writer_remove(struct gitref_writer *w) {
    int rc = gitpacked_remove(w);

    if (!rc) {
        rc = remove_file(w, w->name, 2);
    }
    return rc ? rc : remove_file(w, gitref_writer_log(w), 2);
}

const char *gitref_writer_log(const struct gitref_writer *w) {
    return arena_printf(w->arena, "logs/%s", w->name);
}

int gitref_writer_put_log(struct gitref_writer *w, const char *text, size_t len) {
    return put(w, gitref_writer_log(w), text, len, false);
}
