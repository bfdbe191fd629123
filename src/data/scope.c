#include "data/scope.h"

#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "data/data.h"
#include "git/gitrev.h"
#include "model/index.h"
#include "model/index_seen.h"
#include "model/repo.h"
#include "os/signal.h"

struct views {
    struct data *data;
    struct arena *arena;
    const struct scope *scope;
    enum scope_trouble trouble;
    struct index_seen *files_seen; /* of scope_each_new */
    struct gitrevs revs;           /* each commit once */
    struct map seen;
};

static void views_release(struct views *v) {
    index_seen_free(v->files_seen);
    vec_release(&v->revs);
    map_release(&v->seen);
}

/* Takes over the list. */
static void add_revs(struct views *v, struct gitrevs *list, int64_t since) {
    for (size_t i = 0; i < list->len; i++) {
        const struct gitrev *rev = &list->at[i];
        if (rev->time >= since && map_add(&v->seen, arena_strdup(v->arena, rev->id), v)) {
            vec_push(&v->revs, *rev);
        }
    }
    vec_release(list);
}

static unsigned whole(const struct views *v) {
    return v->trouble == SCOPE_REFUSE ? GITREV_WHOLE : 0;
}

static int add_set(struct views *v, unsigned sets, int64_t since) {
    struct gitrevs list = {0};
    int rc = gitrev_list(&list, v->data->repo->git, v->arena, sets | whole(v));

    add_revs(v, &list, since);
    return rc;
}

static int add_line(struct views *v, const char *name) {
    struct gitrevs list = {0};
    int num = v->scope->num ? v->scope->num : 1;
    int rc = gitrev_line(&list, v->data->repo->git, v->arena, name, num, whole(v));

    add_revs(v, &list, INT64_MIN);
    return rc;
}

static int add_branches(struct views *v) {
    struct gitrevs tips = {0};

    if (v->scope->num == 0 || v->scope->num == 1) {
        return add_set(v, GITREV_BRANCHES, INT64_MIN);
    }
    int rc = gitrev_list(&tips, v->data->repo->git, v->arena, GITREV_BRANCHES | whole(v));
    for (size_t i = 0; !rc && i < tips.len; i++) {
        rc = add_line(v, tips.at[i].id);
    }
    vec_release(&tips);
    return rc;
}

/* Midnight of the local time zone, as for DVC. */
static int read_date(int64_t *out, const char *text) {
    struct tm day = {.tm_isdst = -1};
    const char *end = strptime(text, "%Y-%m-%d", &day);

    if (!end || *end != '\0') {
        return err_set(ERR_FAILED, "'%s' is no date of the form yyyy-mm-dd", text);
    }
    *out = mktime(&day);
    return 0;
}

static int list_views(struct views *v) {
    const struct scope *s = v->scope;
    int64_t since = 0;
    int rc = s->date ? read_date(&since, s->date) : 0;

    if (rc || !(s->all_branches || s->all_tags || s->all_commits || s->all_experiments ||
                s->revs.len > 0 || s->date)) {
        return rc;
    }
    if (!v->data->repo->git) {
        return err_set(ERR_FAILED, "revisions can only be looked at in a Git repository");
    }
    for (size_t i = 0; i < s->revs.len; i++) {
        if ((rc = add_line(v, s->revs.at[i]))) {
            return rc;
        }
    }
    if (s->all_commits) {
        rc = add_set(v, GITREV_COMMITS, INT64_MIN);
    } else {
        rc = s->all_branches ? add_branches(v) : 0;
        if (!rc && s->all_tags) {
            rc = add_set(v, GITREV_TAGS, INT64_MIN);
        }
        if (!rc && s->date) {
            rc = add_set(v, GITREV_COMMITS, since);
        }
    }
    return !rc && s->all_experiments ? add_set(v, GITREV_EXPERIMENTS, INT64_MIN) : rc;
}

static int load_strictly(struct index **out, const struct views *v, const char *commit,
                         bool whole) {
    struct repo *r = v->data->repo;

    if (v->files_seen && commit) {
        return index_load_new(out, r, commit, v->files_seen, whole);
    }
    return whole ? index_load_whole(out, r, commit) : index_load(out, r, commit);
}

static int load_view(struct index **out, const struct views *v, const char *commit) {
    struct repo *r = v->data->repo;

    switch (v->trouble) {
    case SCOPE_SKIP:
        break;
    case SCOPE_REFUSE:
        return load_strictly(out, v, commit, true);
    case SCOPE_SALVAGE: {
        int rc = load_strictly(out, v, commit, true);
        if (!rc || rc == ERR_INTERRUPTED) {
            return rc;
        }
        log_warn("not all of %s can be read: %s", commit ? commit : "the workspace", err_text());
        err_clear();
        return index_load_sound(out, r, commit);
    }
    }
    return load_strictly(out, v, commit, false);
}

static int visit_view(const struct views *v, const struct gitrev *rev, scope_fn *fn, void *ctx) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = cancel_check();

    if (rc || (rc = load_view(&idx, v, rev ? rev->id : NULL))) {
        return rc;
    }
    return fn(ctx, idx, rev ? rev->name : NULL);
}

static int visit_all(struct views *v, scope_fn *fn, void *ctx) {
    bool any = false; /* a view that could be read */
    int rc = list_views(v);

    for (size_t i = v->scope->no_workspace ? 1 : 0; !rc && i <= v->revs.len; i++) {
        const struct gitrev *rev = i > 0 ? &v->revs.at[i - 1] : NULL;
        const char *name = rev ? rev->name : "the workspace";
        bool last = !any && i == v->revs.len;

        rc = visit_view(v, rev, fn, ctx);
        if (!rc) {
            any = true;
        } else if (rc != ERR_INTERRUPTED && v->trouble != SCOPE_REFUSE &&
                   !(v->trouble == SCOPE_SKIP && last)) {
            log_warn("%s is left out: %s", name, err_text());
            err_clear();
            rc = 0;
        } else if (rev && rc != ERR_INTERRUPTED) {
            rc = err_wrap(rc, "%s", name);
        }
    }
    return rc;
}

int scope_each(struct data *d, struct arena *arena, const struct scope *s,
               enum scope_trouble trouble, scope_fn *fn, void *ctx) {
    struct views v CLEANUP(views_release) = {
        .data = d, .arena = arena, .scope = s, .trouble = trouble};

    return visit_all(&v, fn, ctx);
}

int scope_each_new(struct data *d, struct arena *arena, const struct scope *s,
                   enum scope_trouble trouble, scope_fn *fn, void *ctx) {
    struct views v CLEANUP(views_release) = {
        .data = d, .arena = arena, .scope = s, .trouble = trouble, .files_seen = index_seen_new()};

    return visit_all(&v, fn, ctx);
}
