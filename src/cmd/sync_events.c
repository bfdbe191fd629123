#include "cmd/sync_events.h"

#include "show/out.h"
#include "show/progress_bar.h"
#include "show/progress_json.h"
#include "cli/session.h"
#include "data/sync.h"

void sync_events_begin(struct session *s, bool wanted) {
    if (wanted) {
        show_attach(s->out, NULL);
        progress_bar_stop(s->bar);
        s->bar = NULL;
        s->events = progress_json_start(&s->progress);
    }
}

void sync_events_end(struct session *s, const struct data *d, const struct sync_result *result,
                     int rc) {
    const struct transfer_result *t = &result->transfer;

    if (!s->events) {
        return;
    }
    for (size_t i = 0; i < t->failed.len; i++) {
        struct sync_failure f = sync_failure_at(d, result, i);
        progress_json_failed(f.path, f.digest, f.why);
    }
    progress_json_result(s->events, rc == 0, t->moved, t->bytes, t->failed.len);
}
