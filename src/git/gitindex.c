#include "git/gitindex.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "os/file.h"
#include "os/link.h"
#include "git/gitlib.h"

/* Git writes a new file and renames it over the old one, which therefore stays as it is, times
 * included, under a second name. */
#define HELD "cairn-index"

void gitindex_hold(struct gitrepo *g) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *index = path_join(arena, g->git_dir, "index");
    const char *held = path_join(arena, g->git_dir, HELD);

    if (file_remove(AT_FDCWD, held) ||
        (file_exists(AT_FDCWD, index) &&
         link_make(LINK_HARDLINK, AT_FDCWD, index, AT_FDCWD, held, 0))) {
        log_debug("the index is not held: %s", err_text());
        err_clear();
    }
}

static bool replaced(const char *index, const char *held) {
    struct stat now, before;

    return stat(held, &before) == 0 && (stat(index, &now) != 0 || now.st_ino != before.st_ino);
}

static bool head_is(struct gitrepo *g, const char *head) {
    git_oid id, expected;

    return git_oid_fromstr(&expected, head) == 0 &&
           git_reference_name_to_id(&id, g->repo, "HEAD") == 0 && git_oid_equal(&id, &expected);
}

void gitindex_return(struct gitrepo *g, const char *head) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *index = path_join(arena, g->git_dir, "index");
    const char *held = path_join(arena, g->git_dir, HELD);

    if (head_is(g, head) && replaced(index, held)) {
        if (file_exists(AT_FDCWD, path_join(arena, g->git_dir, "index.lock"))) {
            log_warn("the index of Git is in use, and keeps what the run has added to it");
        } else if (rename(held, index) != 0) {
            log_warn("the index of Git keeps what the run has added to it");
        }
    }
    if (file_remove(AT_FDCWD, held)) {
        err_clear();
    }
}
