#include "exp/share_sync.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "data/data.h"
#include "git/gitref.h"
#include "git/gitrev.h"
#include "git/gitwire.h"
#include "model/repo.h"
#include "exp/exp_ref.h"
#include "exp/share.h"

static int pick_names(struct experiments *out, const struct experiments *all, struct gitrepo *g,
                      struct arena *arena, const struct strv *names) {
    struct map seen CLEANUP(map_release) = MAP_INIT;
    struct gitrev head;
    bool has_head = gitrev_find(&head, g, arena, "HEAD") == 0;
    int rc = 0;

    if (!has_head) {
        err_clear();
    }
    for (size_t i = 0; i < names->len && !rc; i++) {
        struct experiment e;

        rc = exp_pick(&e, all, has_head ? head.id : NULL, names->at[i]);
        if (!rc && map_add(&seen, e.ref, &seen)) {
            vec_push(out, e);
        }
    }
    return rc;
}

static int choose_here(struct experiments *out, struct gitrepo *g, struct arena *arena,
                       const struct exp_share_request *q) {
    struct experiments all = {0};
    int rc;

    if (!q->names.len) {
        return exp_scope_list(out, g, arena, &q->scope);
    }
    rc = exp_list(&all, g, arena, NULL);
    if (!rc) {
        rc = pick_names(out, &all, g, arena, &q->names);
    }
    vec_release(&all);
    return rc;
}

static int choose_there(struct experiments *out, struct gitrepo *g, struct arena *arena,
                        const struct exp_share_request *q) {
    struct experiments all = {0};
    int rc;

    if (!q->names.len) {
        return exp_remote_scope(out, g, arena, q->place, &q->scope);
    }
    rc = exp_remote_list(&all, g, arena, q->place);
    if (!rc) {
        rc = pick_names(out, &all, g, arena, &q->names);
    }
    vec_release(&all);
    return rc;
}

/* The commits of an experiment, without its baseline. */
static int add_commits(struct strv *out, struct gitrepo *g, struct arena *arena,
                       const struct experiment *e) {
    struct gitrev rev;
    int rc = gitrev_find(&rev, g, arena, e->id);

    while (!rc && !str_eq(rev.id, e->baseline)) {
        vec_push(out, arena_strdup(arena, rev.id));
        rc = gitrev_find(&rev, g, arena, arena_printf(arena, "%s^", rev.id));
    }
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    return rc;
}

typedef int sync_fn(struct sync_result *result, struct arena *arena, struct data *d,
                    const struct sync_request *o);

static int move_data(struct exp_share_result *result, struct arena *arena, struct data *d,
                     const struct experiments *list, const struct exp_share_request *q,
                     sync_fn *sync) {
    struct strv revs CLEANUP(strv_release) = {0};
    int rc = 0;

    for (size_t i = 0; i < list->len && !rc; i++) {
        rc = add_commits(&revs, d->repo->git, arena, &list->at[i]);
    }
    if (rc || !revs.len || q->no_data) {
        return rc;
    }
    const struct sync_request o = {.revs = revs,
                                   .no_workspace = true,
                                   .remote = q->remote,
                                   .run_cache = q->run_cache,
                                   .jobs = q->jobs,
                                   .max_size = -1};
    rc = sync(&result->sync, arena, d, &o);
    if (rc && rc != ERR_INTERRUPTED && !q->remote && !data_remote_default(d)) {
        log_warn("only the experiments, not their data: %s", err_text());
        err_clear();
        return 0;
    }
    return rc;
}

static int tell_diverged(const struct exp_share_result *result, const char *where) {
    if (!result->diverged.len) {
        return 0;
    }
    err_set(ERR_FAILED, "%zu experiment%s left alone: %s has another of the same name ('%s')",
            result->diverged.len, result->diverged.len > 1 ? "s" : "", where,
            result->diverged.at[0]);
    err_hint("Use `-f` to force."); /* VS Code looks for this */
    return ERR_FAILED;
}

static bool is_divergence(const char *why) {
    return str_starts(why, "non-fast-forward") || str_starts(why, "fetch first") ||
           str_starts(why, "already exists") || str_starts(why, "stale info");
}

/* Sorts what became of each reference; *moved gets those that are there now. */
static int sort_pushed(struct exp_share_result *result, struct experiments *moved,
                       const struct experiments *list, const struct gitwire_results *pushed,
                       const struct exp_share_request *q, struct arena *arena) {
    struct map by_ref CLEANUP(map_release) = MAP_INIT;
    int rc = 0;

    for (size_t i = 0; i < pushed->len; i++) {
        map_put(&by_ref, pushed->at[i].ref, &pushed->at[i]);
    }
    for (size_t i = 0; i < list->len; i++) {
        const struct gitwire_pushed *p = map_get(&by_ref, list->at[i].ref);
        const char *name = list->at[i].name;

        if (p && p->state == GITWIRE_REJECTED && is_divergence(p->why)) {
            vec_push(&result->diverged, name);
        } else if (!p || p->state == GITWIRE_REJECTED) {
            rc = rc ? rc
                    : err_set(ERR_FAILED, "'%s' refused the experiment '%s': %s",
                              gitwire_shown(arena, q->place), name, p ? p->why : "no answer");
        } else {
            vec_push(p->state == GITWIRE_UP_TO_DATE ? &result->same : &result->moved, name);
            vec_push(moved, list->at[i]);
        }
    }
    return rc;
}

int exp_push(struct exp_share_result *result, struct arena *arena, struct data *d,
             const struct exp_share_request *q) {
    struct strv refspecs CLEANUP(strv_release) = {0};
    struct experiments list = {0}, moved = {0};
    struct gitwire_results pushed = {0};
    struct gitrepo *g;
    int rc = exp_git(&g, d->repo), refused = 0;

    if (!rc) {
        rc = choose_here(&list, g, arena, q);
    }
    for (size_t i = 0; i < list.len; i++) {
        const char *ref = list.at[i].ref;
        vec_push(&refspecs, arena_printf(arena, "%s%s:%s", q->force ? "+" : "", ref, ref));
    }
    if (!rc && list.len) {
        rc = gitwire_push(&pushed, arena, g, q->place, &refspecs);
    }
    if (!rc) {
        refused = sort_pushed(result, &moved, &list, &pushed, q, arena);
        struct err_chain *why = err_take(refused);
        rc = move_data(result, arena, d, &moved, q, data_push);
        if (rc) {
            err_drop(why);
        } else {
            rc = err_give(why);
        }
    }
    vec_release(&pushed);
    vec_release(&moved);
    vec_release(&list);
    return rc ? rc : tell_diverged(result, "the remote");
}

int exp_pull(struct exp_share_result *result, struct arena *arena, struct data *d,
             const struct exp_share_request *q) {
    struct strv refspecs CLEANUP(strv_release) = {0};
    struct experiments list = {0}, moved = {0};
    struct gitrepo *g;
    int rc = exp_git(&g, d->repo);

    if (!rc) {
        rc = choose_there(&list, g, arena, q);
    }
    for (size_t i = 0; !rc && i < list.len; i++) {
        const struct experiment *e = &list.at[i];
        char id[41];
        int found = gitref_read(id, g, e->ref);

        if (found) {
            err_clear();
        }
        if (!found && !str_eq(id, e->id) && !q->force) {
            vec_push(&result->diverged, e->name);
            continue;
        }
        vec_push(!found && str_eq(id, e->id) ? &result->same : &result->moved, e->name);
        vec_push(&moved, *e);
        vec_push(&refspecs, arena_printf(arena, "+%s:%s", e->ref, e->ref));
    }
    if (!rc && result->moved.len) {
        rc = gitwire_fetch(g, q->place, &refspecs, GITWIRE_AS_IS);
    }
    if (rc) {
        vec_clear(&result->moved);
    } else {
        rc = move_data(result, arena, d, &moved, q, data_fetch);
    }
    vec_release(&moved);
    vec_release(&list);
    return rc ? rc : tell_diverged(result, "this repository");
}

void exp_share_release(struct exp_share_result *result) {
    strv_release(&result->moved);
    strv_release(&result->same);
    strv_release(&result->diverged);
    sync_result_release(&result->sync);
}
