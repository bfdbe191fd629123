#include "git/gitstash.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/gitlib.h"

static int find(git_commit **out, struct gitrepo *g, const char *id) {
    git_oid oid;

    if (git_oid_fromstr(&oid, id) < 0 || git_commit_lookup(out, g->repo, &oid) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read the commit %.7s", id);
    }
    return 0;
}

/* The files of the commit with the changes put in. */
static int change_tree(git_oid *out, struct gitrepo *g, git_commit *files,
                       const struct gitstash_request *r) {
    git_tree_update *updates CLEANUP(mem_freep) = mem_zalloc(r->nchanges + 1, sizeof *updates);
    git_tree *tree = NULL;
    int rc = git_commit_tree(&tree, files);

    for (size_t i = 0; rc >= 0 && i < r->nchanges; i++) {
        const struct gitstash_file *c = &r->changes[i];
        git_tree_entry *there = NULL;
        updates[i] = (git_tree_update){
            .action = GIT_TREE_UPDATE_UPSERT, .filemode = GIT_FILEMODE_BLOB, .path = c->path};
        if (git_tree_entry_bypath(&there, tree, c->path) == 0) {
            updates[i].filemode = git_tree_entry_filemode(there);
        }
        git_tree_entry_free(there);
        rc = git_blob_create_from_buffer(&updates[i].id, g->repo, c->data, c->len);
    }
    if (rc >= 0) {
        rc = git_tree_create_updated(out, g->repo, tree, r->nchanges, updates);
    }
    git_tree_free(tree);
    return rc < 0 ? gitlib_error(ERR_FAILED, "cannot store changed files in Git") : 0;
}

static int create(git_oid *out, struct gitrepo *g, git_commit *like, const git_oid *tree_id,
                  const char *message, size_t n, const git_commit **parents) {
    git_tree *tree = NULL;
    int rc = git_tree_lookup(&tree, g->repo, tree_id);

    if (rc >= 0) {
        const struct gitlib_commit made = {
            git_commit_author(like), git_commit_committer(like), message, tree, n, parents};
        rc = gitlib_commit_write(out, g->repo, &made);
    }
    git_tree_free(tree);
    return rc < 0 ? gitlib_error(ERR_FAILED, "cannot make a stash commit") : 0;
}

static int make(char id[41], struct gitrepo *g, git_commit *files, git_commit *parent,
                const struct gitstash_request *r) {
    git_oid tree, index_id, stash_id;
    git_commit *index = NULL;
    int rc;

    if ((rc = change_tree(&tree, g, files, r)) ||
        (rc = create(&index_id, g, files, git_commit_tree_id(parent), "Index stash", 1,
                     (const git_commit *[]){parent}))) {
        return rc;
    }
    if (git_commit_lookup(&index, g->repo, &index_id) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read a new commit");
    }
    rc = create(&stash_id, g, files, &tree, r->message, 2, (const git_commit *[]){parent, index});
    git_commit_free(index);
    if (!rc) {
        git_oid_tostr(id, GIT_OID_HEXSZ + 1, &stash_id);
    }
    return rc;
}

int gitstash_make(char id[41], struct gitrepo *g, const struct gitstash_request *r) {
    git_commit *files = NULL, *parent = NULL;
    int rc = gitlib_open(g);

    if (!rc && !(rc = find(&files, g, r->files)) && !(rc = find(&parent, g, r->parent))) {
        rc = make(id, g, files, parent, r);
    }
    git_commit_free(files);
    git_commit_free(parent);
    return rc;
}
