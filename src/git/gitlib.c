#include "git/gitlib.h"

#include <stdarg.h>

#include <git2/sys/repository.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitsafe.h"

int gitlib_error(enum err_code code, const char *fmt, ...) {
    struct str text = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    const git_error *last = git_error_last();
    int rc = err_set(code, "%s: %s", text.buf, last ? last->message : "unknown failure of libgit2");
    str_release(&text);
    return rc;
}

int gitlib_commit_write(git_oid *out, git_repository *repo, const struct gitlib_commit *c) {
    git_buf text = GIT_BUF_INIT;
    git_odb *objects = NULL;
    int rc = git_commit_create_buffer(&text, repo, c->author, c->committer, NULL, c->message,
                                      c->tree, c->nparents, c->parents);

    if (rc >= 0 && (rc = git_repository_odb(&objects, repo)) >= 0) {
        rc = git_odb_write(out, objects, text.ptr, text.size, GIT_OBJECT_COMMIT);
    }
    git_odb_free(objects);
    git_buf_dispose(&text);
    return rc;
}

const char *gitlib_below(const struct gitrepo *g, const char *path) {
    return path_inside(g->root, path) ? path_below(g->root, path) : NULL;
}

/* The owner is checked by us, by Git's rule; and extensions that change nothing for what we do are
 * let through: `git sparse-checkout` and `git clone --filter` set them. */
static int library_start(void) {
    const char *harmless[] = {"worktreeconfig", "partialclone", "preciousobjects",
                              "relativeworktrees"};
    if (git_libgit2_init() < 0) {
        return gitlib_error(ERR_FAILED, "cannot start libgit2");
    }
    if (git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) < 0 ||
        git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless, COUNT_OF(harmless)) < 0) {
        int rc = gitlib_error(ERR_FAILED, "cannot set up libgit2");
        git_libgit2_shutdown();
        return rc;
    }
    return 0;
}

/* libgit2 finds the user's files by its own rules; ours are Git's. */
static int set_config(const struct gitrepo *g, git_repository *repo) {
    git_config *config = NULL;
    int rc = gitsafe_user_config(&config);
    if (rc) {
        return rc;
    }
    char *local = arena_printf(g->arena, "%sconfig", git_repository_commondir(repo));
    if (git_config_add_file_ondisk(config, local, GIT_CONFIG_LEVEL_LOCAL, repo, 0) < 0 ||
        git_repository_set_config(repo, config) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot read the Git configuration '%s'", local);
    }
    git_config_free(config);
    return rc;
}

int gitlib_open(struct gitrepo *g) {
    if (g->repo) {
        return 0;
    }
    int rc = library_start();
    if (rc) {
        return rc;
    }
    git_repository *repo = NULL;
    rc = gitsafe_check(g);
    if (!rc && git_repository_open_ext(&repo, g->root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0) {
        rc = gitlib_error(ERR_FAILED, "cannot open the Git repository at '%s'", g->root);
    }
    if (!rc) {
        rc = set_config(g, repo);
    }
    if (rc) {
        git_repository_free(repo);
        git_libgit2_shutdown();
        return rc;
    }
    g->repo = repo;
    return 0;
}
