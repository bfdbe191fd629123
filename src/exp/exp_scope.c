#include "exp/exp_scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "exp/exp_ref.h"

int exp_git(struct gitrepo **out, const struct repo *r) {
    *out = r->git;
    if (!r->git) {
        err_set(ERR_FAILED, "experiments need a Git repository");
        err_hint("git init, and a first commit");
        return ERR_FAILED;
    }
    return 0;
}

/* While DVC runs an experiment in the workspace, HEAD is not where the user left it. */
static const char *fixed_head(struct gitrepo *g, struct arena *arena, const char *name) {
    char id[41];

    if (!str_starts(name, "HEAD") || (name[4] && !strchr("~^", name[4]))) {
        return name;
    }
    if (gitref_read(id, g, EXP_EXEC_BASELINE)) {
        err_clear();
        return name;
    }
    return arena_printf(arena, "%s%s", EXP_EXEC_BASELINE, name + strlen("HEAD"));
}

int exp_rev_find(struct gitrev *out, struct gitrepo *g, struct arena *arena, const char *name) {
    struct experiments all = {0};
    struct experiment e;
    int rc = gitrev_find(out, g, arena, fixed_head(g, arena, name));

    if (!rc) {
        out->name = arena_strdup(arena, name);
    }
    if (rc != ERR_NOT_FOUND) {
        return rc;
    }
    /* Whose name was nearly typed? */
    err_clear();
    rc = exp_list(&all, g, arena, NULL);
    if (!rc) {
        rc = exp_pick(&e, &all, NULL, name);
    }
    const char *hint = rc && err_hint_text() ? arena_strdup(arena, err_hint_text()) : NULL;
    vec_release(&all);
    err_clear();
    rc = err_set(ERR_NOT_FOUND, "unknown Git revision '%s'", name);
    if (hint) {
        err_hint("%s", hint);
    }
    return rc;
}

/* Takes over the list. */
static void add_revs(struct gitrevs *out, struct map *seen, struct arena *arena,
                     struct gitrevs *list) {
    for (size_t i = 0; i < list->len; i++) {
        if (map_add(seen, arena_strdup(arena, list->at[i].id), seen)) {
            vec_push(out, list->at[i]);
        }
    }
    vec_release(list);
}

static int add_line(struct gitrevs *out, struct map *seen, struct gitrepo *g, struct arena *arena,
                    const char *name, int num) {
    struct gitrevs list = {0};
    struct gitrev tip;
    int rc = exp_rev_find(&tip, g, arena, name);

    if (!rc && num) {
        rc = gitrev_line(&list, g, arena, tip.id, num, 0);
    }
    add_revs(out, seen, arena, &list);
    return rc;
}

static int add_sets(struct gitrevs *out, struct map *seen, struct gitrepo *g, struct arena *arena,
                    unsigned sets) {
    struct gitrevs list = {0};
    int rc = sets ? gitrev_list(&list, g, arena, sets) : 0;

    add_revs(out, seen, arena, &list);
    return rc;
}

int exp_scope_revs(struct gitrevs *out, struct gitrepo *g, struct arena *arena,
                   const struct exp_scope *s) {
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int rc = 0;

    if (s->all_commits) {
        return add_sets(out, &seen, g, arena, GITREV_COMMITS);
    }
    if (!s->revs.len && !s->all_branches && !s->all_tags) {
        return add_line(out, &seen, g, arena, "HEAD", s->num);
    }
    for (size_t i = 0; i < s->revs.len && !rc; i++) {
        rc = add_line(out, &seen, g, arena, s->revs.at[i], s->num);
    }
    if (!rc) {
        rc = add_sets(out, &seen, g, arena, s->all_branches ? GITREV_BRANCHES : 0);
    }
    return rc ? rc : add_sets(out, &seen, g, arena, s->all_tags ? GITREV_TAGS : 0);
}

int exp_scope_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
                   const struct exp_scope *s) {
    struct strv ids CLEANUP(strv_release) = {0};
    struct gitrevs revs = {0};
    int rc = s->all_commits ? 0 : exp_scope_revs(&revs, g, arena, s);

    for (size_t i = 0; i < revs.len; i++) {
        vec_push(&ids, arena_strdup(arena, revs.at[i].id));
    }
    vec_release(&revs);
    return rc ? rc : exp_list(out, g, arena, s->all_commits ? NULL : &ids);
}

/* Tags may lead to objects of their own. */
static int name_tags(struct map *out, struct gitrepo *g, struct arena *arena) {
    static const char prefix[] = "refs/tags/";
    struct gitrefs refs = {0};
    int rc = gitref_list(&refs, g, arena, prefix);

    for (size_t i = 0; !rc && i < refs.len; i++) {
        struct gitrev rev;

        if (gitrev_find(&rev, g, arena, refs.at[i].name)) {
            err_clear();
            continue;
        }
        (void)map_add(out, arena_strdup(arena, rev.id), (void *)(refs.at[i].name + strlen(prefix)));
    }
    vec_release(&refs);
    return rc;
}

int exp_rev_names(struct map *out, struct gitrepo *g, struct arena *arena) {
    static const char prefix[] = "refs/heads/";
    const char *branch = gitrepo_branch(g, arena);
    struct gitrefs refs = {0};
    char head[41];
    int rc;

    if (branch && gitref_read(head, g, arena_printf(arena, "%s%s", prefix, branch)) == 0) {
        (void)map_add(out, arena_strdup(arena, head), (void *)branch);
    }
    err_clear();
    if ((rc = name_tags(out, g, arena)) || (rc = gitref_list(&refs, g, arena, prefix))) {
        return rc;
    }
    for (size_t i = 0; i < refs.len; i++) {
        (void)map_add(out, arena_strdup(arena, refs.at[i].id),
                      (void *)(refs.at[i].name + strlen(prefix)));
    }
    vec_release(&refs);
    return 0;
}
