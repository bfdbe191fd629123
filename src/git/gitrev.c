#include "git/gitrev.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "git/gitlib.h"

static void fill(struct gitrev *out, const char *name, git_commit *commit) {
    git_oid_tostr(out->id, sizeof out->id, git_commit_id(commit));
    out->time = git_commit_time(commit);
    out->name = name;
}

static git_commit *peel(git_object *object) {
    git_commit *commit = NULL;
    if (git_object_peel((git_object **)&commit, object, GIT_OBJECT_COMMIT) < 0) {
        return NULL;
    }
    return commit;
}

static git_commit *parse(git_repository *repo, const char *name) {
    git_object *object = NULL;
    if (git_revparse_single(&object, repo, name) < 0) {
        return NULL;
    }
    git_commit *commit = peel(object);
    git_object_free(object);
    return commit;
}

/* A branch that only one remote has is meant by its bare name, as in `git checkout`. ERR_FAILED
 * when several have it. */
static int parse_remote(git_commit **out, git_repository *repo, struct arena *arena,
                        const char *name) {
    git_strarray remotes = {0};
    if (git_remote_list(&remotes, repo) < 0) {
        return 0;
    }
    int rc = 0;
    for (size_t i = 0; i < remotes.count && !rc; i++) {
        git_commit *commit =
            parse(repo, arena_printf(arena, "refs/remotes/%s/%s", remotes.strings[i], name));
        if (commit && *out && !git_oid_equal(git_commit_id(commit), git_commit_id(*out))) {
            rc = err_set(ERR_FAILED, "Git revision '%s' is ambiguous: several remotes have it",
                         name);
        }
        if (commit && !*out) {
            *out = commit;
        } else {
            git_commit_free(commit);
        }
    }
    git_strarray_dispose(&remotes);
    if (rc) {
        git_commit_free(*out);
        *out = NULL;
    }
    return rc;
}

int gitrev_find(struct gitrev *out, struct gitrepo *g, struct arena *arena, const char *name) {
    int rc = gitlib_open(g);
    if (rc) {
        return rc;
    }
    git_commit *commit = NULL;
    if (name[0] != '-' && name[0] != '\0') {
        commit = parse(g->repo, name);
        if (!commit && (rc = parse_remote(&commit, g->repo, arena, name))) {
            return rc;
        }
    }
    if (!commit) {
        return err_set(ERR_NOT_FOUND, "unknown Git revision '%s'", name);
    }
    fill(out, arena_strdup(arena, name), commit);
    git_commit_free(commit);
    return 0;
}

/* What a list is made from. */
struct listing {
    struct gitrevs *out;
    struct gitrepo *g;
    struct arena *arena;
    struct map by_id; /* id -> index in out + 1, as a pointer */
};

static void list_add(struct listing *l, const char *name, git_commit *commit) {
    char id[GIT_OID_HEXSZ + 1];
    git_oid_tostr(id, sizeof id, git_commit_id(commit));
    size_t at = (size_t)(uintptr_t)map_get(&l->by_id, id);
    if (at) {
        struct gitrev *rev = &l->out->at[at - 1];
        rev->name = arena_printf(l->arena, "%s,%s", rev->name, name);
        return;
    }
    struct gitrev rev;
    fill(&rev, name, commit);
    vec_push(l->out, rev);
    map_put(&l->by_id, arena_strdup(l->arena, id), (void *)(uintptr_t)l->out->len);
}

static int compare_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* References below `prefix`, sorted by name; those that lead to no commit are left out. */
static int list_refs(struct listing *l, const char *prefix) {
    git_strarray names = {0};
    if (git_reference_list(&names, l->g->repo) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the branches and tags of '%s'", l->g->root);
    }
    if (names.count > 0) {
        qsort(names.strings, names.count, sizeof *names.strings, compare_text);
    }
    for (size_t i = 0; i < names.count; i++) {
        git_commit *commit = NULL;
        if (str_starts(names.strings[i], prefix) &&
            (commit = parse(l->g->repo, names.strings[i]))) {
            list_add(l, arena_strdup(l->arena, names.strings[i] + strlen(prefix)), commit);
        }
        git_commit_free(commit);
    }
    git_strarray_dispose(&names);
    return 0;
}

/* Commits waiting to be listed, newest on top, of those of one second the lowest id, as DVC orders
 * them: a binary heap. */
struct waiting VEC_OF(git_commit *);

static bool sooner(git_commit *const *a, git_commit *const *b) {
    int64_t ta = git_commit_time(*a), tb = git_commit_time(*b);
    return ta != tb ? ta > tb : git_oid_cmp(git_commit_id(*a), git_commit_id(*b)) < 0;
}

static void wait_swap(struct waiting *w, size_t a, size_t b) {
    git_commit *commit = w->at[a];
    w->at[a] = w->at[b];
    w->at[b] = commit;
}

static void wait_push(struct waiting *w, git_commit *commit) {
    vec_push(w, commit);
    for (size_t i = w->len - 1; i > 0 && sooner(&w->at[i], &w->at[(i - 1) / 2]); i = (i - 1) / 2) {
        wait_swap(w, i, (i - 1) / 2);
    }
}

static git_commit *wait_pop(struct waiting *w) {
    git_commit *top = w->at[0];
    w->at[0] = w->at[--w->len];
    for (size_t i = 0;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < w->len; child++) {
            first = sooner(&w->at[child], &w->at[first]) ? child : first;
        }
        if (first == i) {
            return top;
        }
        wait_swap(w, i, first);
        i = first;
    }
}

/* Takes over the commit; one seen before is dropped. */
static void visit(struct waiting *w, struct map *seen, struct arena *arena, git_commit *commit) {
    char id[GIT_OID_HEXSZ + 1];
    git_oid_tostr(id, sizeof id, git_commit_id(commit));
    if (map_has(seen, id)) {
        git_commit_free(commit);
        return;
    }
    map_put(seen, arena_strdup(arena, id), seen);
    wait_push(w, commit);
}

static int visit_starts(struct waiting *w, struct map *seen, struct listing *l) {
    git_strarray names = {0};
    if (git_reference_list(&names, l->g->repo) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the references of '%s'", l->g->root);
    }
    git_commit *head = parse(l->g->repo, "HEAD");
    if (head) {
        visit(w, seen, l->arena, head);
    }
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.strings[i];
        git_commit *commit = NULL;
        if ((str_starts(name, "refs/heads/") || str_starts(name, "refs/remotes/") ||
             str_starts(name, "refs/tags/")) &&
            (commit = parse(l->g->repo, name))) {
            visit(w, seen, l->arena, commit);
        }
    }
    git_strarray_dispose(&names);
    return 0;
}

/* All commits, newest first. Walked by ourselves: libgit2's walk fails at the edge of a shallow
 * clone, where parents are named but absent. */
static int list_commits(struct listing *l) {
    struct map seen CLEANUP(map_release) = MAP_INIT;
    struct waiting w = {0};
    int rc = visit_starts(&w, &seen, l);
    while (w.len > 0) {
        git_commit *commit = wait_pop(&w);
        char id[GIT_OID_HEXSZ + 1];
        list_add(l, arena_strdup(l->arena, git_oid_tostr(id, sizeof id, git_commit_id(commit))),
                 commit);
        unsigned parents = git_commit_parentcount(commit);
        for (unsigned i = 0; i < parents; i++) {
            git_commit *parent = NULL;
            if (git_commit_parent(&parent, commit, i) == 0) {
                visit(&w, &seen, l->arena, parent);
            }
        }
        git_commit_free(commit);
    }
    vec_release(&w);
    return rc;
}

int gitrev_list(struct gitrevs *out, struct gitrepo *g, struct arena *arena, unsigned sets) {
    int rc = gitlib_open(g);
    if (rc) {
        return rc;
    }
    struct listing l = {.out = out, .g = g, .arena = arena};
    if (sets & GITREV_COMMITS) {
        rc = list_commits(&l);
    } else {
        rc = sets & GITREV_BRANCHES ? list_refs(&l, "refs/heads/") : 0;
        if (!rc && sets & GITREV_TAGS) {
            rc = list_refs(&l, "refs/tags/");
        }
    }
    map_release(&l.by_id);
    return rc;
}
