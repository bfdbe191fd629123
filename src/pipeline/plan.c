#include "pipeline/plan.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/data.h"
#include "data/status.h"
#include "hash/digest.h"
#include "model/pipefile.h"
#include "model/stage.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"

struct judge {
    struct arena *arena;
    struct data *data;
    struct memo *memo;
    const struct plan_options *opt;
    struct plans *found;
    bool all; /* else one reason is enough */
};

static bool decided(const struct judge *j) {
    return !j->all && j->found->len > 0;
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

static bool dep_may_be_missing(const struct judge *j, const struct plan *p) {
    return j->opt->allow_missing && p->change == CHANGE_DELETED && !p->key &&
           !changed_upstream(j->opt->upstream, p->dep);
}

static int params_change(const struct judge *j, const struct stage *s, const struct dep *dep) {
    struct status_entries entries = {0};
    int rc = params_status(memo_params(j->memo), &entries, j->arena, s, dep);

    for (size_t i = 0; !rc && i < entries.len; i++) {
        struct plan p = {.reason = PLAN_DEP, .path = dep->path, .dep = dep};

        p.key = entries.at[i].key;
        p.change = entries.at[i].change;
        if (!dep_may_be_missing(j, &p)) {
            vec_push(j->found, p);
        }
    }
    vec_release(&entries);
    return rc;
}

static int file_change(const struct judge *j, const struct dep *dep) {
    const struct content *known = dep->kind == DEP_FILE ? memo_get(j->memo, dep->path) : NULL;
    struct plan p = {.reason = PLAN_DEP, .path = dep->path, .dep = dep};
    int rc;

    if (known && known->digest.algo == dep->recorded.digest.algo) {
        bool same = digest_equal(&known->digest, &dep->recorded.digest);
        p.change = same ? CHANGE_NONE : CHANGE_MODIFIED;
    } else if ((rc = dep_change(&p.change, j->arena, j->data, dep))) {
        return rc;
    } else if (p.change == CHANGE_NONE && dep->kind == DEP_FILE) {
        memo_put(j->memo, dep->path, &dep->recorded);
    }
    if (p.change != CHANGE_NONE && !dep_may_be_missing(j, &p)) {
        vec_push(j->found, p);
    }
    return 0;
}

static int judge_deps(const struct judge *j, const struct stage *s) {
    int rc = 0;

    for (size_t i = 0; i < s->ndeps && !rc && !decided(j); i++) {
        const struct dep *dep = &s->deps[i];

        rc = dep->kind == DEP_PARAMS ? params_change(j, s, dep) : file_change(j, dep);
    }
    return rc;
}

static int judge_outs(const struct judge *j, const struct stage *s) {
    for (size_t i = 0; i < s->nouts && !decided(j); i++) {
        const struct out *o = &s->outs[i];
        struct plan p = {.reason = PLAN_OUT, .path = o->path, .out = o};
        int rc = output_change(&p.change, j->data, o);

        if (rc) {
            return rc;
        }
        if (p.change == CHANGE_NONE) {
            memo_put(j->memo, o->path, &o->recorded);
        } else if (!j->opt->allow_missing ||
                   (p.change != CHANGE_DELETED && p.change != CHANGE_NOT_IN_CACHE)) {
            vec_push(j->found, p);
        }
    }
    return 0;
}

static void judge_definition(const struct judge *j, const struct stage *s) {
    const bool holds[] = {
        [PLAN_COMMAND] = stage_command_changed(s),
        [PLAN_CHECKSUM] = stage_checksum_changed(s),
        [PLAN_ALWAYS] = !s->frozen && stage_runs_always(s),
    };

    for (size_t i = 0; i < COUNT_OF(holds); i++) {
        if (holds[i]) {
            vec_push(j->found, ((struct plan){.reason = (enum plan_reason)i}));
        }
    }
}

static int judge_stage(const struct judge *j, const struct stage *s) {
    int rc = 0;

    judge_definition(j, s);
    if (!s->frozen && !decided(j)) {
        rc = judge_deps(j, s);
    }
    return rc ? rc : judge_outs(j, s);
}

int plan_stage(struct plan *out, struct arena *arena, struct data *d, struct memo *memo,
               const struct stage *s, const struct plan_options *opt) {
    struct plans found = {0};
    struct judge j = {.arena = arena, .data = d, .memo = memo, .opt = opt, .found = &found};
    int rc = judge_stage(&j, s);

    *out = found.len ? found.at[0] : (struct plan){.reason = PLAN_CLEAN};
    vec_release(&found);
    return rc;
}

int plan_reasons(struct plans *out, struct arena *arena, struct data *d, struct memo *memo,
                 const struct stage *s, const struct plan_options *opt) {
    struct judge j = {
        .arena = arena, .data = d, .memo = memo, .opt = opt, .found = out, .all = true};

    return judge_stage(&j, s);
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
