#include "pipeline/stage_place.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "model/repo.h"
#include "model/repo_lock.h"
#include "model/stage.h"
#include "os/link.h"
#include "pipeline/stage_job.h"
#include "pipeline/stage_record.h"

static void claimed_paths(struct stage_job *j) {
    const struct repo *r = j->data->repo;

    for (size_t i = 0; i < j->stage->ndeps; i++) {
        const struct dep *dep = &j->stage->deps[i];
        if (dep->kind == DEP_FILE || dep->kind == DEP_PARAMS) {
            vec_push(&j->read, repo_abs(r, dep->path));
        }
    }
    for (size_t i = 0; i < j->stage->nouts; i++) {
        vec_push(&j->write, repo_abs(r, j->stage->outs[i].path));
    }
}

/* The number kept for a path, after the change. */
static uintptr_t change_count(struct map *m, const char *path, int by) {
    uintptr_t n = (uintptr_t)map_get(m, path) + (uintptr_t)by;

    map_put(m, path, (void *)n);
    return n;
}

/* Claims have no owner but the process: a path that several stages of ours read is given back by
 * the last of them. */
int stage_claim(struct stage_job *j) {
    struct map *readers = &j->runner->readers;
    int rc;

    claimed_paths(j);
    if ((rc = rwlock_take(j->data->repo, "dvc repro", &j->read, &j->write))) {
        return rc;
    }
    for (size_t i = 0; i < j->read.len; i++) {
        change_count(readers, j->read.at[i], 1);
    }
    j->running = true;
    return 0;
}

int stage_unclaim(struct stage_job *j) {
    struct map *readers = &j->runner->readers;
    struct strv last CLEANUP(strv_release) = {0};

    j->running = false;
    for (size_t i = 0; i < j->read.len; i++) {
        if (change_count(readers, j->read.at[i], -1) == 0) {
            vec_push(&last, j->read.at[i]);
        }
    }
    return rwlock_release(j->data->repo, &last, &j->write);
}

/* What will be written by the command must not be a link into the cache. */
static int make_writable(const struct stage_job *j, struct out *o) {
    struct data plain = *j->data;
    struct checkout_options opt = {.force = true, .relink = true};
    struct place_result placed = {0};
    struct out now = *o;
    struct scan scan;
    enum change change;
    bool links = false;
    int rc;

    for (int i = 0; i < plain.links.n; i++) {
        links |= plain.links.type[i] == LINK_HARDLINK || plain.links.type[i] == LINK_SYMLINK;
    }
    if (!links || !o->cache || !stage_path_there(j, o->path)) {
        return 0;
    }
    if ((rc = output_scan(&scan, j->scratch, j->data, o->path, j->data->hash, false))) {
        return rc;
    }
    content_from_scan(&now.recorded, &scan);
    if ((rc = output_change(&change, j->data, &now)) || change != CHANGE_NONE) {
        return rc; /* what is not in the cache cannot be linked to it */
    }
    plain.links = (struct place_links){.type = {LINK_COPY}, .n = 1};
    rc = output_checkout(&placed, j->scratch, &plain, &now, &opt);
    strv_release(&placed.missing);
    return rc;
}

int stage_clear_outs(const struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        struct out *o = &j->stage->outs[i];
        int rc = o->persist ? make_writable(j, o) : output_remove(j->data, o, true);

        if (rc) {
            return rc;
        }
    }
    return 0;
}
