#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/exp_scope_opts.h"
#include "exp/exp_ref.h"
#include "exp/exp_scope.h"
#include "exp/share.h"

struct exp_list_args {
    struct strv remote;
    struct exp_scope_opts scope;
    bool name_only, sha_only;
};
#define AT(member) offsetof(struct exp_list_args, member)

static void print_one(struct session *s, const struct experiment *e,
                      const struct exp_list_args *a) {
    if (a->name_only) {
        show_line(s->out, "%s", e->name);
    } else if (a->sha_only) {
        show_line(s->out, "%s", e->id);
    } else if (a->remote.len) {
        show_line(s->out, "\t%s", e->name);
    } else {
        show_line(s->out, "\t%.7s [%s]", e->id, e->name);
    }
}

static int print_list(struct session *s, struct gitrepo *g, const struct experiments *list,
                      const struct exp_list_args *a) {
    struct map names CLEANUP(map_release) = MAP_INIT;
    bool brief = a->name_only || a->sha_only;
    int rc = brief ? 0 : exp_rev_names(&names, g, s->arena);

    for (size_t i = 0; !rc && i < list->len; i++) {
        const struct experiment *e = &list->at[i];

        if (!brief && (i == 0 || !str_eq(list->at[i - 1].baseline, e->baseline))) {
            const char *name = map_get(&names, e->baseline);
            show_line(s->out, "%s:", name ? name : arena_strndup(s->arena, e->baseline, 7));
        }
        print_one(s, e, a);
    }
    return rc;
}

static int exp_list_run(struct session *s, const void *args) {
    const struct exp_list_args *a = args;
    struct experiments list = {0};
    struct exp_scope scope;
    struct gitrepo *g;
    int rc = exp_git(&g, s->repo);

    if (rc || (rc = exp_scope_read(&scope, &a->scope))) {
        return rc;
    }
    if (a->remote.len && a->sha_only) {
        return err_set(ERR_FAILED, "--sha-only cannot be used for another repository");
    }
    rc = a->remote.len ? exp_remote_scope(&list, g, s->arena, a->remote.at[0], &scope)
                       : exp_scope_list(&list, g, s->arena, &scope);
    if (!rc) {
        rc = print_list(s, g, &list, a);
    }
    vec_release(&list);
    return rc;
}

static const struct opt exp_list_opts[] = {
    EXP_SCOPE_OPTS(AT(scope), "all there are"),
    {0, "name-only", OPT_FLAG, AT(name_only), .help = "print names alone", .alias = "names-only"},
    {0, "sha-only", OPT_FLAG, AT(sha_only), .help = "print ids of commits alone",
     .alias = "shas-only"},
    OPT_END,
};

const struct cmd cmd_exp_list = {
    .name = "exp list",
    .alias = "ls",
    .group = GROUP_EXPERIMENT,
    .summary = "list experiments",
    .detail = "With the name or URL of a Git remote, those that are there.",
    .opts = exp_list_opts,
    .args = "[<git-remote>]",
    .max_args = 1,
    .rest = AT(remote),
    .args_size = sizeof(struct exp_list_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_list_run,
};
