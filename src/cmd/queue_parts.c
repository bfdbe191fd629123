#include "cmd/queue_parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "show/out.h"
#include "cli/session.h"
#include "exp/worker.h"

int gpus_split(struct strv *out, struct arena *arena, const char *text) {
    while (text && *text) {
        size_t len = strcspn(text, ",");
        if (!len) {
            break;
        }
        vec_push(out, arena_strndup(arena, text, len));
        text += len;
        text += *text == ',' && text[1] ? 1 : 0;
    }
    return text && *text ? err_set(ERR_FAILED, "--gpus takes numbers, as in 0,1") : 0;
}

int queue_workers(struct worker_request *out, struct session *s, const char *executor, int jobs,
                  const char *gpus) {
    *out = (struct worker_request){.cluster = worker_is_cluster(s->repo, executor)};
    out->jobs = jobs || out->cluster ? jobs : 1;
    return gpus_split(&out->gpus, s->arena, gpus);
}

void worker_request_release(struct worker_request *q) {
    strv_release(&q->gpus);
}

int queue_show_log(void *ctx, const char *text, size_t len) {
    struct session *s = ctx;

    for (size_t part; len; text += part, len -= part) {
        part = strnlen(text, len);
        show_text(s->out, "%.*s", (int)part, text);
        part += part < len; /* a NUL is left out */
    }
    return show_flush(s->out);
}
