#include "model/dvcfile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/file.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "hash/hasher.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/stagefile.h"

/* Keys that are written only if they say something. */
static void put_truthy(struct arena *arena, struct node *map, const char *key,
                       const struct node *value) {
    if (node_truthy(value)) {
        node_put(arena, map, key, node_clone(arena, value));
    }
}

static const char *const annotations[] = {"desc", "type", "labels", "meta"};

static const char *written_path(struct arena *arena, const struct stage *s, const char *path,
                                const char *written) {
    if (!resolved_inside(path) || path_is_absolute(s->wdir)) {
        return written;
    }
    const char *relative = path_relative(arena, s->wdir, path);

    return relative[0] != '\0' ? relative : ".";
}

static struct node *dump_repo(struct arena *arena, const struct dep *d) {
    static const char *const kept[] = {"config", "remote"};
    struct node *repo = node_map(arena);

    node_put(arena, repo, "url", node_str(arena, d->repo_url));
    if (d->repo_rev && d->repo_rev[0] != '\0') {
        node_put(arena, repo, "rev", node_str(arena, d->repo_rev));
    }
    if (d->repo_rev_lock && d->repo_rev_lock[0] != '\0') {
        node_put(arena, repo, "rev_lock", node_str(arena, d->repo_rev_lock));
    }
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        put_truthy(arena, repo, kept[i], node_get(node_get(d->node, "repo"), kept[i]));
    }
    return repo;
}

/* A list of files stands behind all else. */
static void files_last(struct arena *arena, struct node *map) {
    struct node *files = node_get(map, "files");

    if (files) {
        node_drop(map, "files");
        node_put(arena, map, "files", files);
    }
}

static struct node *dump_dep(struct arena *arena, const struct stage *s, const struct dep *d) {
    struct node *map = node_map(arena);

    switch (d->kind) {
    case DEP_REPO:
        node_put(arena, map, "path", node_str(arena, d->written));
        node_put(arena, map, "repo", dump_repo(arena, d));
        break;
    case DEP_DB:
        put_truthy(arena, map, "db", node_get(d->node, "db"));
        break;
    case DEP_FILE:
    case DEP_URL:
    case DEP_PARAMS:
    case DEP_DATASET:
        content_put_dvc(arena, map, &d->recorded, written_path(arena, s, d->path, d->written),
                        d->record, resolved_inside(d->path));
        put_truthy(arena, map, "fs_config", node_get(d->node, "fs_config"));
        files_last(arena, map);
        break;
    }
    return map;
}

static struct node *dump_out(struct arena *arena, const struct stage *s, const struct out *o) {
    struct node *map = node_map(arena);

    content_put_dvc(arena, map, &o->recorded, written_path(arena, s, o->path, o->written),
                    o->record, resolved_inside(o->path));
    put_truthy(arena, map, "fs_config", node_get(o->node, "fs_config"));
    for (size_t i = 0; i < COUNT_OF(annotations); i++) {
        put_truthy(arena, map, annotations[i], node_get(o->node, annotations[i]));
    }
    if (!o->cache) {
        node_put(arena, map, "cache", node_bool(arena, false));
    }
    if (o->persist) {
        node_put(arena, map, "persist", node_bool(arena, true));
    }
    if (o->remote && o->remote[0] != '\0') {
        node_put(arena, map, "remote", node_str(arena, o->remote));
    }
    if (!o->push) {
        node_put(arena, map, "push", node_bool(arena, false));
    }
    files_last(arena, map);
    return map;
}

/* The working directory relative to the file, NULL if that is where the file lies. */
static const char *written_wdir(struct arena *arena, const struct repo *r, const struct stage *s) {
    const char *dir = path_dir(arena, s->file);

    if (strcmp(dir, s->wdir) == 0) {
        return NULL;
    }
    if (path_is_absolute(s->wdir)) {
        return path_relative(arena, path_normal(arena, path_join(arena, r->root, dir)), s->wdir);
    }
    return path_relative(arena, dir, s->wdir);
}

struct node *dvcfile_dump(struct arena *arena, const struct repo *r, const struct stage *s) {
    struct node *top = node_map(arena), *deps = node_list(arena), *outs = node_list(arena);
    const char *wdir = written_wdir(arena, r, s);

    for (size_t i = 0; i < s->ndeps; i++) {
        node_append(arena, deps, dump_dep(arena, s, &s->deps[i]));
    }
    for (size_t i = 0; i < s->nouts; i++) {
        node_append(arena, outs, dump_out(arena, s, &s->outs[i]));
    }
    if (s->desc && s->desc[0] != '\0') {
        node_put(arena, top, "desc", node_str(arena, s->desc));
    }
    if (s->md5) {
        node_put(arena, top, "md5", node_str(arena, s->md5));
    }
    if (wdir) {
        node_put(arena, top, "wdir", node_str(arena, wdir));
    }
    if (s->frozen) {
        node_put(arena, top, "frozen", node_bool(arena, true));
    }
    put_truthy(arena, top, "deps", deps);
    put_truthy(arena, top, "outs", outs);
    if (s->always_changed) {
        node_put(arena, top, "always_changed", node_bool(arena, true));
    }
    put_truthy(arena, top, "meta", node_get(s->node, "meta"));
    return top;
}

/* A copy without the keys that do not count, at any depth. */
static struct node *significant(struct arena *arena, const struct node *n) {
    static const char *const ignored[] = {"desc",   "type",    "labels", "meta", "locked", "frozen",
                                          "metric", "persist", "isexec", "size", "nfiles"};

    if (n->kind == NODE_LIST) {
        struct node *list = node_list(arena);

        for (size_t i = 0; i < n->list.len; i++) {
            node_append(arena, list, significant(arena, n->list.at[i]));
        }
        return list;
    }
    if (n->kind != NODE_MAP) {
        return node_clone(arena, n);
    }
    struct node *map = node_map(arena);

    for (size_t i = 0; i < n->map.len; i++) {
        const char *key = node_text(n->map.at[i].key);
        bool counts = key != NULL;

        for (size_t k = 0; counts && k < COUNT_OF(ignored); k++) {
            counts = strcmp(key, ignored[k]) != 0;
        }
        if (counts) {
            node_put(arena, map, key, significant(arena, n->map.at[i].value));
        }
    }
    return map;
}

void dvcfile_checksum(struct digest *out, const struct node *top) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str json CLEANUP(str_release) = STR_INIT;
    struct node *map = significant(arena, top);

    node_drop(map, "md5");
    if (str_eq(node_text(node_get(map, "wdir")), ".")) {
        node_drop(map, "wdir");
    }
    json_write_sorted(&json, map);
    hash_bytes(out, HASH_MD5, json.buf, json.len);
}

/* What is in the file now; *old is NULL if there is none. */
static int read_old(struct stage **old, struct str *text, struct arena *arena, const struct repo *r,
                    const char *path) {
    int rc = stagefile_read(text, r, path);

    *old = NULL;
    if (rc || text->len == 0) {
        return rc;
    }
    return dvcfile_parse(old, arena, r, path, text->buf, text->len);
}

/* A stage that was made anew over an old file keeps what the user wrote there. */
static void take_over(struct stage *s, const struct stage *old) {
    if (s->node) {
        return;
    }
    s->node = old->node;
    s->desc = s->desc ? s->desc : old->desc;
    for (size_t i = 0; i < s->nouts; i++) {
        for (size_t k = 0; k < old->nouts && !s->outs[i].node; k++) {
            if (strcmp(s->outs[i].path, old->outs[k].path) == 0) {
                s->outs[i].node = s->outs[i].record = old->outs[k].node;
                s->outs[i].remote = s->outs[i].remote ? s->outs[i].remote : old->outs[k].remote;
                s->outs[i].push = s->outs[i].push && old->outs[k].push;
            }
        }
    }
}

/* A source of which nothing is known yet: import --no-exec. */
static bool is_unasked(const struct dep *d) {
    if (d->kind == DEP_REPO) {
        return !d->repo_rev_lock;
    }
    return (d->kind == DEP_URL || d->kind == DEP_FILE) && !digest_is_set(&d->recorded.digest) &&
           !d->recorded.etag;
}

/* The stage checksum: kept while nothing that counts has changed, for `freeze` must not hide an
 * edit by hand. */
static const char *renewed_md5(struct arena *arena, const struct repo *r, const struct stage *s,
                               const struct stage *old) {
    char text[DIGEST_TEXT_MAX];
    struct digest now, before;

    dvcfile_checksum(&now, dvcfile_dump(arena, r, s));
    if (s->md5 && old) {
        dvcfile_checksum(&before, dvcfile_dump(arena, r, old));
        if (digest_equal(&now, &before)) {
            return s->md5;
        }
    }
    return stage_is_import(s) && !is_unasked(&s->deps[0])
               ? arena_strdup(arena, digest_text(text, &now))
               : NULL;
}

/* Appends the text of the file `from` changed to what the stage is now; `text` becomes what it was. */
static int edit(struct str *now, struct str *text, struct repo *r, const struct stage *s,
                const char *from) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct stage copy = *s, *old;
    int rc = read_old(&old, text, arena, r, from);

    if (rc) {
        return rc;
    }
    copy.outs = arena_dup(arena, s->outs, s->nouts * sizeof *s->outs);
    if (old) {
        take_over(&copy, old);
    }
    copy.md5 = renewed_md5(arena, r, &copy, old);

    const struct node *want = dvcfile_dump(arena, r, &copy);

    if (want->map.len == 0) {
        str_add(now, text->buf, text->len); /* a file about nothing may stay as empty as it is */
        return 0;
    }
    return yaml_edit(now, text->buf, text->len, want, path_shown(arena, r->cwd, from));
}

int dvcfile_save(struct repo *r, const struct stage *s) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = stagefile_check_ignored(r, s->file);

    if (rc || (rc = edit(&now, &text, r, s, s->file)) || (text.len == 0 && now.len == 0)) {
        return rc;
    }
    return stagefile_write(r, s->file, &text, &now);
}

int dvcfile_save_as(struct repo *r, const struct stage *s, const char *from) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = stagefile_check_ignored(r, s->file);

    if (!rc && file_exists(r->root_fd, s->file)) {
        rc = err_set(ERR_EXISTS, "'%s' exists already", repo_shown(r, s->file));
    }
    if (rc || (rc = edit(&now, &text, r, s, from))) {
        return rc;
    }
    str_clear(&text);
    return stagefile_write(r, s->file, &text, &now);
}

int dvcfile_save_temporary(struct repo *r, const struct stage *s) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = edit(&now, &text, r, s, s->file);

    return rc ? rc : beneath_write(r->root_fd, s->file, now.buf, now.len);
}

bool dvcfile_same_form(struct arena *arena, const struct repo *r, const struct stage *a,
                       const struct stage *b) {
    static const char *const data[] = {"md5", "size", "nfiles", "hash"};
    struct node *outs[2] = {node_get(dvcfile_dump(arena, r, a), "outs"),
                            node_get(dvcfile_dump(arena, r, b), "outs")};

    for (size_t i = 0; i < COUNT_OF(outs); i++) {
        for (size_t k = 0; outs[i] && k < outs[i]->list.len; k++) {
            for (size_t w = 0; w < COUNT_OF(data); w++) {
                node_drop(outs[i]->list.at[k], data[w]);
            }
        }
    }
    return outs[0] && outs[1] && node_equal(outs[0], outs[1]);
}
