#include "git/gittree.h"

#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitlib.h"

/* The tree of a commit, kept in the handle: files of one commit are read one after the other. */
static int root_tree(git_tree **out, struct gitrepo *g, const char *commit) {
    int rc = gitlib_open(g);
    if (rc) {
        return rc;
    }
    if (g->tree && str_eq(g->tree_commit, commit)) {
        *out = g->tree;
        return 0;
    }
    git_tree_free(g->tree);
    g->tree = NULL;
    git_oid id;
    git_commit *found = NULL;
    if (git_oid_fromstr(&id, commit) < 0 || git_commit_lookup(&found, g->repo, &id) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read commit '%s'", commit);
    }
    if (git_commit_tree(&g->tree, found) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot read commit '%s'", commit);
    }
    git_commit_free(found);
    if (rc) {
        return rc;
    }
    git_oid_tostr(g->tree_commit, sizeof g->tree_commit, &id);
    *out = g->tree;
    return 0;
}

/* Clones made with --filter lack objects until Git fetches them. */
static int object_error(const char *commit, const char *path) {
    int rc = gitlib_error(ERR_FAILED, "cannot read '%s' of commit %.7s", path, commit);
    err_hint("in a partial clone, `git show %.7s:%s` fetches it", commit, path);
    return rc;
}

/* The entry at `path`, component by component: ERR_NOT_FOUND means that the commit has no such path,
 * and nothing else, where libgit2 says the same of a folder whose object is gone. Free with
 * git_tree_entry_free. */
static int find_entry(git_tree_entry **out, struct gitrepo *g, const char *commit,
                      const char *path) {
    struct str name CLEANUP(str_release) = STR_INIT;
    git_tree *tree, *held = NULL;
    int rc = root_tree(&tree, g, commit);

    *out = NULL;
    while (!rc) {
        size_t len = strcspn(path, "/");
        str_clear(&name);
        str_add(&name, path, len);
        const git_tree_entry *entry = git_tree_entry_byname(tree, name.buf);
        bool last = path[len] == '\0';
        if (!entry || (!last && git_tree_entry_type(entry) != GIT_OBJECT_TREE)) {
            rc = err_set(ERR_NOT_FOUND, "no '%s' in commit %.7s", path, commit);
            break;
        }
        if (last) {
            rc = git_tree_entry_dup(out, entry) < 0
                     ? gitlib_error(ERR_FAILED, "cannot read '%s' of commit %.7s", path, commit)
                     : 0;
            break;
        }
        git_tree *below = NULL;
        if (git_tree_lookup(&below, g->repo, git_tree_entry_id(entry)) < 0) {
            rc = object_error(commit, path);
        }
        git_tree_free(held);
        tree = held = below;
        path += len + 1;
    }
    git_tree_free(held);
    return rc;
}

/* `link`: a symbolic link is wanted, else a regular file. */
static int read_blob(struct str *out, struct gitrepo *g, const char *commit, const char *path,
                     size_t max, bool link) {
    git_tree_entry *entry = NULL;
    int rc = find_entry(&entry, g, commit, path);
    if (rc) {
        return rc;
    }
    git_filemode_t mode = git_tree_entry_filemode(entry);
    git_blob *blob = NULL;
    bool regular = mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
    if (link ? mode != GIT_FILEMODE_LINK : !regular) {
        rc = err_set(ERR_NOT_FOUND, "'%s' of commit %.7s is not a %s", path, commit,
                     link ? "symbolic link" : "regular file");
    } else if (git_blob_lookup(&blob, g->repo, git_tree_entry_id(entry)) < 0) {
        rc = object_error(commit, path);
    } else if ((uint64_t)git_blob_rawsize(blob) > max) {
        rc =
            err_set(ERR_INVALID, "'%s' of commit %.7s is larger than %zu bytes", path, commit, max);
    } else {
        str_add(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
    }
    git_blob_free(blob);
    git_tree_entry_free(entry);
    return rc;
}

int gittree_read(struct str *out, struct gitrepo *g, const char *commit, const char *path,
                 size_t max) {
    return read_blob(out, g, commit, path, max, false);
}

int gittree_read_link(struct str *out, struct gitrepo *g, const char *commit, const char *path) {
    return read_blob(out, g, commit, path, PATH_MAX, true);
}

bool gittree_exists(struct gitrepo *g, const char *commit, const char *path, bool *is_dir) {
    git_tree_entry *entry = NULL;
    git_tree *tree;
    int rc = path[0] ? find_entry(&entry, g, commit, path) : root_tree(&tree, g, commit);
    if (rc) {
        err_clear();
        return false;
    }
    if (is_dir) {
        *is_dir = !entry || git_tree_entry_type(entry) == GIT_OBJECT_TREE;
    }
    git_tree_entry_free(entry);
    return true;
}

const char *gittree_id_text(char out[GITTREE_ID_MAX], const struct gittree_id *id) {
    return git_oid_tostr(out, GITTREE_ID_MAX, (const git_oid *)(const void *)id);
}

struct tree_walk {
    struct gitrepo *g;
    const char *commit;
    gittree_fn *fn;
    void *ctx;
    struct str path; /* of the folder being read, then of its entry */
};

static int walk_folder(struct tree_walk *w, const git_tree *tree);

/* Submodules are other repositories: left out. */
static int walk_entry(struct tree_walk *w, const git_tree_entry *entry) {
    bool is_dir = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
    if (!is_dir && git_tree_entry_type(entry) != GIT_OBJECT_BLOB) {
        return 0;
    }
    const struct gittree_id *id = (const void *)git_tree_entry_id(entry);
    int rc = w->fn(w->ctx, w->path.buf, is_dir, (unsigned)git_tree_entry_filemode(entry), id);
    if (rc == 1 && is_dir) {
        return 0;
    }
    if (rc < 0 || !is_dir) {
        return rc < 0 ? rc : 0;
    }
    git_tree *below = NULL;
    if (git_tree_lookup(&below, w->g->repo, git_tree_entry_id(entry)) < 0) {
        return object_error(w->commit, w->path.buf);
    }
    rc = walk_folder(w, below);
    git_tree_free(below);
    return rc;
}

/* Recursion ends with the longest path a file can have. */
static int walk_folder(struct tree_walk *w, const git_tree *tree) {
    size_t len = w->path.len, n = git_tree_entrycount(tree);
    for (size_t i = 0; i < n; i++) {
        const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
        if (len) {
            str_addc(&w->path, '/');
        }
        str_adds(&w->path, git_tree_entry_name(entry));
        if (w->path.len >= PATH_MAX) {
            return err_set(ERR_INVALID, "commit %.7s has a path of more than %d bytes", w->commit,
                           PATH_MAX);
        }
        int rc = walk_entry(w, entry);
        if (rc) {
            return rc;
        }
        str_truncate(&w->path, len);
    }
    return 0;
}

/* The tree at `path`; *owned has to be freed (NULL for the root, which the handle keeps). */
static int find_folder(const git_tree **tree, git_tree **owned, struct gitrepo *g,
                       const char *commit, const char *path) {
    git_tree_entry *entry = NULL;
    git_tree *root;
    int rc = root_tree(&root, g, commit);

    *owned = NULL;
    *tree = root;
    if (rc || !path[0]) {
        return rc;
    }
    rc = find_entry(&entry, g, commit, path);
    if (!rc && git_tree_entry_type(entry) != GIT_OBJECT_TREE) {
        rc = err_set(ERR_NOT_FOUND, "'%s' of commit %.7s is not a folder", path, commit);
    }
    if (!rc && git_tree_lookup(owned, g->repo, git_tree_entry_id(entry)) < 0) {
        rc = object_error(commit, path);
    }
    *tree = *owned;
    git_tree_entry_free(entry);
    return rc;
}

int gittree_list(struct gitrepo *g, const char *commit, const char *path, bool sizes,
                 gittree_list_fn *fn, void *ctx) {
    git_odb *odb = NULL;
    git_tree *owned;
    const git_tree *tree;
    int rc = find_folder(&tree, &owned, g, commit, path);

    if (!rc && git_repository_odb(&odb, g->repo) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot read the objects of '%s'", g->root);
    }
    for (size_t i = 0; !rc && i < git_tree_entrycount(tree); i++) {
        const git_tree_entry *e = git_tree_entry_byindex(tree, i);
        git_object_t type = git_tree_entry_type(e);
        size_t size = 0;

        if (type != GIT_OBJECT_TREE && type != GIT_OBJECT_BLOB) {
            continue;
        }
        if (sizes && git_odb_read_header(&size, &type, odb, git_tree_entry_id(e)) < 0) {
            rc = object_error(commit, git_tree_entry_name(e));
        } else {
            rc = fn(ctx, git_tree_entry_name(e), type == GIT_OBJECT_TREE,
                    (unsigned)git_tree_entry_filemode(e), size);
        }
    }
    git_odb_free(odb);
    git_tree_free(owned);
    return rc;
}

int gittree_walk(struct gitrepo *g, const char *commit, const char *path, gittree_fn *fn,
                 void *ctx) {
    struct tree_walk w = {.g = g, .commit = commit, .fn = fn, .ctx = ctx, .path = STR_INIT};
    git_tree *owned;
    const git_tree *tree;
    int rc = find_folder(&tree, &owned, g, commit, path);

    if (!rc) {
        str_adds(&w.path, path);
        rc = walk_folder(&w, tree);
    }
    str_release(&w.path);
    git_tree_free(owned);
    return rc;
}
