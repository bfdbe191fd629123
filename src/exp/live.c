#include "exp/live.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/term.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

enum { LOCK_SECONDS = 10 };

struct live_value {
    const char *name;
    struct node *value;
};

struct live {
    struct arena *arena;
    const struct live_request *request;
    int base_fd; /* the working directory */
    VEC(struct live_value) values;
    struct node *summary;
    int64_t step;
};

static void live_release(struct live *l) {
    vec_release(&l->values);
    fd_closep(&l->base_fd);
}

static const char *below(const struct live *l, const char *path) {
    return path_join(l->arena, l->request->dir, path);
}

/* ---- what was typed */

/* Numbers are numbers; what no JSON file can hold as one is a text, as DVCLive has it. */
static struct node *read_value(struct arena *arena, const char *text) {
    int64_t integer;
    double real;

    if (num_int(&integer, text)) {
        return node_int(arena, integer);
    }
    return num_float(&real, text) && isfinite(real) ? node_float(arena, real)
                                                    : node_str(arena, text);
}

static int read_pair(struct live *l, const char *text) {
    const char *equals = strchr(text, '=');
    struct live_value v;

    if (!equals || equals == text) {
        return err_set(ERR_INVALID, "'%s' is not of the form <name>=<value>", text);
    }
    v.name = arena_strndup(l->arena, text, (size_t)(equals - text));
    v.value = read_value(l->arena, equals + 1);
    if (!str_eq(path_normal(l->arena, v.name), v.name) || path_is_absolute(v.name) ||
        path_is_hostile(v.name)) {
        return err_set(ERR_INVALID, "'%s' is no name of a metric: it names a file", v.name);
    }
    if (strpbrk(equals + 1, "\t\r\n\"") || strpbrk(v.name, "\t\r\n\"")) {
        return err_set(ERR_INVALID, "'%s': no line breaks, tabs and quotes in metrics", v.name);
    }
    vec_push(&l->values, v);
    return 0;
}

static int read_request(struct live *l) {
    const struct live_request *o = l->request;
    int rc = 0;

    if (!o->dir[0] || path_is_absolute(o->dir) || path_is_hostile(o->dir)) {
        return err_set(ERR_INVALID, "'%s' is no folder below this one", o->dir);
    }
    for (size_t i = 0; !rc && i < o->values.len; i++) {
        rc = read_pair(l, o->values.at[i]);
    }
    return rc;
}

/* ---- metrics.json */

/* Puts the value at "train/acc" into the maps of that name. */
static int set_in(struct live *l, const struct live_value *v) {
    struct node *map = l->summary;
    const char *key = v->name;

    for (const char *slash; (slash = strchr(key, '/')); key = slash + 1) {
        const char *part = arena_strndup(l->arena, key, (size_t)(slash - key));
        struct node *next = node_get(map, part);
        if (!next) {
            next = node_map(l->arena);
            node_put(l->arena, map, part, next);
        } else if (next->kind != NODE_MAP) {
            return err_set(ERR_INVALID, "'%s': '%s' is a metric itself", v->name, part);
        }
        map = next;
    }
    node_put(l->arena, map, key, v->value);
    return 0;
}

static int read_file(struct str *out, const struct live *l, const char *path) {
    int rc = file_read(out, l->base_fd, path, DOC_MAX_BYTES);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    return rc;
}

static int read_summary(struct live *l) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path = below(l, "metrics.json");
    int rc = read_file(&text, l, path);

    l->summary = node_map(l->arena);
    if (!rc && text.len) {
        rc = json_read(&l->summary, l->arena, text.buf, text.len, path);
    }
    if (!rc && l->summary->kind != NODE_MAP) {
        rc = err_set(ERR_INVALID, "'%s' does not hold metrics by name", path);
    }
    const struct node *last = rc ? NULL : node_get(l->summary, "step");
    l->step = l->request->step;
    if (l->step < 0) {
        l->step = last && last->kind == NODE_INT && last->integer < INT64_MAX && !last->big
                      ? last->integer + 1
                      : 0;
    }
    for (size_t i = 0; !rc && i < l->values.len; i++) {
        rc = set_in(l, &l->values.at[i]);
    }
    if (!rc && (!l->request->summary || l->request->step >= 0)) {
        node_put(l->arena, l->summary, "step", node_int(l->arena, l->step));
    }
    return rc;
}

static int write_summary(struct live *l) {
    struct str text CLEANUP(str_release) = STR_INIT;

    json_write_indented(&text, l->summary);
    str_addc(&text, '\n');
    return beneath_write(l->base_fd, below(l, "metrics.json"), text.buf, text.len);
}

/* ---- plots/metrics */

/* What a file begins with, and whether its last line is whole. */
static bool starts_timed(int fd) {
    char head[sizeof "timestamp\t" - 1];

    return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
           memcmp(head, "timestamp\t", sizeof head) == 0;
}

static bool ends_in_line(int fd, off_t size) {
    char last;

    return pread(fd, &last, 1, size - 1) == 1 && last == '\n';
}

/* A line of the file; the first one names the columns, and says what the others have to hold. */
static int add_line(struct live *l, const struct live_value *v) {
    struct str line CLEANUP(str_release) = STR_INIT;
    const char *path = below(l, arena_printf(l->arena, "plots/metrics/%s.tsv", v->name));
    CLEANUP(fd_closep) int dir = -1;
    CLEANUP(fd_closep) int fd = -1;
    int rc;

    if ((rc = beneath_parent(&dir, l->base_fd, path, true)) ||
        (rc =
             beneath_open(&fd, l->base_fd, path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0666))) {
        return rc;
    }
    off_t size = lseek(fd, 0, SEEK_END);
    bool timed = size > 0 ? starts_timed(fd) : l->request->timestamp;
    if (size <= 0) {
        str_addf(&line, "%sstep\t%s\n", timed ? "timestamp\t" : "", path_base(v->name));
    } else if (!ends_in_line(fd, size)) {
        str_addc(&line, '\n'); /* who wrote it was killed */
    }
    if (timed) {
        str_addf(&line, "%lld\t", (long long)(clock_real_ns() / 1000000));
    }
    str_addf(&line, "%lld\t", (long long)l->step);
    python_write(&line, v->value);
    str_addc(&line, '\n');
    return file_write_all(fd, line.buf, line.len);
}

static int add_lines(struct live *l) {
    int rc = 0;

    for (size_t i = 0; !rc && !l->request->summary && i < l->values.len; i++) {
        rc = err_wrap(add_line(l, &l->values.at[i]), "cannot log '%s'", l->values.at[i].name);
    }
    return rc;
}

/* ---- dvc.yaml */

/* Whether a list of entries names the path: as a text, or as the key of a map. */
static bool names(const struct node *list, const char *path) {
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const struct node *entry = list->list.at[i];
        if (str_eq(node_text(entry), path) || node_get(entry, path)) {
            return true;
        }
    }
    return list && list->kind == NODE_MAP && node_get(list, path);
}

static void add_entry(struct live *l, struct node *root, const char *key, struct node *entry) {
    struct node *list = node_get(root, key);

    if (list && list->kind == NODE_LIST) {
        node_append(l->arena, list, entry);
    } else if (!list || list->kind == NODE_NULL) {
        node_put(l->arena, root, key, node_list_of(l->arena, &entry, 1));
    }
}

static void add_entries(struct live *l, struct node *root) {
    const char *metrics = below(l, "metrics.json"), *plots = below(l, "plots/metrics");

    if (!names(node_get(root, "metrics"), metrics)) {
        add_entry(l, root, "metrics", node_str(l->arena, metrics));
    }
    if (file_is_dir(l->base_fd, plots) && !names(node_get(root, "plots"), plots)) {
        struct node *entry = node_map(l->arena), *axis = node_map(l->arena);
        node_put(l->arena, axis, "x", node_str(l->arena, "step"));
        node_put(l->arena, entry, plots, axis);
        add_entry(l, root, "plots", entry);
    }
}

static int write_dvcyaml(struct live *l) {
    struct str old CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    struct node *read, *root;
    int rc = l->request->no_dvcyaml ? 0 : read_file(&old, l, "dvc.yaml");

    if (rc || l->request->no_dvcyaml) {
        return rc;
    }
    if ((rc = yaml_read(&read, l->arena, old.buf, old.len, "dvc.yaml"))) {
        return rc;
    }
    if (read->kind != NODE_MAP && read->kind != NODE_NULL) {
        return err_set(ERR_INVALID, "dvc.yaml is no map");
    }
    root = read->kind == NODE_MAP ? node_clone(l->arena, read) : node_map(l->arena);
    add_entries(l, root);
    if (node_same(read, root)) {
        return 0;
    }
    if ((rc = yaml_edit(&now, old.buf, old.len, root, "dvc.yaml"))) {
        return rc;
    }
    return beneath_write(l->base_fd, "dvc.yaml", now.buf, now.len);
}

/* ---- who watches */

/* DVC's extension for VS Code looks at this file to show a run's values step by step. A hint. */
static void tell_step(const struct live *l) {
    const char *root = env_get("DVC_ROOT");
    if (!root || l->request->summary) {
        return;
    }
    const char *dvc = path_join(l->arena, root, ".dvc");
    const char *dir = path_join(l->arena, dvc, "tmp/exps/run");
    const char *text = arena_printf(l->arena, "{\"pid\": %ld, \"step\": %lld}", (long)getppid(),
                                    (long long)l->step);

    if (!file_is_dir(AT_FDCWD, dvc)) {
        return;
    }
    if (dir_make(AT_FDCWD, dir, 0777) ||
        file_write_replace(AT_FDCWD, path_join(l->arena, dir, "DVCLIVE_STEP_COMPLETED"), text,
                           strlen(text))) {
        log_debug("%s", err_text());
        err_clear();
    }
}

int live_log(struct arena *arena, const struct live_request *o) {
    struct live l CLEANUP(live_release) = {.arena = arena, .request = o, .base_fd = -1};
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    int rc = read_request(&l);

    if (rc) {
        return rc;
    }
    l.base_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (l.base_fd < 0) {
        return err_errno("cannot open the current folder");
    }
    if ((rc = beneath_mkdir(l.base_fd, o->dir)) ||
        (rc = dir_lock_take(&lock, o->dir, LOCK_SECONDS)) || (rc = read_summary(&l)) ||
        (rc = add_lines(&l)) || (rc = write_summary(&l)) || (rc = write_dvcyaml(&l))) {
        return rc;
    }
    tell_step(&l);
    return 0;
}
