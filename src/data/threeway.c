#include "data/threeway.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/remote_lacks.h"
#include "data/tracked.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"

void threeway_release(struct threeway *t) {
    comparison_release(&t->committed);
    comparison_release(&t->uncommitted);
    strv_release(&t->unchanged);
    strv_release(&t->not_in_remote);
}

static int load_records(struct tracked *t, struct arena *arena, struct data *d, const char *commit,
                        const struct strv *within) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = index_load(&idx, d->repo, commit);

    if (!rc) {
        tracked_recorded(t, arena, idx, within);
    }
    return rc;
}

/* What HEAD records: nothing where there is no commit, or no project in it yet. */
static int load_head(struct tracked *t, struct arena *arena, struct data *d,
                     const struct strv *within) {
    struct gitrepo *git = d->repo->git;
    struct gitrev head;
    int rc;

    if (!gitrepo_has_commits(git)) {
        return 0;
    }
    if ((rc = gitrev_find(&head, git, arena, "HEAD"))) {
        return rc;
    }
    return tracked_project_at(d->repo, head.id) ? load_records(t, arena, d, head.id, within) : 0;
}

static bool said_same(const struct comparison *c, size_t i) {
    return i < c->changes.len && c->changes.at[i].kind == COMPARE_SAME;
}

/* What both comparisons found unchanged; it stands first in their lists, sorted. */
static void intersect(struct threeway *out, bool with_commit) {
    const struct comparison *a = &out->uncommitted, *b = &out->committed;
    size_t k = 0;

    for (size_t i = 0; said_same(a, i); i++) {
        const char *path = a->changes.at[i].path;
        while (with_commit && said_same(b, k) && path_compare(b->changes.at[k].path, path) < 0) {
            k++;
        }
        if (!with_commit || (said_same(b, k) && str_eq(b->changes.at[k].path, path))) {
            vec_push(&out->unchanged, path);
        }
    }
}

struct sides {
    struct tracked head, records, present;
};

static void sides_release(struct sides *s) {
    tracked_release(&s->head);
    tracked_release(&s->records);
    tracked_release(&s->present);
}

static int compare_sides(struct threeway *out, struct arena *arena, struct data *d,
                         const struct threeway_request *o, const struct strv *within) {
    struct sides s CLEANUP(sides_release) = {0};
    struct compare_options with = {
        .rules = COMPARE_DIGESTS, .files = o->files, .same = o->same, .within = *within};
    int rc;

    if ((rc = load_records(&s.records, arena, d, NULL, within)) ||
        (rc = tracked_present(&s.present, arena, d, &s.records)) ||
        (o->files && (rc = tracked_lend(&s.records, arena, d)))) {
        return rc;
    }
    with.missing = true;
    if ((rc = compare_tracked(&out->uncommitted, arena, d, &s.records, &s.present, &with))) {
        return rc;
    }
    with.missing = false;
    if (d->repo->git &&
        ((rc = load_head(&s.head, arena, d, within)) ||
         (rc = compare_tracked(&out->committed, arena, d, &s.head, &s.records, &with)))) {
        return rc;
    }
    intersect(out, d->repo->git != NULL);
    if (!o->not_in_remote) {
        return 0;
    }
    const struct remote_lacks_request ask = {
        .remote = o->remote, .files = o->files, .within = within};
    return remote_lacks(&out->not_in_remote, arena, d, &s.records, &ask);
}

int threeway_status(struct threeway *out, struct arena *arena, struct data *d,
                    const struct threeway_request *o) {
    struct strv within CLEANUP(strv_release) = {0};
    int rc;

    *out = (struct threeway){0};
    progress_phase(d->progress, "Looking for changes", 0, 0);
    if ((rc = tracked_paths(&within, d->repo, &o->targets))) {
        return rc;
    }
    return compare_sides(out, arena, d, o, &within);
}
