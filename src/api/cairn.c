#include <cairn.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "git/gitrev.h"
#include "hash/digest.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "data/data.h"
#include "data/read.h"
#include "store/cache.h"
#include "store/tree.h"

struct cairn {
    struct repo *repo;
    struct data *data;
};

const char *cairn_version(void) {
    return CAIRN_VERSION;
}

const char *cairn_error(void) {
    return err_text();
}

int cairn_open(cairn **out, const char *path) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct cairn *c = mem_zalloc(1, sizeof *c);
    const char *start;
    int rc;

    err_clear();
    *out = NULL;
    start = file_real_path(arena, path != NULL ? path : ".");
    rc = start != NULL ? repo_open(&c->repo, start, false)
                       : err_errno("'%s'", path != NULL ? path : ".");
    if (rc == 0) {
        rc = data_open(&c->data, c->repo, NULL);
    }
    if (rc != 0) {
        cairn_close(c);
        return rc;
    }
    *out = c;
    return 0;
}

void cairn_close(cairn *c) {
    if (c != NULL) {
        data_close(c->data);
        repo_close(c->repo);
        free(c);
    }
}

static int load_index(struct index **out, cairn *c, const char *rev) {
    struct gitrev found;
    int rc;

    if (rev == NULL) {
        return index_load(out, c->repo, NULL);
    }
    if (c->repo->git == NULL) {
        return err_set(ERR_FAILED, "'%s': a revision needs Git, and this project has none", rev);
    }
    rc = gitrev_find(&found, c->repo->git, c->repo->arena, rev);
    return rc != 0 ? rc : index_load(out, c->repo, found.id);
}

static void fill(struct cairn_entry *entry, const struct content *content) {
    entry->is_dir = content->digest.is_dir;
    entry->size = content->size;
    entry->nfiles = content->nfiles;
    (void)digest_text(entry->digest, &content->digest);
}

/* A file or folder inside a tracked folder. */
static int fill_below(struct cairn_entry *entry, struct arena *arena, cairn *c, const struct out *o,
                      const char *below) {
    const struct tree_entry *file;
    struct tree tree = {0};
    size_t from, to;
    int rc;

    if (!o->recorded.digest.is_dir) {
        return err_set(ERR_NOT_FOUND, "'%s' is not tracked: '%s' is a file", below, o->path);
    }
    rc = tree_load(&tree, arena, data_cache_for(c->data, o->recorded.digest.algo),
                   &o->recorded.digest);
    if (rc != 0) {
        return rc;
    }
    file = tree_find(&tree, below);
    if (file != NULL) {
        fill(entry, &(struct content){.digest = file->digest, .size = -1, .nfiles = -1});
        return 0;
    }
    tree_range(&tree, below, &from, &to);
    if (from == to) {
        return err_set(ERR_NOT_FOUND, "'%s' has no '%s'", o->path, below);
    }
    *entry = (struct cairn_entry){
        .size_of = entry->size_of, .is_dir = 1, .size = -1, .nfiles = (int64_t)(to - from)};
    return 0;
}

int cairn_lookup(cairn *c, const char *path, const char *rev, struct cairn_entry *out) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(index_freep) struct index *idx = NULL;
    const char *normal = path_normal(arena, path);
    const struct out *o;
    int rc;

    err_clear();
    rc = load_index(&idx, c, rev);
    if (rc != 0) {
        return rc;
    }
    o = index_find_out(idx, normal);
    if (o == NULL) {
        return err_set(ERR_NOT_FOUND, "'%s' is not tracked", path);
    }
    if (strcmp(o->path, normal) != 0) {
        return fill_below(out, arena, c, o, path_below(o->path, normal));
    }
    fill(out, &o->recorded);
    return 0;
}

int cairn_read(cairn *c, const char *path, const char *rev, size_t max, char **data, size_t *len) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(index_freep) struct index *idx = NULL;
    struct str text = STR_INIT;
    int rc;

    err_clear();
    rc = load_index(&idx, c, rev);
    if (rc == 0) {
        rc = data_read_content(&text, arena, c->data, idx, path_normal(arena, path), max);
    }
    if (rc != 0) {
        str_release(&text);
        return rc;
    }
    *len = text.len;
    *data = str_detach(&text);
    return 0;
}

int cairn_list(cairn *c, const char *rev,
               int (*fn)(void *ctx, const char *path, const struct cairn_entry *entry), void *ctx) {
    CLEANUP(index_freep) struct index *idx = NULL;
    size_t i;
    int rc;

    err_clear();
    rc = load_index(&idx, c, rev);
    for (i = 0; rc == 0 && i < idx->outs.len; i++) {
        struct cairn_entry entry = {.size_of = sizeof entry};

        fill(&entry, &idx->outs.at[i]->recorded);
        rc = fn(ctx, idx->outs.at[i]->path, &entry);
    }
    return rc;
}
