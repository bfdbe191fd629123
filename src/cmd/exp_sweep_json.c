#include "cmd/exp_sweep_json.h"

#include "base/arena.h"
#include "base/err.h"
#include "show/json.h"
#include "cli/session.h"
#include "exp/override_value.h"
#include "exp/sweep.h"

static void print_head(struct json *j, const struct sweep *s) {
    const struct sweep_plan *p = &s->plan;
    const struct sweep_run *best = sweep_best(s);

    json_str(j, "name", p->name);
    json_str(j, "state", sweep_stage(s));
    json_str(j, "method", sweep_method_name(p->method));
    if (p->metric_key) {
        json_map(j, "metric");
        json_str(j, "file", p->metric_file);
        json_str(j, "key", p->metric_key);
        json_str(j, "goal", p->request.goal);
        json_close(j);
    } else {
        json_null(j, "metric");
    }
    json_int(j, "seed", p->request.seed);
    json_int(j, "count", (int64_t)p->count);
    json_int(j, "ended", (int64_t)sweep_ended(s));
    json_str(j, "baseline", p->baseline);
    json_str(j, "best", best ? best->name : NULL);
}

/* A value as it stands in the params file, or the text of one that cannot be read back. */
static void print_value(struct json *j, struct arena *arena, const struct space_dim *dim,
                        double at) {
    const char *text = space_text(arena, dim, at);
    struct override_value value = {0};

    if (override_value_parse(&value, arena, text) || value.kind != VALUE_PLAIN) {
        err_clear();
        json_str(j, dim->key, text);
    } else {
        json_node(j, dim->key, value.node);
    }
}

static void print_run(struct json *j, const struct sweep *s, const struct sweep_run *run) {
    json_map(j, NULL);
    json_str(j, "name", run->name);
    json_str(j, "state", sweep_state_name(run->state));
    json_str(j, "rev", run->commit);
    if (run->measured) {
        json_float(j, "value", run->value);
    } else {
        json_null(j, "value");
    }
    if (run->at) {
        json_map(j, "params");
        for (size_t d = 0; d < s->plan.space.dims.len; d++) {
            print_value(j, s->arena, &s->plan.space.dims.at[d], run->at[d]);
        }
        json_close(j);
    } else {
        json_null(j, "params");
    }
    json_close(j);
}

void exp_sweep_json(struct session *session, const struct sweep *s,
                    const struct sweep_run *const *rows, size_t n) {
    struct json *j = json_begin(session->out);

    json_map(j, NULL);
    print_head(j, s);
    json_list(j, "runs");
    for (size_t i = 0; i < n; i++) {
        print_run(j, s, rows[i]);
    }
    json_close(j);
    json_close(j);
    json_end(j);
}

void exp_sweep_json_row(struct json *j, const struct sweep *s) {
    json_map(j, NULL);
    print_head(j, s);
    json_close(j);
}
