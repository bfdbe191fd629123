#include "measure/plot_modify.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/index.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/suggest.h"
#include "measure/plot_definitions.h"
#include "measure/plot_template.h"

static int no_out(const struct repo *r, const struct index *idx, const char *typed) {
    struct strv names CLEANUP(strv_release) = {0};
    const char *near;
    int rc;

    for (size_t i = 0; i < idx->outs.len; i++) {
        vec_push(&names, repo_shown(r, idx->outs.at[i]->path));
    }
    near = suggest_name(typed, &names);
    rc = err_set(ERR_NOT_FOUND, "'%s' is no output of a stage", typed);
    if (near) {
        err_hint("did you mean '%s'?", near);
    } else {
        err_hint("plots of other files are described at the top of dvc.yaml, under 'plots'");
    }
    return rc;
}

static int check_unset(const struct out *o, const char *typed, const struct strv *unset) {
    if (unset->len && o->kind != OUT_PLOT) {
        return err_set(ERR_FAILED, "'%s' is no plot", typed);
    }
    for (size_t i = 0; i < unset->len; i++) {
        if (!node_get(o->node, unset->at[i])) {
            return err_set(ERR_FAILED, "plot '%s' has no '%s'", typed, unset->at[i]);
        }
        if (str_eq(unset->at[i], "cache") || str_eq(unset->at[i], "persist")) {
            return err_set(ERR_FAILED, "'%s' says nothing of how plot '%s' looks", unset->at[i],
                           typed);
        }
    }
    return 0;
}

int plot_modify(struct repo *r, const struct index *idx, const char *typed,
                const struct plot_options *o, const struct strv *unset) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct out *out;
    const char *path;
    int rc;

    if ((o->template && (rc = plot_template_check(r, o->template))) ||
        (rc = repo_path(&path, r, typed, true))) {
        return rc;
    }
    out = index_find_out(idx, path);
    if (!out || !str_eq(out->path, path)) {
        return no_out(r, idx, typed);
    }
    if (!out->stage->name) {
        rc = err_set(ERR_UNSUPPORTED, "'%s' is tracked by '%s', which does not describe plots",
                     typed, repo_shown(r, out->stage->file));
        err_hint("describe it at the top of dvc.yaml, under 'plots'");
        return rc;
    }
    if ((rc = check_unset(out, typed, unset))) {
        return rc;
    }
    return pipefile_set_plot(r, out, plot_options_node(arena, o), unset);
}
