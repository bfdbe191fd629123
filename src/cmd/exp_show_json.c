#include "cmd/exp_show_json.h"

#include <stdint.h>

#include "show/json.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "exp/rows.h"

/* Whoever wrote DVC's errors of a whole state put the message first. */
static void print_state_error(struct json *j, const struct exp_state *s) {
    if (!s->error_text) {
        json_null(j, "error");
        return;
    }
    json_map(j, "error");
    json_str(j, "msg", s->error_text);
    json_str(j, "type", s->error_type);
    json_close(j);
}

static void print_count(struct json *j, const char *key, int64_t n) {
    if (n < 0) {
        json_null(j, key);
    } else {
        json_int(j, key, n);
    }
}

static void print_contents(struct json *j, const char *key, const struct exp_contents *contents,
                           bool outs) {
    json_map(j, key);
    for (size_t i = 0; i < contents->len; i++) {
        const struct exp_content *c = &contents->at[i];

        json_map(j, c->path);
        json_str(j, "hash", c->hash);
        print_count(j, "size", c->size);
        print_count(j, "nfiles", c->nfiles);
        if (outs) {
            json_bool(j, "use_cache", c->cache);
            json_bool(j, "is_data_source", c->source);
        }
        json_close(j);
    }
    json_close(j);
}

static void print_data(struct json *j, struct arena *arena, const struct exp_data *data) {
    if (!data) {
        json_null(j, "data");
        return;
    }
    json_map(j, "data");
    json_str(j, "rev", data->rev);
    json_str(j, "timestamp", exp_time_iso(arena, data->time));
    measure_files_json(j, "params", &data->params);
    measure_files_json(j, "metrics", &data->metrics);
    print_contents(j, "deps", &data->deps, false);
    print_contents(j, "outs", &data->outs, true);
    json_map(j, "meta");
    json_close(j);
    json_close(j);
}

/* All but the experiments, which end the map. */
static void print_state(struct json *j, struct arena *arena, const struct exp_state *s) {
    json_map(j, NULL);
    json_str(j, "rev", s->rev);
    json_str(j, "name", s->name);
    print_data(j, arena, s->data);
    print_state_error(j, s);
}

static void print_executor(struct json *j, const struct exp_executor *e) {
    if (!e) {
        json_null(j, "executor");
        return;
    }
    json_map(j, "executor");
    json_str(j, "state", e->state);
    json_str(j, "name", e->name);
    if (!e->local) {
        json_null(j, "local");
    } else {
        json_map(j, "local");
        json_str(j, "root", e->root);
        json_str(j, "log", e->log);
        print_count(j, "pid", e->pid ? e->pid : -1);
        if (e->ended) {
            json_int(j, "returncode", e->status);
        } else {
            json_null(j, "returncode");
        }
        json_str(j, "task_id", e->task);
        json_close(j);
    }
    json_close(j);
}

static void print_range(struct json *j, struct arena *arena, const struct exp_range *range) {
    json_map(j, NULL);
    json_list(j, "revs");
    for (size_t i = 0; i < range->revs.len; i++) {
        print_state(j, arena, &range->revs.at[i]);
        json_null(j, "experiments");
        json_close(j);
    }
    json_close(j);
    print_executor(j, range->executor);
    json_str(j, "name", range->name);
    json_close(j);
}

void exp_show_json(struct session *s, const struct exp_baselines *rows) {
    struct json *j = json_begin(s->out);

    json_list(j, NULL);
    for (size_t i = 0; i < rows->len; i++) {
        const struct exp_baseline *base = &rows->at[i];

        print_state(j, s->arena, &base->state);
        if (base->ranges.len) {
            json_list(j, "experiments");
            for (size_t k = 0; k < base->ranges.len; k++) {
                print_range(j, s->arena, &base->ranges.at[k]);
            }
            json_close(j);
        } else {
            json_null(j, "experiments");
        }
        json_close(j);
    }
    json_close(j);
    json_end(j);
}
