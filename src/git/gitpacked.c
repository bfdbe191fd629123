#include "git/gitpacked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"
#include "git/gitlib.h"
#include "git/gitref_writer.h"

#define PACKED "packed-refs"
#define LOCK   PACKED ".lock"
#define DRAFT  "cairn-packed-refs"

#define PACKED_MAX ((size_t)1 << 30)

enum { LOCK_TRIES = 40, LOCK_PAUSE_MS = 50 };

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

static bool unchanged(const struct stat *a, const struct stat *b) {
    return same_file(a, b) && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void remove_best(const struct gitref_writer *w, const char *name) {
    if (file_remove(w->dir, name)) {
        err_clear();
    }
}

void gitpacked_heal(const struct gitref_writer *w) {
    struct stat draft, lock;

    if (w->lock.fd < 0 || fstatat(w->dir, DRAFT, &draft, AT_SYMLINK_NOFOLLOW) != 0) {
        return;
    }
    if (fstatat(w->dir, LOCK, &lock, AT_SYMLINK_NOFOLLOW) == 0 && same_file(&draft, &lock)) {
        remove_best(w, LOCK);
    }
    remove_best(w, DRAFT);
}

/* The text without the line of that name and what the next one says of it; false if it has none. */
static bool cut(struct str *out, const struct str *text, const char *name) {
    const char *end = text->buf + text->len, *line = text->buf;
    size_t len = strlen(name);

    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end, *said = memchr(line, ' ', (size_t)(next - line));
        size_t rest = said ? (size_t)((stop ? stop : end) - said - 1) : 0;
        if (line[0] != '#' && said && rest == len && memcmp(said + 1, name, len) == 0) {
            if (next < end && *next == '^') {
                stop = memchr(next, '\n', (size_t)(end - next));
                next = stop ? stop + 1 : end;
            }
            str_add(out, text->buf, (size_t)(line - text->buf));
            str_add(out, next, (size_t)(end - next));
            return true;
        }
        line = next;
    }
    return false;
}

/* By libgit2, where files have one name only, or packed-refs is a link into another repository. */
static int remove_slowly(const struct gitref_writer *w) {
    git_reference *ref = NULL;
    int got = git_reference_lookup(&ref, w->g->repo, w->name);

    if (got == 0) {
        got = git_reference_delete(ref);
    }
    git_reference_free(ref);
    return got < 0 ? gitlib_error(got == GIT_ELOCKED ? ERR_LOCKED : ERR_FAILED,
                                  "cannot remove the Git reference '%s'", w->name)
                   : 0;
}

/* Takes the draft's place under Git's lock. *done is false if the file was changed meanwhile. */
static int put_draft(bool *done, const struct gitref_writer *w, const struct stat *read) {
    struct stat now;

    for (int i = 0; linkat(w->dir, DRAFT, w->dir, LOCK, 0) != 0; i++) {
        if (errno != EEXIST) {
            *done = true;
            return remove_slowly(w);
        }
        int rc = i < LOCK_TRIES ? cancel_pause(LOCK_PAUSE_MS)
                                : err_set(ERR_LOCKED, "another Git process holds '%s" LOCK "'",
                                          git_repository_commondir(w->g->repo));
        if (rc) {
            err_hint("if there is none, a crashed one left the file: remove it");
            return rc;
        }
    }
    *done = fstatat(w->dir, PACKED, &now, AT_SYMLINK_NOFOLLOW) == 0 && unchanged(&now, read);
    if (!*done) {
        return file_remove(w->dir, LOCK);
    }
    if (renameat(w->dir, LOCK, w->dir, PACKED) != 0) {
        int rc = err_errno("cannot replace '" PACKED "'");
        remove_best(w, LOCK);
        return rc;
    }
    return 0;
}

static int try_remove(bool *done, const struct gitref_writer *w) {
    struct str text CLEANUP(str_release) = STR_INIT, draft CLEANUP(str_release) = STR_INIT;
    struct stat read;
    int rc;

    *done = true;
    if (fstatat(w->dir, PACKED, &read, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : err_errno("cannot read '" PACKED "'");
    }
    if ((rc = file_read(&text, w->dir, PACKED, PACKED_MAX)) || !cut(&draft, &text, w->name)) {
        return rc;
    }
    if (S_ISLNK(read.st_mode)) {
        return remove_slowly(w);
    }
    /* A new file: the old draft may be the very file that is to be replaced. */
    if ((rc = file_remove(w->dir, DRAFT)) ||
        (rc = file_write_atomic(w->dir, DRAFT, draft.buf, draft.len))) {
        return rc;
    }
    if (fchmodat(w->dir, DRAFT, read.st_mode & 0777, 0) != 0) {
        return err_errno("cannot set the mode of '" DRAFT "'");
    }
    return put_draft(done, w, &read);
}

int gitpacked_remove(const struct gitref_writer *w) {
    bool done = false;
    int rc = 0;

    while (!rc && !done) {
        rc = try_remove(&done, w);
    }
    remove_best(w, DRAFT);
    return rc;
}
