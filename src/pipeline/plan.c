#include "pipeline/plan.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/data.h"
#include "data/status.h"
#include "hash/digest.h"
#include "model/pipefile.h"
#include "model/stage.h"
#include "model/view.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"

struct judge {
    struct arena *arena;
    struct data *data;
    struct memo *memo;
    const struct plan_options *opt;
};

static int params_change(struct plan *p, const struct judge *j, const struct stage *s,
                         const struct dep *dep) {
    struct view view = {.repo = j->data->repo};
    struct status_entries entries = {0};
    int rc = params_status(&view, &entries, j->arena, s, dep);

    if (!rc && entries.len) {
        p->key = entries.at[0].key;
        p->change = entries.at[0].change;
    }
    vec_release(&entries);
    return rc;
}

static int file_change(enum change *c, const struct judge *j, const struct dep *dep) {
    const struct content *known = dep->kind == DEP_FILE ? memo_get(j->memo, dep->path) : NULL;
    int rc;

    if (known && known->digest.algo == dep->recorded.digest.algo) {
        *c = digest_equal(&known->digest, &dep->recorded.digest) ? CHANGE_NONE : CHANGE_MODIFIED;
        return 0;
    }
    rc = dep_change(c, j->arena, j->data, dep);
    if (!rc && *c == CHANGE_NONE && dep->kind == DEP_FILE) {
        memo_put(j->memo, dep->path, &dep->recorded);
    }
    return rc;
}

/* Whether a stage upstream has recorded another content for the path than the dependency: then the
 * missing file is known to have changed. */
static bool changed_upstream(const struct stages *upstream, const struct dep *dep) {
    for (size_t i = 0; upstream && i < upstream->len; i++) {
        const struct stage *s = upstream->at[i];

        for (size_t k = 0; k < s->nouts; k++) {
            if (str_eq(s->outs[k].path, dep->path) &&
                !digest_equal(&s->outs[k].recorded.digest, &dep->recorded.digest)) {
                return true;
            }
        }
    }
    return false;
}

static bool dep_may_be_missing(const struct judge *j, const struct plan *p, const struct dep *dep) {
    return j->opt->allow_missing && p->change == CHANGE_DELETED && !p->key &&
           !changed_upstream(j->opt->upstream, dep);
}

static int judge_deps(struct plan *p, const struct judge *j, const struct stage *s) {
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *dep = &s->deps[i];
        struct plan found = {.reason = PLAN_DEP, .path = dep->path};
        int rc = dep->kind == DEP_PARAMS ? params_change(&found, j, s, dep)
                                         : file_change(&found.change, j, dep);

        if (rc) {
            return rc;
        }
        if (found.change != CHANGE_NONE && !dep_may_be_missing(j, &found, dep)) {
            *p = found;
            return 0;
        }
    }
    return 0;
}

static int judge_outs(struct plan *p, const struct judge *j, const struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        const struct out *o = &s->outs[i];
        enum change c = CHANGE_NONE;
        int rc = output_change(&c, j->arena, j->data, o);

        if (rc) {
            return rc;
        }
        if (c == CHANGE_NONE) {
            memo_put(j->memo, o->path, &o->recorded);
        } else if (!j->opt->allow_missing || (c != CHANGE_DELETED && c != CHANGE_NOT_IN_CACHE)) {
            *p = (struct plan){.reason = PLAN_OUT, .path = o->path, .change = c};
            return 0;
        }
    }
    return 0;
}

int plan_stage(struct plan *out, struct arena *arena, struct data *d, struct memo *memo,
               const struct stage *s, const struct plan_options *opt) {
    struct judge j = {.arena = arena, .data = d, .memo = memo, .opt = opt};
    int rc;

    *out = (struct plan){.reason = PLAN_CLEAN};
    if (stage_command_changed(s)) {
        out->reason = PLAN_COMMAND;
    } else if (stage_checksum_changed(s)) {
        out->reason = PLAN_CHECKSUM;
    } else if (!s->frozen && stage_runs_always(s)) {
        out->reason = PLAN_ALWAYS;
    }
    if (out->reason != PLAN_CLEAN) {
        return 0;
    }
    if (!s->frozen && ((rc = judge_deps(out, &j, s)) || out->reason != PLAN_CLEAN)) {
        return rc;
    }
    return judge_outs(out, &j, s);
}

const char *plan_words(struct arena *arena, const struct plan *p) {
    switch (p->reason) {
    case PLAN_CLEAN:
        return "nothing changed";
    case PLAN_FORCED:
        return "forced";
    case PLAN_COMMAND:
        return "the command changed";
    case PLAN_CHECKSUM:
        return "its definition changed";
    case PLAN_ALWAYS:
        return "it always runs";
    case PLAN_DEP:
        return arena_printf(arena, "dependency '%s%s%s' is %s", p->path, p->key ? ":" : "",
                            p->key ? p->key : "", change_word(p->change));
    case PLAN_OUT:
        return arena_printf(arena, "output '%s' is %s", p->path, change_word(p->change));
    }
    return "";
}
