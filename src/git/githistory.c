#include "git/githistory.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "git/gitlib.h"

struct githistory {
    struct gitrepo *g;
    struct arena *arena;
    struct map commits; /* id -> struct gitcommit * */
    struct map answers; /* "from\npath\npath" -> struct gitcommit *, or &none */
    struct gitcommit none;
    size_t left;
};

struct githistory *githistory_new(struct gitrepo *g, size_t limit) {
    struct arena *arena = arena_new();
    struct githistory *h = arena_alloc(arena, sizeof *h);

    *h = (struct githistory){.g = g, .arena = arena, .left = limit};
    return h;
}

void githistory_free(struct githistory *h) {
    if (!h) {
        return;
    }
    for (size_t i = 0; i < h->commits.len; i++) {
        strv_release(&((struct gitcommit *)h->commits.at[i].value)->parents);
    }
    map_release(&h->commits);
    map_release(&h->answers);
    arena_free(h->arena);
}

static const char *id_text(struct arena *arena, const git_oid *id) {
    char hex[GIT_OID_HEXSZ + 1];

    return arena_strdup(arena, git_oid_tostr(hex, sizeof hex, id));
}

static int find_commit(git_commit **out, struct githistory *h, const char *id) {
    git_oid oid;
    int rc = gitlib_open(h->g);

    if (rc) {
        return rc;
    }
    if (git_oid_fromstr(&oid, id) < 0 || git_commit_lookup(out, h->g->repo, &oid) < 0) {
        return gitlib_error(ERR_NOT_FOUND, "no commit '%s'", id);
    }
    return 0;
}

static bool has_commit(const struct githistory *h, const git_oid *id) {
    git_commit *found = NULL;
    bool yes = git_commit_lookup(&found, h->g->repo, id) == 0;

    git_commit_free(found);
    return yes;
}

static struct gitcommit *describe(struct githistory *h, const git_commit *commit) {
    struct gitcommit *c = arena_alloc(h->arena, sizeof *c);
    const git_signature *author = git_commit_author(commit);
    const char *message = git_commit_message(commit);

    c->id = id_text(h->arena, git_commit_id(commit));
    c->author = arena_strdup(h->arena, author && author->name ? author->name : "");
    c->time = author ? author->when.time : git_commit_time(commit);
    message = message ? message + strspn(message, " \t\r\n") : "";
    c->summary = arena_strndup(h->arena, message, strcspn(message, "\r\n"));
    for (unsigned i = 0; i < git_commit_parentcount(commit); i++) {
        if (has_commit(h, git_commit_parent_id(commit, i))) {
            vec_push(&c->parents, id_text(h->arena, git_commit_parent_id(commit, i)));
        }
    }
    map_put(&h->commits, c->id, c);
    return c;
}

/* What a commit has at the paths: an id per path, zero for none. */
static int read_ids(git_oid *ids, struct githistory *h, const char *commit_id,
                    const char *const *paths) {
    git_commit *commit = NULL;
    git_tree *tree = NULL;
    int rc = find_commit(&commit, h, commit_id);

    if (!rc && git_commit_tree(&tree, commit) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot read commit '%s'", commit_id);
    }
    for (size_t i = 0; !rc && paths[i]; i++) {
        git_tree_entry *entry = NULL;

        memset(&ids[i], 0, sizeof ids[i]);
        if (git_tree_entry_bypath(&entry, tree, paths[i]) == 0) {
            ids[i] = *git_tree_entry_id(entry);
        }
        git_tree_entry_free(entry);
    }
    git_tree_free(tree);
    git_commit_free(commit);
    return rc;
}

static bool same_ids(const git_oid *a, const git_oid *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!git_oid_equal(&a[i], &b[i])) {
            return false;
        }
    }
    return true;
}

static bool any_id(const git_oid *ids, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!git_oid_is_zero(&ids[i])) {
            return true;
        }
    }
    return false;
}

static int load_commit(struct gitcommit **out, struct githistory *h, const char *id) {
    git_commit *commit = NULL;
    int rc;

    if ((*out = map_get(&h->commits, id))) {
        return 0;
    }
    if ((rc = find_commit(&commit, h, id))) {
        return rc;
    }
    *out = describe(h, commit);
    git_commit_free(commit);
    return 0;
}

/* The parent in which the paths are what they are in `want`, or NULL. */
static int find_same_parent(const char **out, struct githistory *h, const struct gitcommit *c,
                            const char *const *paths, const git_oid *want, git_oid *room,
                            size_t n) {
    *out = NULL;
    for (size_t i = 0; i < c->parents.len && !*out; i++) {
        int rc = read_ids(room, h, c->parents.at[i], paths);

        if (rc) {
            return rc;
        }
        if (same_ids(want, room, n)) {
            *out = c->parents.at[i];
        }
    }
    return 0;
}

static int walk(struct gitcommit **out, struct githistory *h, const char *from,
                const char *const *paths, size_t n) {
    git_oid *want = arena_alloc(h->arena, 2 * (n + 1) * sizeof *want), *room = want + n + 1;
    int rc = read_ids(want, h, from, paths);

    *out = &h->none;
    if (rc || !any_id(want, n)) {
        return rc;
    }
    for (const char *id = from; h->left > 0; h->left--) {
        struct gitcommit *c = NULL;
        const char *next;

        if ((rc = load_commit(&c, h, id)) ||
            (rc = find_same_parent(&next, h, c, paths, want, room, n))) {
            return rc;
        }
        if (!next) {
            *out = c;
            return 0;
        }
        id = next;
    }
    return 0;
}

int githistory_last_change(const struct gitcommit **out, struct githistory *h, const char *from,
                           const char *const *paths) {
    struct str key CLEANUP(str_release) = STR_INIT;
    struct gitcommit *found;
    size_t n = 0;
    int rc = 0;

    str_adds(&key, from);
    for (; paths[n]; n++) {
        str_addf(&key, "\n%s", paths[n]);
    }
    found = map_get(&h->answers, key.buf);
    if (!found && !(rc = walk(&found, h, from, paths, n))) {
        map_put(&h->answers, arena_strdup(h->arena, key.buf), found);
    }
    *out = rc || found == &h->none ? NULL : found;
    return rc;
}
