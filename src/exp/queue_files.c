#include "exp/queue_files.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/temp.h"
#include "model/repo.h"
#include "exp/queue.h"

const char *queue_folder(struct arena *arena, const struct repo *r) {
    return path_join(arena, r->tmp_dir, "exps");
}

const char *queue_message_file(struct arena *arena, const struct repo *r, const char *name,
                               bool taken) {
    return arena_printf(arena, "%s/celery/broker/%s/%s", queue_folder(arena, r),
                        taken ? "processed" : "in", name);
}

const char *queue_result_file(struct arena *arena, const struct repo *r, const char *id) {
    return arena_printf(arena, "%s/celery/result/celery-task-meta-%s", queue_folder(arena, r), id);
}

const char *queue_copy_folder(struct arena *arena, const struct repo *r, const char *rev) {
    return arena_printf(arena, "%s/" QUEUE_COPY_PREFIX "%s", queue_folder(arena, r), rev);
}

const char *queue_file(struct arena *arena, const struct repo *r, const char *rev,
                       const char *suffix) {
    return arena_printf(arena, "%s/run/%s/%s.%s", queue_folder(arena, r), rev, rev, suffix);
}

#define DISCARDED_PREFIX "discarded" /* and a temporary name */

static void remove_best(const char *path) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    if (dir_remove_tree(AT_FDCWD, path)) {
        log_debug("%s", err_text());
        err_clear();
    }
}

int queue_discard_copy(const struct repo *r, const char *rev) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *copy = queue_copy_folder(arena, r, rev);
    char name[TEMP_NAME_MAX];

    temp_name(name);
    const char *aside =
        arena_printf(arena, "%s/" DISCARDED_PREFIX "%s", queue_folder(arena, r), name);
    int rc = file_rename_new(AT_FDCWD, copy, AT_FDCWD, aside);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (!rc) {
        remove_best(aside);
    }
    return rc;
}

void queue_sweep_copies(const struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};

    if (dir_names(&names, arena, AT_FDCWD, queue_folder(arena, r))) {
        err_clear();
    }
    for (size_t i = 0; i < names.len; i++) {
        if (str_starts(names.at[i], DISCARDED_PREFIX)) {
            remove_best(path_join(arena, queue_folder(arena, r), names.at[i]));
        }
    }
}
