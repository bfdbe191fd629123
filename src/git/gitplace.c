#include "git/gitplace.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "git/gitcommit.h"
#include "git/gitlib.h"
#include "git/gitrepo.h"
#include "git/gitstatus.h"

/* ---- what is there, as commits */

struct keep {
    struct gitrepo *g;
    struct arena *arena;
    git_signature *by;
    git_commit *head;
    const char *place; /* "main: 1234567 subject" */
};

static int keep_error(const struct keep *k) {
    return gitlib_error(ERR_FAILED, "cannot keep what the work tree of '%s' has", k->g->root);
}

static int make_commit(git_oid *id, const struct keep *k, const git_oid *tree, const char *message,
                       git_commit *const *parents, size_t n) {
    git_tree *files = NULL;
    int rc = git_tree_lookup(&files, k->g->repo, tree);

    if (rc >= 0) {
        const struct gitlib_commit made = {k->by, k->by, message,
                                           files, n,     (const git_commit **)parents};
        rc = gitlib_commit_write(id, k->g->repo, &made);
    }
    git_tree_free(files);
    return rc < 0 ? keep_error(k) : 0;
}

/* The files that Git does not know; *found is false if there are none. */
static int untracked_tree(git_oid *tree, bool *found, const struct keep *k) {
    struct strv paths CLEANUP(strv_release) = {0};
    git_index *index = NULL;
    int rc = gitstatus_untracked(&paths, k->g, k->arena);

    *found = paths.len > 0;
    if (rc || !*found) {
        return rc;
    }
    if (git_index_new(&index) < 0) {
        return keep_error(k);
    }
    for (size_t i = 0; !rc && i < paths.len; i++) {
        git_index_entry entry = {.path = paths.at[i], .mode = GIT_FILEMODE_BLOB};
        struct stat st;
        const char *file = arena_printf(k->arena, "%s/%s", k->g->root, paths.at[i]);
        if (lstat(file, &st) != 0) {
            continue;
        }
        entry.mode = S_ISLNK(st.st_mode)    ? GIT_FILEMODE_LINK
                     : st.st_mode & S_IXUSR ? GIT_FILEMODE_BLOB_EXECUTABLE
                                            : GIT_FILEMODE_BLOB;
        rc = git_blob_create_from_workdir(&entry.id, k->g->repo, paths.at[i]) < 0 ||
                     git_index_add(index, &entry) < 0
                 ? keep_error(k)
                 : 0;
    }
    if (!rc && git_index_write_tree_to(tree, index, k->g->repo) < 0) {
        rc = keep_error(k);
    }
    git_index_free(index);
    return rc;
}

struct trees {
    git_oid index, work, untracked;
    bool has_untracked;
};

static int write_trees(struct trees *t, const struct keep *k) {
    int rc = gitlib_index(k->g);

    if (!rc && git_index_write_tree_to(&t->index, k->g->index, k->g->repo) < 0) {
        rc = keep_error(k);
    }
    rc = rc ? rc : gitcommit_take_tracked(k->g);
    if (!rc && git_index_write_tree_to(&t->work, k->g->index, k->g->repo) < 0) {
        rc = keep_error(k);
    }
    if (k->g->index) {
        git_index_read(k->g->index, 1); /* as it is on disk again */
    }
    return rc ? rc : untracked_tree(&t->untracked, &t->has_untracked, k);
}

static int make_commits(git_oid *id, const struct keep *k, const struct trees *t,
                        const char *message) {
    git_commit *parents[3] = {k->head};
    git_oid index, untracked;
    size_t n = 2;
    int rc = make_commit(&index, k, &t->index, arena_printf(k->arena, "index on %s\n", k->place),
                         parents, 1);

    if (!rc && git_commit_lookup(&parents[1], k->g->repo, &index) < 0) {
        rc = keep_error(k);
    }
    if (!rc && t->has_untracked) {
        n = 3;
        rc = make_commit(&untracked, k, &t->untracked,
                         arena_printf(k->arena, "untracked files on %s\n", k->place), NULL, 0);
        if (!rc && git_commit_lookup(&parents[2], k->g->repo, &untracked) < 0) {
            rc = keep_error(k);
        }
    }
    rc = rc ? rc : make_commit(id, k, &t->work, message, parents, n);
    git_commit_free(parents[1]);
    git_commit_free(parents[2]);
    return rc;
}

static int keep_begin(struct keep *k) {
    const char *branch = gitrepo_branch(k->g, k->arena);
    git_oid head;
    char id[8];
    int rc = gitcommit_identify(&k->by, k->g);

    if (rc || git_reference_name_to_id(&head, k->g->repo, "HEAD") < 0 ||
        git_commit_lookup(&k->head, k->g->repo, &head) < 0) {
        return rc ? rc : keep_error(k);
    }
    k->place = arena_printf(k->arena, "%s: %s %s", branch ? branch : "(no branch)",
                            git_oid_tostr(id, sizeof id, &head), git_commit_summary(k->head));
    return 0;
}

int gitplace_keep(char id[41], bool *any, struct gitrepo *g, const char *message) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *branch;
    struct keep k = {.g = g, .arena = arena};
    struct trees t = {0};
    git_oid made;
    int rc = gitlib_open(g);

    *any = false;
    if (rc) {
        return rc;
    }
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1); /* it may be all that is left of them */
    if (!(rc = keep_begin(&k)) && !(rc = write_trees(&t, &k))) {
        const git_oid *head = git_commit_tree_id(k.head);
        *any = t.has_untracked || !git_oid_equal(head, &t.index) || !git_oid_equal(head, &t.work);
    }
    if (!rc && *any) {
        branch = gitrepo_branch(g, arena);
        rc = make_commits(
            &made, &k, &t,
            arena_printf(arena, "On %s: %s\n", branch ? branch : "(no branch)", message));
        git_oid_tostr(id, GIT_OID_HEXSZ + 1, &made);
    }
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
    git_commit_free(k.head);
    git_signature_free(k.by);
    return rc;
}

/* ---- the files of a commit */

static int commit_of(git_commit **out, struct gitrepo *g, const char *id) {
    git_oid oid;

    if (git_oid_fromstr(&oid, id) < 0 || git_commit_lookup(out, g->repo, &oid) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read the commit %.7s of '%s'", id, g->root);
    }
    return 0;
}

static bool has_path(git_tree *files, const char *path) {
    git_tree_entry *entry = NULL;
    bool yes = git_tree_entry_bypath(&entry, files, path) == 0;

    git_tree_entry_free(entry);
    return yes;
}

/* The paths of a comparison that `files` has, or has not. */
static void add_paths(struct strv *paths, struct arena *arena, const git_diff *diff,
                      git_tree *files, bool there) {
    for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
        const char *path = git_diff_get_delta(diff, i)->old_file.path;
        if (has_path(files, path) == there) {
            vec_push(paths, arena_strdup(arena, path));
        }
    }
}

/* The paths of `files` that the work tree may have otherwise, for they differ from the index on one
 * side or the other; and those of `baseline` that are in `files` no more. */
static int paths_to_put(struct strv *paths, struct gitrepo *g, struct arena *arena, git_tree *files,
                        git_tree *baseline) {
    git_diff_options opt = {.version = GIT_DIFF_OPTIONS_VERSION,
                            .flags = GIT_DIFF_INCLUDE_TYPECHANGE,
                            .ignore_submodules = GIT_SUBMODULE_IGNORE_ALL};
    git_diff *diffs[3] = {NULL};
    int rc = gitlib_index(g);

    if (rc) {
        return rc;
    }
    if (git_diff_tree_to_index(&diffs[0], g->repo, files, g->index, &opt) < 0 ||
        git_diff_index_to_workdir(&diffs[1], g->repo, g->index, &opt) < 0 ||
        git_diff_tree_to_tree(&diffs[2], g->repo, baseline, files, &opt) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot compare the work tree of '%s'", g->root);
    }
    for (size_t i = 0; !rc && i < COUNT_OF(diffs); i++) {
        add_paths(paths, arena, diffs[i], files, i < 2);
    }
    for (size_t i = 0; i < COUNT_OF(diffs); i++) {
        git_diff_free(diffs[i]);
    }
    return rc;
}

static int put_trees(struct gitrepo *g, git_tree *files, git_tree *baseline) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv paths CLEANUP(strv_release) = {0};
    git_checkout_options opt = {
        .version = GIT_CHECKOUT_OPTIONS_VERSION,
        .checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DONT_UPDATE_INDEX |
                             GIT_CHECKOUT_DONT_WRITE_INDEX | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH,
        .baseline = baseline};
    int rc = paths_to_put(&paths, g, arena, files, baseline);

    if (rc || !paths.len) {
        return rc;
    }
    opt.paths = (git_strarray){.strings = (char **)paths.at, .count = paths.len};
    return git_checkout_tree(g->repo, (git_object *)files, &opt) < 0
               ? gitlib_error(ERR_FAILED, "cannot put the files of a commit into '%s'", g->root)
               : 0;
}

static int put(struct gitrepo *g, git_commit *commit, git_commit *before) {
    git_tree *files = NULL, *baseline = NULL;
    int rc = git_commit_tree(&files, commit) < 0 ||
                     git_commit_tree(&baseline, before ? before : commit) < 0
                 ? gitlib_error(ERR_FAILED, "cannot read the files of a commit of '%s'", g->root)
                 : put_trees(g, files, baseline);

    git_tree_free(files);
    git_tree_free(baseline);
    return rc;
}

int gitplace_put(struct gitrepo *g, const char *commit, const char *before) {
    git_commit *files = NULL, *baseline = NULL;
    int rc = gitlib_open(g);

    if (!rc && !(rc = commit_of(&files, g, commit)) &&
        !(rc = before ? commit_of(&baseline, g, before) : 0)) {
        rc = put(g, files, baseline);
    }
    git_commit_free(files);
    git_commit_free(baseline);
    return rc;
}

int gitplace_bring_back(struct gitrepo *g, const char *kept, const char *now) {
    git_commit *files = NULL, *baseline = NULL, *untracked = NULL;
    int rc = gitlib_open(g);

    if (!rc && !(rc = commit_of(&files, g, kept)) && !(rc = commit_of(&baseline, g, now))) {
        rc = put(g, files, baseline);
    }
    if (!rc && git_commit_parentcount(files) > 2) {
        rc = git_commit_parent(&untracked, files, 2) < 0
                 ? gitlib_error(ERR_FAILED, "cannot read what was kept of '%s'", g->root)
                 : put(g, untracked, NULL);
    }
    git_commit_free(files);
    git_commit_free(baseline);
    git_commit_free(untracked);
    return rc;
}
