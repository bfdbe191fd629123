#include "exp/queue_task.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/random.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "git/gitrepo.h"
#include "model/repo.h"
#include "exp/exp_ref.h"
#include "exp/queue.h"

static const struct {
    const char *name;
    size_t at;
} flags[] = {
#define FLAG(member)                                                                               \
    { #member, offsetof(struct repro_request, member) }
    FLAG(force),      FLAG(single),       FLAG(pipeline),         FLAG(all_pipelines),
    FLAG(recursive),  FLAG(downstream),   FLAG(force_downstream), FLAG(pull),
    FLAG(keep_going), FLAG(glob),         FLAG(ignore_errors),    FLAG(allow_missing),
    FLAG(no_commit),  FLAG(no_run_cache),
#undef FLAG
};

static bool *flag_of(struct repro_request *r, size_t i) {
    return (bool *)((char *)r + flags[i].at);
}

void queue_task_id(char out[QUEUE_ID_MAX]) {
    unsigned char b[16];

    random_fill(b, sizeof b);
    b[6] = (unsigned char)(0x40 | (b[6] & 0x0f)); /* version 4 */
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    for (size_t i = 0, at = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out[at++] = '-';
        }
        at += (size_t)snprintf(out + at, 3, "%02x", b[i]);
    }
}

/* ---- writing */

static struct node *text_or_null(struct arena *arena, const char *text) {
    return text ? node_str(arena, text) : node_null(arena);
}

static struct node *texts(struct arena *arena, const struct strv *list) {
    struct node *out = node_list(arena);

    for (size_t i = 0; i < list->len; i++) {
        node_append(arena, out, node_str(arena, list->at[i]));
    }
    return out;
}

static struct node *order_node(struct arena *arena, const struct queue_order *order) {
    struct repro_request repro = order->repro;
    struct node *out = node_map(arena), *set = node_list(arena);

    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        if (*flag_of(&repro, i)) {
            node_append(arena, set, node_str(arena, flags[i].name));
        }
    }
    node_put(arena, out, "wdir", node_str(arena, order->wdir));
    node_put(arena, out, "targets", texts(arena, &repro.targets));
    node_put(arena, out, "copy", texts(arena, &order->copy));
    node_put(arena, out, "message", text_or_null(arena, order->message));
    node_put(arena, out, "flags", set);
    node_put(arena, out, "jobs", node_int(arena, (int64_t)repro.jobs));
    return out;
}

static const char *body(struct arena *arena, const struct repo *r, const struct queue_task *task,
                        const struct queue_order *order) {
    struct str json CLEANUP(str_release) = STR_INIT;
    struct node *entry = node_map(arena), *options = node_map(arena), *embed = node_map(arena);

    node_put(arena, entry, "dvc_root", node_str(arena, r->root));
    node_put(arena, entry, "scm_root", node_str(arena, gitrepo_root(r->git)));
    node_put(arena, entry, "stash_ref", node_str(arena, EXP_QUEUE_STASH));
    node_put(arena, entry, "stash_rev", node_str(arena, task->rev));
    node_put(arena, entry, "baseline_rev", node_str(arena, task->baseline));
    node_put(arena, entry, "branch", node_null(arena));
    node_put(arena, entry, "name", text_or_null(arena, task->name));
    node_put(arena, entry, "head_rev", node_str(arena, task->baseline));
    node_put(arena, options, "copy_paths", texts(arena, &order->copy));
    node_put(arena, options, "message", text_or_null(arena, order->message));
    for (size_t i = 0; i < 4; i++) {
        static const char *const keys[] = {"callbacks", "errbacks", "chain", "chord"};
        node_put(arena, embed, keys[i], node_null(arena));
    }
    struct node *args = node_list_of(arena, &entry, 1);
    json_write(&json, node_list_of(arena, (struct node *[]){args, options, embed}, 3));
    return base64_encode(arena, BASE64_PLAIN, json.buf, json.len);
}

static struct node *headers(struct arena *arena, const char *id, const struct queue_order *order) {
    struct node *out = node_map(arena);

    node_put(arena, out, "lang", node_str(arena, "py"));
    node_put(arena, out, "task", node_str(arena, "dvc.repo.experiments.queue.tasks.run_exp"));
    node_put(arena, out, "id", node_str(arena, id));
    node_put(arena, out, "retries", node_int(arena, 0));
    node_put(arena, out, "timelimit",
             node_list_of(arena, (struct node *[]){node_null(arena), node_null(arena)}, 2));
    node_put(arena, out, "root_id", node_str(arena, id));
    for (size_t i = 0; i < 6; i++) {
        static const char *const keys[] = {"parent_id", "shadow", "eta",
                                           "expires",   "group",  "group_index"};
        node_put(arena, out, keys[i], node_null(arena));
    }
    node_put(arena, out, "ignore_result", node_bool(arena, false));
    node_put(arena, out, "replaced_task_nesting", node_int(arena, 0));
    node_put(arena, out, "cairn", order_node(arena, order));
    return out;
}

static struct node *properties(struct arena *arena, const char *id) {
    struct node *out = node_map(arena), *delivery = node_map(arena);

    node_put(arena, delivery, "exchange", node_str(arena, ""));
    node_put(arena, delivery, "routing_key", node_str(arena, "celery"));
    node_put(arena, out, "correlation_id", node_str(arena, id));
    node_put(arena, out, "delivery_mode", node_int(arena, 2));
    node_put(arena, out, "delivery_info", delivery);
    node_put(arena, out, "priority", node_int(arena, 0));
    node_put(arena, out, "body_encoding", node_str(arena, "base64"));
    node_put(arena, out, "delivery_tag", node_str(arena, id));
    return out;
}

void queue_task_write(struct str *out, const struct repo *r, const char *id,
                      const struct queue_task *task, const struct queue_order *order) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *root = node_map(arena);

    node_put(arena, root, "body", node_str(arena, body(arena, r, task, order)));
    node_put(arena, root, "content-encoding", node_str(arena, "utf-8"));
    node_put(arena, root, "content-type", node_str(arena, "application/json"));
    node_put(arena, root, "headers", headers(arena, id, order));
    node_put(arena, root, "properties", properties(arena, id));
    json_write(out, root);
}

/* ---- reading */

static bool take_rev(char out[41], const struct node *entry, const char *key) {
    const char *text = node_text(node_get(entry, key));

    if (!text || strlen(text) != 40 || strspn(text, "0123456789abcdef") != 40) {
        return false;
    }
    memcpy(out, text, 41);
    return true;
}

static int parse_entry(struct queue_task *out, struct arena *arena, const struct node *root) {
    struct str json CLEANUP(str_release) = STR_INIT;
    const char *text = node_text(node_get(root, "body"));
    struct node *content;

    if (!text || !base64_decode(&json, text, strlen(text))) {
        return err_set(ERR_INVALID, "the message of a task has no body");
    }
    int rc = json_read(&content, arena, json.buf, json.len, "body of a task");
    if (rc) {
        return rc;
    }
    const struct node *entry = node_query(content, "1.entry_dict");
    entry = entry ? entry : node_query(content, "0.0");
    if (!take_rev(out->rev, entry, "stash_rev") ||
        !take_rev(out->baseline, entry, "baseline_rev")) {
        return err_set(ERR_INVALID, "the message of a task names no commit");
    }
    out->options = node_query(content, "1");
    out->name = node_text(node_get(entry, "name"));
    if (out->name && exp_name_check(out->name)) {
        err_clear();
        out->name = NULL;
    }
    return 0;
}

int queue_task_parse(struct queue_task *out, struct arena *arena, const char *text, size_t len) {
    struct node *root;
    int rc = json_read(&root, arena, text, len, "message of a task");

    if (rc) {
        return rc;
    }
    const struct node *header = node_get(root, "headers");
    const char *task = node_text(node_get(header, "task"));
    const char *id = node_text(node_get(header, "id"));
    if (!str_eq(task, "dvc.repo.experiments.queue.tasks.run_exp") || !id || !id[0] ||
        id[strspn(id, "0123456789abcdef-")]) {
        return err_set(ERR_INVALID, "the message is no task of the queue");
    }
    out->id = id;
    out->ours = node_get(header, "cairn");
    return parse_entry(out, arena, root);
}

static int read_texts(struct strv *out, const struct node *list) {
    if (!list || list->kind != NODE_LIST) {
        return err_set(ERR_INVALID, "the order of a task lacks a list");
    }
    for (size_t i = 0; i < list->list.len; i++) {
        const char *text = node_text(list->list.at[i]);
        if (!text) {
            return err_set(ERR_INVALID, "the order of a task holds what is no text");
        }
        vec_push(out, text);
    }
    return 0;
}

static int read_flags(struct repro_request *out, const struct node *list) {
    struct strv set CLEANUP(strv_release) = {0};
    int rc = read_texts(&set, list);

    for (size_t i = 0; !rc && i < set.len; i++) {
        size_t k = 0;
        while (k < COUNT_OF(flags) && strcmp(flags[k].name, set.at[i]) != 0) {
            k++;
        }
        if (k == COUNT_OF(flags)) {
            return err_set(ERR_INVALID, "the order of a task has the unknown flag '%s'", set.at[i]);
        }
        *flag_of(out, k) = true;
    }
    return rc;
}

int queue_order_read(struct queue_order *out, const struct node *ours) {
    const struct node *jobs = node_get(ours, "jobs");
    int rc;

    *out = (struct queue_order){.wdir = node_text(node_get(ours, "wdir")),
                                .message = node_text(node_get(ours, "message"))};
    if (!out->wdir || (out->wdir[0] && path_is_hostile(out->wdir))) {
        return err_set(ERR_INVALID, "the order of a task names no folder");
    }
    if ((rc = read_texts(&out->repro.targets, node_get(ours, "targets"))) ||
        (rc = read_texts(&out->copy, node_get(ours, "copy"))) ||
        (rc = read_flags(&out->repro, node_get(ours, "flags")))) {
        queue_order_release(out);
        return rc;
    }
    if (jobs && jobs->kind == NODE_INT && jobs->integer > 0 && jobs->integer < 10000) {
        out->repro.jobs = (size_t)jobs->integer;
    }
    return 0;
}

void queue_order_release(struct queue_order *order) {
    strv_release(&order->repro.targets);
    strv_release(&order->copy);
}
