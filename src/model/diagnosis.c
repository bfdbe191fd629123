#include "model/diagnosis.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/ustar.h"
#include "os/file.h"
#include "os/stat.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/config.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/stagefile.h"

/* Words of DVC's files. */
static const char *const own_keys[] = {
    "always_changed", "artifacts", "cache",     "checksum", "cmd",        "config", "cwd",
    "datasets",       "db",        "deps",      "desc",     "do",         "etag",   "files",
    "foreach",        "frozen",    "fs_config", "hash",     "isexec",     "labels", "live",
    "matrix",         "md5",       "meta",      "metric",   "metrics",    "nfiles", "outs",
    "params",         "path",      "persist",   "plot",     "plots",      "push",   "relpath",
    "remote",         "repo",      "rev",       "rev_lock", "schema",     "sha256", "size",
    "stages",         "type",      "url",       "vars",     "version_id", "wdir",   "x",
    "x_label",        "xxh128",    "y",         "y_label",
};

struct shape {
    struct arena *arena;
    struct map names; /* text -> its name */
};

static bool is_own(const char *key) {
    for (size_t i = 0; key && i < COUNT_OF(own_keys); i++) {
        if (str_eq(own_keys[i], key)) {
            return true;
        }
    }
    return false;
}

static const char *name_for(struct shape *s, const char *text) {
    const char *name = map_get(&s->names, text);

    if (!name) {
        name = arena_printf(s->arena, "text%zu", s->names.len + 1);
        map_put(&s->names, text, (void *)(uintptr_t)name);
    }
    return name;
}

static struct node *shape_of(struct shape *s, const struct node *n, const char *key) {
    static const char *const kept[] = {"hash", "schema", "size", "nfiles"};
    struct node *out;

    for (size_t i = 0; key && i < COUNT_OF(kept); i++) {
        if (str_eq(kept[i], key) && n->kind != NODE_LIST && n->kind != NODE_MAP) {
            return node_clone(s->arena, n);
        }
    }
    switch (n->kind) {
    case NODE_NULL:
    case NODE_BOOL:
        return node_clone(s->arena, n);
    case NODE_INT:
        return node_int(s->arena, 0);
    case NODE_FLOAT:
        return node_float(s->arena, 0);
    case NODE_STR:
        return node_str(s->arena, name_for(s, n->str.text));
    case NODE_LIST:
        out = node_list(s->arena);
        for (size_t i = 0; i < n->list.len; i++) {
            node_append(s->arena, out, shape_of(s, n->list.at[i], NULL));
        }
        return out;
    case NODE_MAP:
        break;
    }
    out = node_map(s->arena);
    for (size_t i = 0; i < n->map.len; i++) {
        const char *word = node_text(n->map.at[i].key);
        const char *name = is_own(word) ? word : name_for(s, word ? word : "");

        node_put(s->arena, out, name, shape_of(s, n->map.at[i].value, word));
    }
    return out;
}

struct node *diagnosis_shape(struct arena *arena, const struct node *n) {
    struct shape s = {.arena = arena};
    struct node *out = shape_of(&s, n, NULL);

    map_release(&s.names);
    return out;
}

/* One file of stages; one that does not parse is named by where it does not. */
static void add_file(struct str *archive, struct arena *arena, const struct repo *r,
                     const char *path, const char *name) {
    struct str text CLEANUP(str_release) = STR_INIT, shape CLEANUP(str_release) = STR_INIT;
    struct node *root;

    if (!file_exists(r->root_fd, path)) {
        return;
    }
    if (stagefile_read(&text, r, path) || yaml_read(&root, arena, text.buf, text.len, name)) {
        err_clear();
        str_addf(&shape, "# %zu bytes that do not parse\n", text.len);
    } else {
        yaml_write(&shape, diagnosis_shape(arena, root));
    }
    ustar_add(archive, name, shape.buf, shape.len);
}

/* Which of the two files of a pipeline; their folders are numbered. */
static void add_pipe(struct str *archive, struct arena *arena, const struct repo *r,
                     const char *path, size_t number) {
    add_file(archive, arena, r, path, arena_printf(arena, "cairn-doctor/%zu/dvc.yaml", number));
    add_file(archive, arena, r, lockfile_path(arena, path),
             arena_printf(arena, "cairn-doctor/%zu/dvc.lock", number));
}

/* Those that can be found; the files at the top are looked at whatever state the rest is in. */
static void add_stages(struct str *archive, struct arena *arena, struct repo *r) {
    struct index *idx CLEANUP(index_freep) = NULL;
    size_t number = 0;

    add_pipe(archive, arena, r, "dvc.yaml", number++);
    if (index_load_sound(&idx, r, NULL)) {
        err_clear();
        return;
    }
    for (size_t i = 0; i < idx->pipes.len; i++) {
        if (!str_eq(idx->pipes.at[i].path, "dvc.yaml")) {
            add_pipe(archive, arena, r, idx->pipes.at[i].path, number++);
        }
    }
    for (size_t i = 0; i < idx->stages.len; i++) {
        if (!idx->stages.at[i]->name) {
            add_file(archive, arena, r, idx->stages.at[i]->file,
                     arena_printf(arena, "cairn-doctor/%zu.dvc", number++));
        }
    }
}

/* What a value may show: of an address the kind, of a secret nothing. */
static const char *shown_value(struct arena *arena, const struct config_entry *e) {
    const char *name = e->name ? arena_printf(arena, "%s.%s.%s", e->section, e->name, e->option)
                               : arena_printf(arena, "%s.%s", e->section, e->option);
    const char *scheme = strstr(e->value, "://");

    if (config_is_secret(name)) {
        return "(secret)";
    }
    if (scheme) {
        return arena_printf(arena, "%.*s(address)", (int)(scheme - e->value) + 3, e->value);
    }
    bool plain = e->value[strspn(e->value, "abcdefghijklmnopqrstuvwxyz0123456789,.-_ ")] == '\0';
    bool listed = str_eq(e->section, "core") || str_eq(e->section, "cache") ||
                  str_eq(e->section, "cairn") || str_eq(e->section, "exp");
    return listed && plain && !str_eq(e->option, "remote") ? e->value : "(set)";
}

static void add_config(struct str *archive, struct arena *arena, const struct config *config) {
    static const char *const level_name[CONFIG_LEVELS] = {"system", "global", "project", "local"};
    struct str text CLEANUP(str_release) = STR_INIT;

    for (enum config_level level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        struct config_entries all = {0};

        config_each(config, level, &all);
        for (size_t i = 0; i < all.len; i++) {
            const struct config_entry *e = &all.at[i];
            str_addf(&text, "%s\t%s%s.%s=%s\n", level_name[level], e->section,
                     e->name ? ".(name)" : "", e->option, shown_value(arena, e));
        }
        vec_release(&all);
    }
    ustar_add(archive, "cairn-doctor/config.txt", text.buf, text.len);
}

int diagnosis_write(struct repo *r, const char *report, const char *file) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str archive CLEANUP(str_release) = STR_INIT;
    struct file_id id;

    if (file_id_peek(&id, AT_FDCWD, file)) {
        return err_set(ERR_EXISTS, "'%s' exists already", file);
    }
    ustar_add(&archive, "cairn-doctor/doctor.txt", report, strlen(report));
    if (r) {
        add_config(&archive, arena, r->config);
        add_stages(&archive, arena, r);
    }
    ustar_end(&archive);
    return file_write_atomic(AT_FDCWD, file, archive.buf, archive.len);
}
