#include "git/gitcopy.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "git/gitlib.h"

enum { CONFIG_MAX = 1 << 20, SHALLOW_MAX = 64 << 20 };

static int write_text(const char *path, const char *text) {
    return file_write_replace(AT_FDCWD, path, text, strlen(text));
}

/* The user's settings, without those that tell where his own work tree is. */
static int copy_config(struct arena *arena, const char *common, const char *git_dir) {
    const char *path = path_join(arena, git_dir, "config");
    git_config *config = NULL;
    int rc = file_copy_small(path_join(arena, common, "config"), path, CONFIG_MAX);

    if (rc) {
        return rc;
    }
    if (git_config_open_ondisk(&config, path) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read '%s'", path);
    }
    (void)git_config_delete_entry(config, "core.worktree");
    (void)git_config_delete_entry(config, "extensions.worktreeConfig");
    if (git_config_set_bool(config, "core.bare", false) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot write '%s'", path);
    }
    git_config_free(config);
    return rc;
}

static int make_git_dir(struct gitrepo *from, struct arena *arena, const char *dir,
                        const char *head) {
    const char *common = path_normal(arena, git_repository_commondir(from->repo));
    const char *git_dir = path_join(arena, dir, ".git");
    int rc;

    if ((rc = dir_make(AT_FDCWD, path_join(arena, git_dir, "objects/info"), 0777)) ||
        (rc = dir_make(AT_FDCWD, path_join(arena, git_dir, "refs/heads"), 0777)) ||
        (rc = copy_config(arena, common, git_dir)) ||
        (rc = file_copy_small(path_join(arena, common, "shallow"),
                              path_join(arena, git_dir, "shallow"), SHALLOW_MAX)) ||
        (rc = write_text(path_join(arena, git_dir, "objects/info/alternates"),
                         arena_printf(arena, "%s/objects\n", common)))) {
        return rc;
    }
    return write_text(path_join(arena, git_dir, "HEAD"), arena_printf(arena, "%s\n", head));
}

static int checkout(const char *dir, const char *files) {
    git_checkout_options opt;
    git_repository *copy = NULL;
    git_object *commit = NULL;
    git_oid id;
    int rc = 0;

    if (git_checkout_options_init(&opt, GIT_CHECKOUT_OPTIONS_VERSION) < 0) {
        return gitlib_error(ERR_FAILED, "cannot check out files");
    }
    opt.checkout_strategy = GIT_CHECKOUT_FORCE;
    if (git_repository_open_ext(&copy, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0 ||
        git_oid_fromstr(&id, files) < 0 ||
        git_object_lookup(&commit, copy, &id, GIT_OBJECT_COMMIT) < 0 ||
        git_checkout_tree(copy, commit, &opt) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot check out the commit %.7s in '%s'", files, dir);
    }
    git_object_free(commit);
    git_repository_free(copy);
    return rc;
}

int gitcopy_make(struct gitrepo *from, const char *dir, const char *files, const char *head) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc = gitlib_open(from);

    if (rc || (rc = make_git_dir(from, arena, dir, head))) {
        return rc;
    }
    return checkout(dir, files);
}
