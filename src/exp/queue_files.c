#include "exp/queue_files.h"

#include "base/arena.h"
#include "base/path.h"
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
