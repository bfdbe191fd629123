#include "exp/queue_order.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "git/gittree.h"
#include "model/repo.h"
#include "exp/queue.h"
#include "exp/queue_task.h"

enum { PACKED_MAX = 64 << 10 };

static int refuse(const char *what) {
    return err_set(ERR_UNSUPPORTED, "DVC queued this task with '%s', which only DVC can run", what);
}

/* ---- the arguments of DVC's repro */

/* A text, or a list of texts; None and nothing are none. */
static int read_texts(struct strv *out, const struct node *n, const char *what) {
    if (!n || n->kind == NODE_NULL) {
        return 0;
    }
    if (node_text(n)) {
        vec_push(out, node_text(n));
        return 0;
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        const char *text = node_text(n->list.at[i]);
        if (!text) {
            return refuse(what);
        }
        vec_push(out, text);
    }
    return n->kind == NODE_LIST ? 0 : refuse(what);
}

static int read_on_error(struct repro_request *r, const struct node *n) {
    const char *text = node_text(n);

    r->keep_going = str_eq(text, "keep-going");
    r->ignore_errors = str_eq(text, "ignore");
    return r->keep_going || r->ignore_errors || str_eq(text, "fail") ? 0 : refuse("on_error");
}

static int read_argument(struct queue_order *o, const char *key, const struct node *value) {
    struct repro_request *r = &o->repro;
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {
        {"force", &r->force},
        {"single_item", &r->single},
        {"pipeline", &r->pipeline},
        {"all_pipelines", &r->all_pipelines},
        {"recursive", &r->recursive},
        {"downstream", &r->downstream},
        {"force_downstream", &r->force_downstream},
        {"pull", &r->pull},
        {"allow_missing", &r->allow_missing},
        {"glob", &r->glob},
    };

    if (str_eq(key, "run_env")) { /* as we give it ourselves */
        return 0;
    }
    if (str_eq(key, "targets")) {
        return read_texts(&r->targets, value, key);
    }
    if (str_eq(key, "on_error")) {
        return read_on_error(r, value);
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        if (str_eq(key, flags[i].name)) {
            *flags[i].flag = node_truthy(value);
            return 0;
        }
    }
    return node_truthy(value) ? refuse(key) : 0;
}

static int read_packed(struct queue_order *out, struct arena *arena, struct repo *r,
                       const struct queue_task *task) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path = path_join(arena, r->git_path, QUEUE_PACKED);
    struct node *packed;
    int rc = gittree_read(&text, r->git, task->rev, path, PACKED_MAX);

    if (rc || (rc = pickle_read(&packed, arena, text.buf, text.len, path))) {
        return rc;
    }
    const struct node *args = node_get(packed, "args"), *named = node_get(packed, "kwargs");
    if (node_truthy(args) || !named || named->kind != NODE_MAP) {
        return refuse("args");
    }
    for (size_t i = 0; !rc && i < named->map.len; i++) {
        const struct node_pair *p = &named->map.at[i];
        rc = read_argument(out, node_text(p->key), p->value);
    }
    return rc;
}

static int read_options(struct queue_order *out, const struct node *options) {
    out->message = node_text(node_get(options, "message"));
    return read_texts(&out->copy, node_get(options, "copy_paths"), "copy_paths");
}

int queue_order_of(struct queue_order *out, struct arena *arena, struct repo *r,
                   const struct queue_task *task) {
    int rc;

    if (task->ours) {
        return queue_order_read(out, task->ours);
    }
    *out = (struct queue_order){.wdir = ""};
    if (!r->git) {
        return err_set(ERR_NOT_FOUND, "there is no Git repository");
    }
    if ((rc = read_packed(out, arena, r, task)) || (rc = read_options(out, task->options))) {
        queue_order_release(out);
    }
    return rc;
}

bool queue_can_run(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_order order CLEANUP(queue_order_release) = {0};

    if (task->ours) {
        return true;
    }
    if (!task->name || queue_order_of(&order, arena, r, task)) {
        log_debug("the task %.7s is left to DVC: %s", task->rev, err_text());
        err_clear();
        return false;
    }
    return true;
}
