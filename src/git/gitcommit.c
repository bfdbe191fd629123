#include "git/gitcommit.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitexclude.h"
#include "git/gitidentity.h"
#include "git/gitlib.h"
#include "os/file.h"
#include "os/term.h"

int gitcommit_check(struct gitrepo *g) {
    git_oid head;
    int rc = gitlib_index(g);

    if (rc) {
        return rc;
    }
    if (git_reference_name_to_id(&head, g->repo, "HEAD") < 0) {
        rc = err_set(ERR_FAILED, "the Git repository '%s' has no commit to start from", g->root);
        err_hint("git commit what is there first");
        return rc;
    }
    if (git_index_has_conflicts(g->index)) {
        rc = err_set(ERR_FAILED, "files of '%s' are in conflict after a merge", g->root);
        err_hint("finish the merge first: see `git status`");
        return rc;
    }
    return 0;
}

/* ---- the index in memory; the one on disk is never written */

static bool sparse(const git_index *index, const char *path) {
    const git_index_entry *e = git_index_get_bypath((git_index *)index, path, 0);

    return e && (e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE);
}

static int take_delta(struct gitrepo *g, const git_diff_delta *delta) {
    const char *path = delta->old_file.path;
    bool gone = delta->status == GIT_DELTA_DELETED;

    if (gone && sparse(g->index, path)) {
        return 0;
    }
    if ((gone ? git_index_remove_bypath : git_index_add_bypath)(g->index, path) < 0) {
        return gitlib_error(ERR_FAILED, "cannot take '%s' into a commit", path);
    }
    return 0;
}

/* git add -u: what the index names, as the work tree has it. Of submodules the commit they are at. */
int gitcommit_take_tracked(struct gitrepo *g) {
    git_diff_options opt = {.version = GIT_DIFF_OPTIONS_VERSION, .context_lines = 0};
    git_diff *diff = NULL;
    int rc = 0;

    opt.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;
    opt.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
    if (git_diff_index_to_workdir(&diff, g->repo, g->index, &opt) < 0) {
        return gitlib_error(ERR_FAILED, "cannot compare the work tree of '%s' with Git", g->root);
    }
    for (size_t i = 0; !rc && i < git_diff_num_deltas(diff); i++) {
        rc = take_delta(g, git_diff_get_delta(diff, i));
    }
    git_diff_free(diff);
    return rc;
}

/* Whether the path is a submodule, or within one. */
static bool in_submodule(const struct gitrepo *g, const char *below) {
    struct str part CLEANUP(str_release) = STR_INIT;

    for (size_t i = 1; below[i - 1]; i++) {
        if (below[i] && below[i] != '/') {
            continue;
        }
        str_clear(&part);
        str_add(&part, below, i);
        const git_index_entry *e = git_index_get_bypath(g->index, part.buf, 0);
        if (e && e->mode == GIT_FILEMODE_COMMIT) {
            return true;
        }
    }
    return false;
}

static int take_path(struct gitrepo *g, const char *below, bool force);

/* All that is in it; repositories within are left out. */
static int take_folder(struct gitrepo *g, const char *path, const char *below, bool force) {
    struct str inner CLEANUP(str_release) = STR_INIT;
    DIR *dir;
    int rc = 0;

    str_addf(&inner, "%s/.git", path);
    if (file_exists(AT_FDCWD, inner.buf) || !(dir = opendir(path))) {
        return 0;
    }
    for (const struct dirent *e; !rc && (e = readdir(dir));) {
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, "..")) {
            str_clear(&inner);
            str_addf(&inner, "%s/%s", below, e->d_name);
            rc = take_path(g, inner.buf, force);
        }
    }
    closedir(dir);
    return rc;
}

/* `below` the work tree. */
static int take_path(struct gitrepo *g, const char *below, bool force) {
    struct str path CLEANUP(str_release) = STR_INIT;
    struct stat st;
    bool ignored = false;
    int rc;

    str_addf(&path, "%s/%s", g->root, below);
    if (str_eq(path_base(below), ".git") || in_submodule(g, below) || lstat(path.buf, &st) != 0) {
        return 0;
    }
    if (!force && !git_index_get_bypath(g->index, below, 0)) {
        if ((rc = gitexclude_match(g, below, S_ISDIR(st.st_mode), &ignored)) || ignored) {
            return rc;
        }
    }
    if (S_ISDIR(st.st_mode)) {
        return take_folder(g, path.buf, below, force);
    }
    if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
        return 0;
    }
    if (git_index_add_bypath(g->index, below) < 0) {
        return gitlib_error(ERR_FAILED, "cannot take '%s' into a commit", below);
    }
    return 0;
}

static int take_paths(struct gitrepo *g, const struct strv *paths, bool force) {
    int rc = 0;

    for (size_t i = 0; !rc && i < paths->len; i++) {
        const char *below = gitlib_below(g, paths->at[i]);
        rc = below && *below ? take_path(g, below, force) : 0;
    }
    return rc;
}

/* ---- objects */

static int copy_blob(git_odb *to, git_odb *from, const git_oid *id) {
    git_odb_object *blob = NULL;
    git_oid written;

    if (git_odb_exists(to, id)) {
        return 0;
    }
    if (git_odb_read(&blob, from, id) < 0) {
        return -1;
    }
    int rc = git_odb_write(&written, to, git_odb_object_data(blob), git_odb_object_size(blob),
                           git_odb_object_type(blob));
    git_odb_object_free(blob);
    return rc < 0 ? -1 : 0;
}

/* The blobs that came in besides those of the parent. */
static int copy_blobs(struct gitrepo *from, struct gitrepo *into, git_tree *parent) {
    git_odb *here = NULL, *there = NULL;
    git_diff *diff = NULL;
    int rc = git_repository_odb(&here, from->repo) < 0 ||
                     git_repository_odb(&there, into->repo) < 0 ||
                     git_diff_tree_to_index(&diff, from->repo, parent, from->index, NULL) < 0
                 ? -1
                 : 0;

    for (size_t i = 0; !rc && i < git_diff_num_deltas(diff); i++) {
        const git_diff_file *file = &git_diff_get_delta(diff, i)->new_file;
        if (!git_oid_is_zero(&file->id) && file->mode != GIT_FILEMODE_COMMIT) {
            rc = copy_blob(there, here, &file->id);
        }
    }
    if (rc) {
        rc = gitlib_error(ERR_FAILED, "cannot store files in the Git repository '%s'", into->root);
    }
    git_diff_free(diff);
    git_odb_free(here);
    git_odb_free(there);
    return rc;
}

static int tree_of(git_tree **out, struct gitrepo *g, const char *commit) {
    git_object *object = NULL;
    git_oid id;

    if (git_oid_fromstr(&id, commit) < 0 ||
        git_object_lookup(&object, g->repo, &id, GIT_OBJECT_COMMIT) < 0 ||
        git_object_peel((git_object **)out, object, GIT_OBJECT_TREE) < 0) {
        git_object_free(object);
        return gitlib_error(ERR_FAILED, "cannot read the commit %.7s of '%s'", commit, g->root);
    }
    git_object_free(object);
    return 0;
}

static int write_tree(git_oid *tree, struct gitrepo *from, struct gitrepo *into,
                      const char *parent) {
    git_tree *before = NULL;
    int rc = 0;

    if (from != into && !(rc = tree_of(&before, from, parent))) {
        rc = copy_blobs(from, into, before);
    }
    git_tree_free(before);
    if (!rc && git_index_write_tree_to(tree, from->index, into->repo) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot store the files of '%s' in Git", from->root);
    }
    return rc;
}

/* ---- who made it */

/* Where Git knows no name, that of the account has to do: the commit is a note to oneself. */
int gitcommit_identify(git_signature **out, struct gitrepo *g) {
    struct str email CLEANUP(str_release) = STR_INIT;
    const char *account = env_get("USER");

    if (!gitidentity_committer(out, g)) {
        return 0;
    }
    err_clear();
    account = account ? account : "unknown";
    str_addf(&email, "%s@localhost", account);
    return git_signature_now(out, account, email.buf) < 0
               ? gitlib_error(ERR_FAILED, "cannot sign a commit as '%s'", account)
               : 0;
}

static int write_commit(char id[41], struct gitrepo *from, struct gitrepo *into,
                        const git_oid *tree, const struct gitcommit_request *r) {
    git_signature *author = NULL;
    git_commit *parent = NULL;
    git_tree *files = NULL;
    git_oid made, before;
    int rc = gitcommit_identify(&author, from);

    if (!rc) {
        if (git_oid_fromstr(&before, r->parent) < 0 ||
            git_commit_lookup(&parent, into->repo, &before) < 0 ||
            git_tree_lookup(&files, into->repo, tree) < 0 ||
            gitlib_commit_write(&made, into->repo,
                                &(struct gitlib_commit){author, author, r->message, files, 1,
                                                        (const git_commit *[]){parent}}) < 0) {
            rc = gitlib_error(ERR_FAILED, "cannot make a commit on %.7s", r->parent);
        } else {
            git_oid_tostr(id, GIT_OID_HEXSZ + 1, &made);
        }
    }
    git_signature_free(author);
    git_commit_free(parent);
    git_tree_free(files);
    return rc;
}

int gitcommit_make(char id[41], struct gitrepo *from, struct gitrepo *into,
                   const struct gitcommit_request *r) {
    git_oid tree;
    int rc = gitcommit_check(from);

    if (rc || (rc = gitlib_open(into))) {
        return rc;
    }
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1); /* objects are durable before a ref is */
    if (!(rc = gitcommit_take_tracked(from)) && !(rc = take_paths(from, &r->add, false)) &&
        !(rc = take_paths(from, &r->force, true)) &&
        !(rc = write_tree(&tree, from, into, r->parent))) {
        rc = write_commit(id, from, into, &tree, r);
    }
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
    git_index_read(from->index, 1); /* as it is on disk again */
    return rc;
}

int gitcommit_same(bool *yes, struct gitrepo *g, const char *a, const char *b) {
    git_tree *left = NULL, *right = NULL;
    int rc = gitlib_open(g);

    if (!rc && !(rc = tree_of(&left, g, a)) && !(rc = tree_of(&right, g, b))) {
        *yes = git_oid_equal(git_tree_id(left), git_tree_id(right));
    }
    git_tree_free(left);
    git_tree_free(right);
    return rc;
}
