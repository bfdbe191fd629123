#include "git/gitrev.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "os/file.h"
#include "git/gitlib.h"

#define SHALLOW_MAX ((size_t)16 << 20)

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

#define EXPERIMENTS "refs/exps/"

/* "refs/exps/ab/cdef…/name": the commit the experiment started from is in its name. What else lies
 * there (the queue's stash, marks of a run under way) has another form. */
static bool experiment_start(char start[GIT_OID_HEXSZ + 1], const char *ref) {
    const char *p = ref + strlen(EXPERIMENTS);

    if (!str_starts(ref, EXPERIMENTS) || strlen(p) < GIT_OID_HEXSZ + 3 || p[2] != '/' ||
        p[GIT_OID_HEXSZ + 1] != '/') {
        return false;
    }
    memcpy(start, p, 2);
    memcpy(start + 2, p + 3, GIT_OID_HEXSZ - 2);
    start[GIT_OID_HEXSZ] = '\0';
    return strspn(start, "0123456789abcdef") == GIT_OID_HEXSZ;
}

/* Experiments are meant by their bare names, too: of several the one that was started from HEAD. */
static int parse_experiment(git_commit **out, git_repository *repo, struct arena *arena,
                            const char *name) {
    git_reference_iterator *refs = NULL;
    char start[GIT_OID_HEXSZ + 1], head[GIT_OID_HEXSZ + 1] = "";
    const char *ref, *found = NULL;
    bool several = false;
    git_oid id;

    if (git_reference_iterator_glob_new(&refs, repo, EXPERIMENTS "*") < 0) {
        return 0;
    }
    if (git_reference_name_to_id(&id, repo, "HEAD") == 0) {
        git_oid_tostr(head, sizeof head, &id);
    }
    while (git_reference_next_name(&ref, refs) == 0) {
        if (!experiment_start(start, ref) ||
            !str_eq(ref + strlen(EXPERIMENTS) + GIT_OID_HEXSZ + 2, name)) {
            continue;
        }
        several = found != NULL && !str_eq(start, head);
        found = arena_strdup(arena, ref);
        if (str_eq(start, head)) {
            break;
        }
    }
    git_reference_iterator_free(refs);
    if (several) {
        return err_set(ERR_FAILED, "several commits have an experiment '%s'", name);
    }
    *out = found ? parse(repo, found) : NULL;
    return 0;
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
        if (!commit && !str_starts(name, "refs/") &&
            (rc = parse_experiment(&commit, g->repo, arena, name))) {
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
    bool whole;       /* GITREV_WHOLE */
    struct map by_id; /* id -> index in out + 1, as a pointer */
};

/* The commit that a reference leads to; NULL if it leads to something else, or, unless `whole`,
 * cannot be read. */
static int read_ref(git_commit **out, const struct listing *l, const char *name) {
    git_reference *named = NULL, *ref = NULL;

    *out = NULL;
    int got = git_reference_lookup(&named, l->g->repo, name);
    if (got >= 0 && git_reference_resolve(&ref, named) < 0) {
        git_reference_free(named);
        return 0; /* it stands for a branch that is not there, as origin/HEAD may */
    }
    git_reference_free(named);
    if (got >= 0) {
        got = git_reference_peel((git_object **)out, ref, GIT_OBJECT_COMMIT);
        git_reference_free(ref);
        if (got < 0) {
            *out = NULL;
        }
    }
    bool other = got == GIT_EPEEL || got == GIT_EINVALIDSPEC;
    return got < 0 && !other && l->whole ? gitlib_error(ERR_FAILED, "cannot read '%s'", name) : 0;
}

/* Whether history was cut off at the commit, by `git clone --depth`. */
static bool is_shallow(const struct listing *l, const git_commit *commit) {
    struct str text CLEANUP(str_release) = STR_INIT;
    char id[GIT_OID_HEXSZ + 1];
    const char *path = arena_printf(l->arena, "%s/shallow", git_repository_commondir(l->g->repo));

    if (file_read(&text, AT_FDCWD, path, SHALLOW_MAX)) {
        err_clear();
        return false;
    }
    return strstr(text.buf, git_oid_tostr(id, sizeof id, git_commit_id(commit))) != NULL;
}

/* NULL where history ends. */
static int read_parent(git_commit **out, const struct listing *l, const git_commit *commit,
                       unsigned i) {
    char id[GIT_OID_HEXSZ + 1];

    *out = NULL;
    if (i >= git_commit_parentcount(commit) || git_commit_parent(out, commit, i) == 0) {
        return 0;
    }
    *out = NULL;
    if (!l->whole || is_shallow(l, commit)) {
        return 0;
    }
    return gitlib_error(ERR_FAILED, "cannot read a parent of commit %.7s",
                        git_oid_tostr(id, sizeof id, git_commit_id(commit)));
}

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
    int rc = 0;
    if (git_reference_list(&names, l->g->repo) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the branches and tags of '%s'", l->g->root);
    }
    if (names.count > 0) {
        qsort(names.strings, names.count, sizeof *names.strings, compare_text);
    }
    for (size_t i = 0; i < names.count && !rc; i++) {
        git_commit *commit = NULL;
        if (str_starts(names.strings[i], prefix) &&
            !(rc = read_ref(&commit, l, names.strings[i])) && commit) {
            list_add(l, arena_strdup(l->arena, names.strings[i] + strlen(prefix)), commit);
        }
        git_commit_free(commit);
    }
    git_strarray_dispose(&names);
    return rc;
}

/* Adds the commit and those before it along first parents, up to `num` (negative: all), and not
 * the one called `end`. Takes over the commit. */
static int list_line(struct listing *l, git_commit *commit, int num, const char *end) {
    int rc = 0;
    for (int n = 0; commit && n != num && !rc; n++) {
        char id[GIT_OID_HEXSZ + 1];
        git_oid_tostr(id, sizeof id, git_commit_id(commit));
        if (end && n > 0 && str_eq(id, end)) {
            break;
        }
        list_add(l, arena_strdup(l->arena, id), commit);
        git_commit *parent = NULL;
        rc = read_parent(&parent, l, commit, 0);
        git_commit_free(commit);
        commit = parent;
    }
    git_commit_free(commit);
    return rc;
}

static int list_experiments(struct listing *l) {
    git_strarray names = {0};
    char start[GIT_OID_HEXSZ + 1];
    int rc = 0;
    if (git_reference_list(&names, l->g->repo) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the experiments of '%s'", l->g->root);
    }
    for (size_t i = 0; i < names.count && !rc; i++) {
        git_commit *commit = NULL;
        if (experiment_start(start, names.strings[i]) &&
            !(rc = read_ref(&commit, l, names.strings[i]))) {
            rc = list_line(l, commit, -1, start);
        }
    }
    git_strarray_dispose(&names);
    return rc;
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
    int rc = 0;
    if (git_reference_list(&names, l->g->repo) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the references of '%s'", l->g->root);
    }
    /* Where HEAD is a branch, that is among the references. */
    git_reference *at = NULL;
    git_commit *head = NULL;
    if (git_reference_lookup(&at, l->g->repo, "HEAD") == 0 &&
        git_reference_type(at) == GIT_REFERENCE_DIRECT) {
        rc = read_ref(&head, l, "HEAD");
    }
    git_reference_free(at);
    if (head) {
        visit(w, seen, l->arena, head);
    }
    for (size_t i = 0; i < names.count && !rc; i++) {
        const char *name = names.strings[i];
        git_commit *commit = NULL;
        if ((str_starts(name, "refs/heads/") || str_starts(name, "refs/remotes/") ||
             str_starts(name, "refs/tags/")) &&
            !(rc = read_ref(&commit, l, name)) && commit) {
            visit(w, seen, l->arena, commit);
        }
    }
    git_strarray_dispose(&names);
    return rc;
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
        for (unsigned i = 0; i < parents && !rc; i++) {
            git_commit *parent = NULL;
            if (!(rc = read_parent(&parent, l, commit, i)) && parent) {
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
    struct listing l = {.out = out, .g = g, .arena = arena, .whole = (sets & GITREV_WHOLE) != 0};
    if (sets & GITREV_COMMITS) {
        rc = list_commits(&l);
    } else {
        rc = sets & GITREV_BRANCHES ? list_refs(&l, "refs/heads/") : 0;
        if (!rc && sets & GITREV_TAGS) {
            rc = list_refs(&l, "refs/tags/");
        }
    }
    if (!rc && sets & GITREV_EXPERIMENTS) {
        rc = list_experiments(&l);
    }
    map_release(&l.by_id);
    return rc;
}

int gitrev_line(struct gitrevs *out, struct gitrepo *g, struct arena *arena, const char *name,
                int num, unsigned sets) {
    struct gitrev tip;
    int rc = gitrev_find(&tip, g, arena, name);
    if (rc) {
        return rc;
    }
    struct listing l = {.out = out, .g = g, .arena = arena, .whole = (sets & GITREV_WHOLE) != 0};
    size_t first = out->len;
    rc = list_line(&l, parse(g->repo, tip.id), num, NULL);
    if (out->len > first) {
        out->at[first].name = tip.name;
    }
    map_release(&l.by_id);
    return rc;
}

const char *gitrev_baseline(struct gitrepo *g, struct arena *arena, const char *id) {
    static const char prefix[] = "refs/exps/";
    git_reference_iterator *refs = NULL;
    const char *name, *found = NULL;
    git_oid wanted, target;

    if (gitlib_open(g) || git_oid_fromstr(&wanted, id) < 0 ||
        git_reference_iterator_glob_new(&refs, g->repo, "refs/exps/*") < 0) {
        err_clear();
        return NULL;
    }
    while (!found && git_reference_next_name(&name, refs) == 0) {
        const char *hex = name + strlen(prefix);

        if (strspn(hex, "0123456789abcdef") == 2 && hex[2] == '/' &&
            strspn(hex + 3, "0123456789abcdef") == 38 && hex[41] == '/' &&
            git_reference_name_to_id(&target, g->repo, name) == 0 &&
            git_oid_equal(&target, &wanted)) {
            found = arena_printf(arena, "%.2s%.38s", hex, hex + 3);
        }
    }
    git_reference_iterator_free(refs);
    return found;
}
