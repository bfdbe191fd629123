#include "pipeline/memo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "data/data.h"
#include "hash/digest.h"
#include "hash/hasher.h"
#include "model/ignore.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "os/cpu.h"
#include "os/stat.h"
#include "pipeline/params.h"
#include "job/walk.h"

/* File systems stamp files by a clock that ticks up to every 10 ms: a file changed less than this
 * before it was looked at may change again without a new stamp. */
#define FRESH_NS 20000000

struct entry {
    const char *path;
    struct content content;
    unsigned
        epoch; /* commands begun when the content was seen, or when the mark was last found the same */
    bool marked;        /* `mark` and `newest_ns` are set */
    bool settled;       /* no file was fresh when it was marked */
    struct digest mark; /* over the identities of all files */
};

struct memo {
    struct data *data;
    struct map by_path; /* path -> struct entry * */
    unsigned epoch;
    struct arena *arena;
    VEC(struct entry *) seen; /* entries put in this epoch */
    struct params *params;
};

struct memo *memo_new(struct data *d) {
    struct memo *m = mem_zalloc(1, sizeof *m);

    m->data = d;
    m->arena = arena_new();
    m->params = params_new(&(struct view){.repo = d->repo});
    return m;
}

void memo_free(struct memo *m) {
    if (!m) {
        return;
    }
    map_release(&m->by_path);
    vec_release(&m->seen);
    params_free(m->params);
    arena_free(m->arena);
    free(m);
}

void memo_freep(struct memo **m) {
    memo_free(*m);
    *m = NULL;
}

static int64_t newest_stamp(const struct file_id *id) {
    return id->mtime_ns > id->ctime_ns ? id->mtime_ns : id->ctime_ns;
}

static void hash_id(struct hasher *h, const char *path, const struct file_id *id) {
    int64_t fields[] = {(int64_t)id->size,  id->mtime_ns,        id->ctime_ns,
                        (int64_t)id->inode, (int64_t)id->device, id->mode};

    hasher_add(h, path, strlen(path) + 1);
    hasher_add(h, fields, sizeof fields);
}

/* The identities of all files at and below the path, in one digest, and the latest stamp among
 * them. False: cannot tell. */
static bool take_mark(struct digest *mark, int64_t *newest, struct memo *m, const char *path) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new(HASH_SHA256);
    struct arena *scratch CLEANUP(arena_freep) = NULL;
    struct ignore_walk below = {.top = path};
    struct walk walk CLEANUP(walk_release) = {0};
    struct repo *r = m->data->repo;
    struct file_id id;

    if (!file_id_peek(&id, r->root_fd, path) || S_ISLNK(id.mode)) {
        return false;
    }
    hash_id(h, "", &id);
    *newest = newest_stamp(&id);
    if (S_ISDIR(id.mode)) {
        scratch = arena_new();
        if (repo_ignore(r, &below.ignore) ||
            walk_tree(&walk, scratch, r->root_fd, path, ignore_skip, &below)) {
            err_clear();
            return false;
        }
        for (size_t i = 0; i < walk.len; i++) {
            hash_id(h, walk.at[i].path, &walk.at[i].id);
            if (newest_stamp(&walk.at[i].id) > *newest) {
                *newest = newest_stamp(&walk.at[i].id);
            }
        }
    }
    hasher_end(h, mark);
    return true;
}

struct params *memo_params(struct memo *m) {
    return m->params;
}

void memo_put(struct memo *m, const char *path, const struct content *c) {
    struct entry *e = map_get(&m->by_path, path);

    if (!e) {
        e = arena_alloc(m->arena, sizeof *e);
        e->path = path;
        map_put(&m->by_path, path, e);
    }
    *e = (struct entry){.path = e->path, .content = *c, .epoch = m->epoch};
    vec_push(&m->seen, e);
}

const struct content *memo_get(struct memo *m, const char *path) {
    struct entry *e = map_get(&m->by_path, path);
    struct digest now;
    int64_t newest;

    if (!e || e->epoch == m->epoch) {
        return e ? &e->content : NULL;
    }
    if (!e->marked || !e->settled || !take_mark(&now, &newest, m, path) ||
        !digest_equal(&now, &e->mark)) {
        return NULL;
    }
    e->epoch = m->epoch;
    return &e->content;
}

/* Only what was put since the last time has to be marked: the rest is, or never will be. */
void memo_expect_changes(struct memo *m) {
    for (size_t i = 0; i < m->seen.len; i++) {
        struct entry *e = m->seen.at[i];
        int64_t newest;

        if (!e->marked) {
            e->marked = take_mark(&e->mark, &newest, m, e->path);
            e->settled = e->marked && newest + FRESH_NS < clock_real_ns();
        }
    }
    vec_clear(&m->seen);
    m->epoch++;
}
