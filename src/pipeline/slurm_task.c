#include "pipeline/slurm_task.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "hash/hasher.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/executor.h"
#include "pipeline/runcache.h"

#define FILE_MAX_BYTES (16u << 20)
#define REF_MAX_BYTES  100
#define COMMANDS_MAX   100000

/* ---- lines that are signed off */

static const char *sign(struct arena *arena, const struct node *n) {
    struct str line CLEANUP(str_release) = STR_INIT;
    char text[DIGEST_TEXT_MAX];
    struct digest d;

    json_write(&line, n);
    str_addc(&line, '\n');
    hash_bytes(&d, HASH_SHA256, line.buf, line.len);
    str_addf(&line, "%s\n", digest_text(text, &d));
    return arena_strdup(arena, line.buf);
}

static int read_signed(struct node **out, struct arena *arena, const char *text, size_t len,
                       const char *name) {
    const char *end = memchr(text, '\n', len);
    char hex[DIGEST_TEXT_MAX];
    struct digest d;

    if (!end) {
        return err_set(ERR_INVALID, "%s is not whole", name);
    }
    size_t line = (size_t)(end + 1 - text), rest = len - line;
    hash_bytes(&d, HASH_SHA256, text, line);
    digest_text(hex, &d);
    if (rest != strlen(hex) + 1 || memcmp(end + 1, hex, rest - 1) != 0 || text[len - 1] != '\n') {
        return err_set(ERR_INVALID, "%s is not signed off", name);
    }
    return json_read(out, arena, text, line, name);
}

/* ---- names */

const char *slurm_task_key(struct arena *arena, const struct repo *r, const char *address) {
    const char *text = arena_printf(arena, "%s\n%s", r->root, address);
    char hex[DIGEST_TEXT_MAX];
    struct digest d;

    hash_bytes(&d, HASH_SHA256, text, strlen(text));
    return arena_strndup(arena, digest_text(hex, &d), SLURM_KEY_LEN);
}

bool slurm_task_is_key(const char *text) {
    return strlen(text) == SLURM_KEY_LEN && strspn(text, "0123456789abcdef") == SLURM_KEY_LEN;
}

/* ---- nodes of the parts */

static struct node *texts_node(struct arena *arena, const char *const *list) {
    struct node *out = node_list(arena);

    for (; list && *list; list++) {
        node_append(arena, out, node_str(arena, *list));
    }
    return out;
}

static bool read_texts(const char *const **out, struct arena *arena, const struct node *list) {
    if (!list || list->kind != NODE_LIST || list->list.len > COMMANDS_MAX) {
        return false;
    }
    const char **at = arena_alloc(arena, (list->list.len + 1) * sizeof *at);
    for (size_t i = 0; i < list->list.len; i++) {
        if (!(at[i] = node_text(list->list.at[i]))) {
            return false;
        }
    }
    *out = at;
    return true;
}

static struct node *path_node(struct arena *arena, const struct slurm_path *p) {
    struct node *out = node_map(arena);
    char hex[DIGEST_TEXT_MAX];

    node_put(arena, out, "path", node_str(arena, p->path));
    if (digest_is_set(&p->digest)) {
        node_put(arena, out, "hash",
                 node_str(arena, hash_algo_name((enum hash_algo)p->digest.algo)));
        node_put(arena, out, "digest", node_str(arena, digest_text(hex, &p->digest)));
    }
    if (p->params) {
        node_put(arena, out, "params", node_clone(arena, p->params));
    }
    if (p->keep) {
        node_put(arena, out, "keep", node_bool(arena, true));
    }
    if (p->later) {
        node_put(arena, out, "later", node_bool(arena, true));
    }
    if (p->store) {
        node_put(arena, out, "store", node_bool(arena, true));
    }
    return out;
}

static struct node *paths_node(struct arena *arena, const struct slurm_path *list, size_t n) {
    struct node *out = node_list(arena);

    for (size_t i = 0; i < n; i++) {
        node_append(arena, out, path_node(arena, &list[i]));
    }
    return out;
}

static bool read_flag(const struct node *map, const char *key) {
    const struct node *n = node_get(map, key);

    return n && n->kind == NODE_BOOL && n->boolean;
}

static bool read_path(struct slurm_path *out, const struct node *n) {
    const char *hash = node_text(node_get(n, "hash")), *text = node_text(node_get(n, "digest"));
    enum hash_algo algo;

    *out = (struct slurm_path){.path = node_text(node_get(n, "path")),
                               .params = node_get(n, "params"),
                               .keep = read_flag(n, "keep"),
                               .later = read_flag(n, "later"),
                               .store = read_flag(n, "store")};
    if (!out->path || !out->path[0] || (out->params && out->params->kind != NODE_MAP)) {
        return false;
    }
    return !hash ||
           (text && hash_algo_from_name(&algo, hash) && digest_from_text(&out->digest, algo, text));
}

static bool read_paths(struct slurm_path **out, size_t *n, struct arena *arena,
                       const struct node *list) {
    if (!list || list->kind != NODE_LIST) {
        return false;
    }
    *out = arena_alloc(arena, (list->list.len + 1) * sizeof **out);
    *n = list->list.len;
    for (size_t i = 0; i < *n; i++) {
        if (!read_path(&(*out)[i], list->list.at[i])) {
            return false;
        }
    }
    return true;
}

/* ---- the task */

static void add_deps(struct slurm_task *t, struct arena *arena, const struct stage *s) {
    t->deps = arena_alloc(arena, (s->ndeps + 1) * sizeof *t->deps);
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *dep = &s->deps[i];

        if (dep->kind == DEP_PARAMS && dep->recorded_params) {
            t->deps[t->ndeps++] =
                (struct slurm_path){.path = dep->path, .params = dep->recorded_params};
        } else if (dep->kind == DEP_FILE || dep->kind == DEP_PARAMS) {
            t->deps[t->ndeps++] =
                (struct slurm_path){.path = dep->path,
                                    .digest = dep->recorded.digest,
                                    .later = !digest_is_set(&dep->recorded.digest)};
        }
    }
}

static void add_outs(struct slurm_task *t, struct arena *arena, const struct exec_task *task) {
    const struct stage *s = task->stage;

    t->outs = arena_alloc(arena, (s->nouts + 1) * sizeof *t->outs);
    for (size_t i = 0; i < s->nouts; i++) {
        t->outs[t->nouts++] = (struct slurm_path){.path = s->outs[i].path,
                                                  .keep = s->outs[i].persist,
                                                  .store = task->store && s->outs[i].cache};
    }
}

void slurm_task_from(struct slurm_task *out, struct arena *arena, const struct exec_task *task) {
    struct node *work = node_map(arena);
    char key[RUNCACHE_NAME];

    *out = (struct slurm_task){
        .version = CAIRN_VERSION,
        .name = "",
        .index = SLURM_NO_INDEX,
        .behind = task->after != NULL,
        .work = work,
        .address = stage_address(task->stage, arena, ""),
        .commands = task->commands,
        .dir = task->dir,
        .env = task->env,
    };
    add_deps(out, arena, task->stage);
    add_outs(out, arena, task);
    runcache_key(key, stage_lock_entry(arena, task->stage));
    node_put(arena, work, "stage", node_str(arena, out->address));
    node_put(arena, work, "inputs", node_str(arena, key)); /* those that have no digest, too */
    node_put(arena, work, "commands", texts_node(arena, out->commands));
    node_put(arena, work, "dir", node_str(arena, out->dir));
    node_put(arena, work, "env", texts_node(arena, out->env));
    node_put(arena, work, "deps", paths_node(arena, out->deps, out->ndeps));
    node_put(arena, work, "outs", paths_node(arena, out->outs, out->nouts));
}

static bool is_later(const struct slurm_task *t, const char *path) {
    for (size_t i = 0; i < t->ndeps; i++) {
        if (t->deps[i].later && str_eq(t->deps[i].path, path)) {
            return true;
        }
    }
    return false;
}

/* The work without what was still to be made. */
static struct node *known_work(struct arena *arena, const struct node *work,
                               const struct slurm_task *was) {
    struct node *out = node_clone(arena, work), *deps = node_list(arena);
    const struct node *all = node_get(work, "deps");

    for (size_t i = 0; all && i < all->list.len; i++) {
        if (!is_later(was, node_text(node_get(all->list.at[i], "path")))) {
            node_append(arena, deps, all->list.at[i]);
        }
    }
    node_put(arena, out, "deps", deps);
    node_drop(out, "inputs");
    return out;
}

bool slurm_task_same(struct arena *arena, const struct slurm_task *was,
                     const struct slurm_task *now) {
    return was->behind && !now->behind
               ? node_equal(known_work(arena, was->work, was), known_work(arena, now->work, was))
               : node_equal(was->work, now->work);
}

const char *slurm_task_write(struct arena *arena, const struct slurm_task *t) {
    struct node *n = node_map(arena);

    node_put(arena, n, "cairn", node_str(arena, t->version));
    node_put(arena, n, "name", node_str(arena, t->name));
    node_put(arena, n, "index", node_int(arena, t->index));
    node_put(arena, n, "behind", node_bool(arena, t->behind));
    node_put(arena, n, "work", node_clone(arena, t->work));
    return sign(arena, n);
}

int slurm_task_parse(struct slurm_task *out, struct arena *arena, const char *text, size_t len) {
    const struct node *index, *w;
    struct node *n;
    int rc = read_signed(&n, arena, text, len, "task.json");

    *out = (struct slurm_task){0};
    if (rc) {
        return rc;
    }
    index = node_get(n, "index");
    w = node_get(n, "work");
    out->version = node_text(node_get(n, "cairn"));
    out->name = node_text(node_get(n, "name"));
    out->work = w;
    out->address = node_text(node_get(w, "stage"));
    out->dir = node_text(node_get(w, "dir"));
    if (!out->version || !out->name || !out->address || !out->dir || !path_is_absolute(out->dir) ||
        !index || index->kind != NODE_INT || index->big || index->integer < SLURM_NO_INDEX ||
        !read_texts(&out->commands, arena, node_get(w, "commands")) || !out->commands[0] ||
        !read_texts(&out->env, arena, node_get(w, "env")) ||
        !read_paths(&out->deps, &out->ndeps, arena, node_get(w, "deps")) ||
        !read_paths(&out->outs, &out->nouts, arena, node_get(w, "outs"))) {
        return err_set(ERR_INVALID, "task.json is of another form");
    }
    out->index = index->integer;
    out->behind = read_flag(n, "behind");
    return 0;
}

/* ---- the result */

const char *slurm_result_write(struct arena *arena, const struct slurm_result *r) {
    struct node *n = node_map(arena), *from = node_list(arena);

    for (size_t i = 0; r->from && i <= r->begun; i++) {
        node_append(arena, from, node_int(arena, (int64_t)r->from[i]));
    }
    node_put(arena, n, "job", node_str(arena, r->job));
    node_put(arena, n, "node", node_str(arena, r->node));
    node_put(arena, n, "refused", r->refused ? node_str(arena, r->refused) : node_null(arena));
    node_put(arena, n, "status", node_int(arena, r->status));
    node_put(arena, n, "from", from);
    node_put(arena, n, "seconds", node_int(arena, r->seconds));
    node_put(arena, n, "memory_max", node_int(arena, (int64_t)r->memory_max));
    node_put(arena, n, "outs", paths_node(arena, r->outs, r->nouts));
    return sign(arena, n);
}

/* A whole number of a map between the limits. */
static bool read_int(int64_t *out, const struct node *map, const char *key, int64_t least,
                     int64_t most) {
    const struct node *n = node_get(map, key);

    if (!n || n->kind != NODE_INT || n->big || n->integer < least || n->integer > most) {
        return false;
    }
    *out = n->integer;
    return true;
}

/* Places in a file, none before the one in front of it. */
static bool read_from(struct slurm_result *out, struct arena *arena, const struct node *list) {
    off_t *from;

    if (!list || list->kind != NODE_LIST || list->list.len > COMMANDS_MAX) {
        return false;
    }
    from = arena_alloc(arena, (list->list.len + 1) * sizeof *from);
    for (size_t i = 0; i < list->list.len; i++) {
        const struct node *n = list->list.at[i];

        if (n->kind != NODE_INT || n->big || n->integer < (i ? from[i - 1] : 0)) {
            return false;
        }
        from[i] = n->integer;
    }
    out->from = from;
    out->begun = list->list.len ? list->list.len - 1 : 0;
    return true;
}

int slurm_result_parse(struct slurm_result *out, struct arena *arena, const char *text,
                       size_t len) {
    int64_t status = 0, memory = 0;
    struct node *n;
    int rc = read_signed(&n, arena, text, len, "result.json");

    *out = (struct slurm_result){0};
    if (rc) {
        return rc;
    }
    out->job = node_text(node_get(n, "job"));
    out->node = node_text(node_get(n, "node"));
    out->refused = node_text(node_get(n, "refused"));
    if (!out->job || !out->node || !read_int(&status, n, "status", -255, 255) ||
        !read_from(out, arena, node_get(n, "from")) ||
        !read_int(&out->seconds, n, "seconds", 0, INT64_MAX) ||
        !read_int(&memory, n, "memory_max", 0, INT64_MAX) ||
        !read_paths(&out->outs, &out->nouts, arena, node_get(n, "outs")) ||
        (!out->refused && out->begun == 0)) {
        return err_set(ERR_INVALID, "result.json is of another form");
    }
    out->status = (int)status;
    out->memory_max = (uint64_t)memory;
    return 0;
}

/* ---- files */

/* What is not whole is not there. */
static int not_there(int rc) {
    if (rc != ERR_INVALID) {
        return rc;
    }
    err_clear();
    return err_set(ERR_NOT_FOUND, "nothing is signed off");
}

int slurm_task_load(struct slurm_task *out, struct arena *arena, int folder) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, folder, "task.json", FILE_MAX_BYTES);

    return rc ? rc : not_there(slurm_task_parse(out, arena, text.buf, text.len));
}

int slurm_result_load(struct slurm_result *out, struct arena *arena, int folder) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, folder, "result.json", FILE_MAX_BYTES);

    return rc ? rc : not_there(slurm_result_parse(out, arena, text.buf, text.len));
}

int slurm_task_job(bool *found, struct slurm_job *job, int folder, const struct slurm_task *task) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, folder, "job", REF_MAX_BYTES);

    *found = !rc && slurm_ref_parse(&job->id, &job->index, text.buf);
    if (*found) {
        return 0;
    }
    if (rc) {
        err_clear();
    }
    job->index = task->index;
    rc = slurm_find(&job->id, task->name); /* its submitter was killed before sbatch answered */
    *found = !rc && job->id > 0;
    return rc;
}
