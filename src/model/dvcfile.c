#include "model/dvcfile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"

static const struct schema_field repo_fields[] = {
    {"url", &schema_str, true},
    {"rev", &schema_str, false},
    {"rev_lock", &schema_str, false},
    {"config", &schema_str_or_map, false},
    {"remote", &schema_str_or_map, false},
    {0},
};
static const struct schema repo_schema = {.kinds = SCHEMA_MAP, .fields = repo_fields};

static const struct schema_field db_fields[] = {
    {"query", &schema_str, false},
    {"connection", &schema_str, false},
    {"file_format", &schema_str, false},
    {"table", &schema_str, false},
    {0},
};
static const struct schema db_schema = {.kinds = SCHEMA_MAP, .fields = db_fields};

static const struct schema_field dep_fields[] = {
    CONTENT_FIELDS,
    {"path", &schema_str, false},
    {"persist", &schema_bool, false},
    {"fs_config", &schema_map, false},
    {"repo", &repo_schema, false},
    {"db", &db_schema, false},
    {0},
};
static const struct schema dep_schema = {.kinds = SCHEMA_MAP, .fields = dep_fields};
static const struct schema dep_list = {.kinds = SCHEMA_NULL | SCHEMA_LIST, .item = &dep_schema};

static const struct schema_field out_fields[] = {
    CONTENT_FIELDS,
    {"path", &schema_str, true},
    {"persist", &schema_bool, false},
    {"cache", &schema_bool, false},
    {"push", &schema_bool, false},
    {"remote", &schema_str, false},
    {"fs_config", &schema_map, false},
    {"desc", &schema_str, false},
    {"type", &schema_str, false},
    {"labels", &schema_str_list, false},
    {"meta", &schema_any, false},
    {0},
};
static const struct schema out_schema = {.kinds = SCHEMA_MAP, .fields = out_fields};
static const struct schema out_list = {.kinds = SCHEMA_NULL | SCHEMA_LIST, .item = &out_schema};

static const struct schema wdir_schema = {.kinds = SCHEMA_NULL | SCHEMA_STR};
static const struct schema_field top_fields[] = {
    {"md5", &schema_checksum, false},
    {"wdir", &wdir_schema, false},
    {"deps", &dep_list, false},
    {"outs", &out_list, false},
    {"locked", &schema_bool, false},
    {"frozen", &schema_bool, false},
    {"meta", &schema_any, false},
    {"desc", &schema_str, false},
    {"always_changed", &schema_bool, false},
    {0},
};
static const struct schema top_schema = {.kinds = SCHEMA_MAP, .fields = top_fields};

static int parse_repo_dep(struct dep *d, struct arena *arena, const struct node *entry,
                          const struct node *repo, const char *file) {
    if (!d->written) {
        return schema_error(entry, file, "an import without a path");
    }
    d->kind = DEP_REPO;
    d->path = path_normal(arena, d->written);
    d->repo_url = node_text(node_get(repo, "url"));
    d->repo_rev = node_text(node_get(repo, "rev"));
    d->repo_rev_lock = node_text(node_get(repo, "rev_lock"));
    return 0;
}

static int parse_dep(struct dep *d, struct arena *arena, const struct repo *r,
                     const struct stage *s, const struct node *entry, const char *file) {
    const struct node *repo = node_get(entry, "repo");
    struct resolved where;
    int rc;

    d->node = d->record = entry;
    d->written = node_text(node_get(entry, "path"));
    content_clear(&d->recorded);
    if (node_get(entry, "db")) {
        d->kind = DEP_DB;
        d->written = d->path = "";
        return 0;
    }
    if (repo && repo->map.len > 0) {
        return parse_repo_dep(d, arena, entry, repo, file);
    }
    if (!d->written) {
        return schema_error(entry, file, "a dependency without a path");
    }
    if ((rc = resolve_dep(&where, arena, r, s->wdir, d->written, entry, file)) != 0) {
        return rc;
    }
    d->kind = where.kind == RESOLVED_URL       ? DEP_URL
              : where.kind == RESOLVED_DATASET ? DEP_DATASET
                                               : DEP_FILE;
    d->written = where.written;
    d->path = where.path;
    return content_read(&d->recorded, arena, entry, where.kind == RESOLVED_INSIDE, file);
}

static int parse_out(struct out *o, struct arena *arena, const struct repo *r, struct stage *s,
                     const struct node *entry, const char *file) {
    struct resolved where;
    const char *written = node_text(node_get(entry, "path"));
    int rc = resolve_out(&where, arena, r, s->wdir, written, node_get(entry, "path"), file);

    if (rc) {
        return rc;
    }
    if (where.kind == RESOLVED_OUTSIDE) {
        return schema_error(node_get(entry, "path"), file,
                            "output '%s' lies outside the repository", written);
    }
    o->kind = OUT_PLAIN;
    o->stage = s;
    o->written = where.written;
    o->path = where.path;
    o->cache = schema_flag(entry, "cache", true);
    o->persist = schema_flag(entry, "persist", false);
    o->push = schema_flag(entry, "push", true);
    o->remote = node_text(node_get(entry, "remote"));
    o->files = node_get(entry, "files");
    o->node = o->record = entry;
    if (where.kind == RESOLVED_URL) {
        s->unsupported = "an output outside of the repository";
    }
    return content_read(&o->recorded, arena, entry, where.kind == RESOLVED_INSIDE, file);
}

static int parse_entries(struct stage *s, struct arena *arena, const struct repo *r,
                         const char *file) {
    const struct node *deps = node_get(s->node, "deps"), *outs = node_get(s->node, "outs");
    int rc = 0;

    if (deps && deps->kind == NODE_LIST) {
        s->deps = arena_alloc(arena, (deps->list.len + 1) * sizeof *s->deps);
        for (; rc == 0 && s->ndeps < deps->list.len; s->ndeps++) {
            rc = parse_dep(&s->deps[s->ndeps], arena, r, s, deps->list.at[s->ndeps], file);
        }
    }
    if (outs && outs->kind == NODE_LIST) {
        s->outs = arena_alloc(arena, (outs->list.len + 1) * sizeof *s->outs);
        for (; rc == 0 && s->nouts < outs->list.len; s->nouts++) {
            rc = parse_out(&s->outs[s->nouts], arena, r, s, outs->list.at[s->nouts], file);
        }
    }
    return rc;
}

int dvcfile_parse(struct stage **out, struct arena *arena, const struct repo *r, const char *path,
                  const char *text, size_t len) {
    const char *file = path_shown(arena, r->cwd, path);
    struct stage *s = arena_alloc(arena, sizeof *s);
    struct node *root;
    int rc = yaml_read(&root, arena, text, len, file);

    if (rc) {
        return rc;
    }
    if (!node_truthy(root)) {
        root = node_map(arena); /* to DVC an empty file is one without outs */
    }
    if ((rc = schema_check(root, &top_schema, file, NULL)) != 0) {
        return rc;
    }
    s->file = arena_strdup(arena, path);
    s->node = root;
    s->wdir = resolve_wdir(arena, r, path, node_text(node_get(root, "wdir")));
    s->desc = node_text(node_get(root, "desc"));
    s->frozen = schema_flag(root, "frozen", false) || schema_flag(root, "locked", false);
    s->always_changed = schema_flag(root, "always_changed", false);

    const struct node *md5 = node_get(root, "md5");

    if (md5 && md5->kind == NODE_STR && md5->str.len > 0) {
        s->md5 = md5->str.text;
    }
    if ((rc = parse_entries(s, arena, r, file)) != 0) {
        return rc;
    }
    *out = s;
    return 0;
}

struct stage *dvcfile_new(struct arena *arena, const char *out_path, const char *file) {
    struct stage *s = arena_alloc(arena, sizeof *s);
    struct out *o = arena_alloc(arena, sizeof *o);

    s->file = arena_strdup(arena, file);
    s->wdir = path_dir(arena, file);
    s->outs = o;
    s->nouts = 1;
    o->stage = s;
    o->path = arena_strdup(arena, out_path);
    o->written = path_relative(arena, s->wdir, out_path);
    o->cache = o->push = true;
    content_clear(&o->recorded);
    return s;
}

static struct node *fs_config(struct arena *arena, const struct import_options *o) {
    struct node *map = node_map(arena);

    for (size_t i = 0; i < o->fs_config->len; i++) {
        const char *text = o->fs_config->at[i];
        size_t len = strcspn(text, "=");
        node_put(arena, map, arena_strndup(arena, text, len),
                 node_str(arena, text + len + (text[len] == '=')));
    }
    if (o->version_aware) {
        node_put(arena, map, "version_aware", node_bool(arena, true));
    }
    return map;
}

struct stage *dvcfile_new_import(struct arena *arena, const struct repo *r, const char *out_path,
                                 const char *url, const struct import_options *o) {
    struct stage *s = dvcfile_new(arena, out_path, arena_printf(arena, "%s.dvc", out_path));
    struct dep *d = arena_alloc(arena, sizeof *d);
    struct node *node = node_map(arena);
    struct resolved where;

    resolve_path(&where, arena, r, s->wdir, url);
    node_put(arena, node, "fs_config", fs_config(arena, o));
    *d = (struct dep){.kind = where.kind == RESOLVED_URL ? DEP_URL : DEP_FILE,
                      .written = where.written,
                      .path = where.path,
                      .node = node};
    content_clear(&d->recorded);
    s->frozen = true;
    s->deps = d;
    s->ndeps = 1;
    return s;
}
