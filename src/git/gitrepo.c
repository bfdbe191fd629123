#include "git/gitrepo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitexclude.h"
#include "git/gitlib.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/term.h"

#define GIT_FILE_MAX 8192 /* of a ".git" file: one line with a path */

/* Another Git may hold index.lock for a moment: 40 tries of 50 ms. */
#define INDEX_LOCK_TRIES 40
#define INDEX_LOCK_WAIT  ((struct timespec){.tv_nsec = 50 * 1000 * 1000})

/* Reads "gitdir: <path>", as worktrees and submodules have in place of the folder. */
static int read_link_file(const char **git_dir, struct arena *arena, const char *dir,
                          const char *file) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, AT_FDCWD, file, GIT_FILE_MAX);
    if (rc) {
        return rc;
    }
    while (text.len > 0 && (text.buf[text.len - 1] == '\n' || text.buf[text.len - 1] == '\r')) {
        str_truncate(&text, text.len - 1);
    }
    if (!str_starts(text.buf, "gitdir: ") || strlen(text.buf) != text.len) {
        return err_set(ERR_INVALID, "'%s' is neither a Git folder nor a link to one", file);
    }
    *git_dir = path_normal(arena, path_join(arena, dir, text.buf + strlen("gitdir: ")));
    return 0;
}

/* Whether `dir` holds a repository; then the paths of the handle are filled. */
static int find_at(struct gitrepo *g, const char *dir, bool *found) {
    const char *dot_git = path_join(g->arena, dir, ".git");
    *found = false;
    if (!file_exists(AT_FDCWD, dot_git)) {
        return 0;
    }
    const char *git_dir = dot_git, *link_file = NULL;
    if (!file_is_dir(AT_FDCWD, dot_git)) {
        int rc = read_link_file(&git_dir, g->arena, dir, dot_git);
        if (rc) {
            return rc;
        }
        link_file = dot_git;
    }
    if (!file_exists(AT_FDCWD, path_join(g->arena, git_dir, "HEAD"))) {
        return link_file ? err_set(ERR_INVALID, "'%s' leads to '%s', which is not a Git repository",
                                   dot_git, git_dir)
                         : 0;
    }
    g->root = arena_strdup(g->arena, dir);
    g->git_dir = git_dir;
    g->link_file = link_file;
    *found = true;
    return 0;
}

static bool device_of(const char *dir, dev_t *device) {
    struct stat st;
    if (stat(dir, &st) != 0) {
        return false;
    }
    *device = st.st_dev;
    return true;
}

static int find_upwards(struct gitrepo *g, const char *path) {
    bool across = env_flag("GIT_DISCOVERY_ACROSS_FILESYSTEM");
    const char *dir = path_normal(g->arena, path);
    dev_t start, here;
    if (!device_of(dir, &start)) {
        return err_errno("cannot look for a Git repository at '%s'", dir);
    }
    for (;;) {
        bool found;
        int rc = find_at(g, dir, &found);
        if (rc || found) {
            return rc;
        }
        if (str_eq(dir, "/")) {
            break;
        }
        const char *parent = path_dir(g->arena, dir);
        dir = parent[0] ? parent : "/";
        if (!across && (!device_of(dir, &here) || here != start)) {
            break;
        }
    }
    return err_set(ERR_NOT_FOUND, "'%s' is not in a Git repository", path);
}

int gitrepo_open(struct gitrepo **out, const char *path) {
    struct gitrepo *g = mem_zalloc(1, sizeof *g);
    g->arena = arena_new();
    int rc = find_upwards(g, path);
    if (rc) {
        gitrepo_close(g);
        return rc;
    }
    *out = g;
    return 0;
}

int gitrepo_open_bare(struct gitrepo **out, const char *git_dir) {
    struct gitrepo *g = mem_zalloc(1, sizeof *g);
    g->arena = arena_new();
    g->root = g->git_dir = path_normal(g->arena, git_dir);
    if (!file_exists(AT_FDCWD, path_join(g->arena, g->git_dir, "HEAD")) ||
        !file_is_dir(AT_FDCWD, path_join(g->arena, g->git_dir, "objects"))) {
        gitrepo_close(g);
        return err_set(ERR_NOT_FOUND, "'%s' is no bare Git repository", git_dir);
    }
    *out = g;
    return 0;
}

void gitrepo_close(struct gitrepo *g) {
    if (!g) {
        return;
    }
    gitexclude_close(g);
    if (g->repo) {
        git_tree_free(g->tree);
        git_index_free(g->index);
        git_repository_free(g->repo);
        git_libgit2_shutdown();
    }
    arena_free(g->arena);
    free(g);
}

void gitrepo_closep(struct gitrepo **g) {
    gitrepo_close(*g);
}

const char *gitrepo_root(const struct gitrepo *g) {
    return g->root;
}

const char *gitrepo_git_dir(const struct gitrepo *g) {
    return g->git_dir;
}

int gitrepo_ignores(struct gitrepo *g, const char *path, bool is_dir, bool *yes) {
    *yes = false;
    const char *below = gitlib_below(g, path);
    if (!below || !below[0]) {
        return 0;
    }
    return gitexclude_match(g, below, is_dir, yes);
}

/* Two forms of the index are beyond libgit2; both can be switched off without loss. */
static int index_error(const struct gitrepo *g) {
    const git_error *last = git_error_last();
    const char *why = last ? last->message : "";
    if (strstr(why, "'link'")) {
        int rc = err_set(ERR_UNSUPPORTED,
                         "the Git index of '%s' is split, which cannot be read here", g->root);
        err_hint("git update-index --no-split-index");
        return rc;
    }
    if (strstr(why, "'sdir'")) {
        int rc = err_set(ERR_UNSUPPORTED,
                         "the Git index of '%s' is sparse, which cannot be read here", g->root);
        err_hint("git sparse-checkout reapply --no-sparse-index");
        return rc;
    }
    return gitlib_error(ERR_FAILED, "cannot read the Git index of '%s'", g->root);
}

int gitlib_index(struct gitrepo *g) {
    int rc = gitlib_open(g);
    if (rc) {
        return rc;
    }
    if (!g->index && git_repository_index(&g->index, g->repo) < 0) {
        g->index = NULL;
        return index_error(g);
    }
    return git_index_read(g->index, 0) < 0 ? index_error(g) : 0;
}

int gitrepo_tracks(struct gitrepo *g, const char *path, bool *yes) {
    *yes = false;
    const char *below = gitlib_below(g, path);
    if (!below) {
        return 0;
    }
    int rc = gitlib_index(g);
    if (rc) {
        return rc;
    }
    if (!below[0]) {
        *yes = git_index_entrycount(g->index) > 0;
        return 0;
    }
    struct str folder CLEANUP(str_release) = STR_INIT;
    str_addf(&folder, "%s/", below);
    *yes = git_index_find(NULL, g->index, below) == 0 ||
           git_index_find_prefix(NULL, g->index, folder.buf) == 0;
    return 0;
}

int gitrepo_modified(struct gitrepo *g, const char *path, bool *yes) {
    const char *below = gitlib_below(g, path);
    git_status_options opt = {.version = GIT_STATUS_OPTIONS_VERSION};
    git_status_list *list = NULL;
    int rc = gitlib_open(g);

    *yes = false;
    if (rc || !below) {
        return rc;
    }
    opt.flags = GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    opt.pathspec = (git_strarray){.strings = (char *[]){(char *)below}, .count = below[0] ? 1 : 0};
    if (git_status_list_new(&list, g->repo, &opt) < 0) {
        return gitlib_error(ERR_FAILED, "cannot compare '%s' with the last commit", path);
    }
    *yes = git_status_list_entrycount(list) > 0;
    git_status_list_free(list);
    return 0;
}

static int index_write(const struct gitrepo *g) {
    for (int i = 0;; i++) {
        int rc = git_index_write(g->index);
        if (rc >= 0) {
            return 0;
        }
        if (rc != GIT_ELOCKED) {
            return gitlib_error(ERR_FAILED, "cannot write the Git index of '%s'", g->root);
        }
        if (i == INDEX_LOCK_TRIES) {
            break;
        }
        nanosleep(&INDEX_LOCK_WAIT, NULL);
        if ((rc = cancel_check())) {
            return rc;
        }
    }
    int rc = err_set(ERR_LOCKED, "another Git process holds '%s/index.lock'", g->git_dir);
    err_hint("if there is none, a crashed one left the file: remove it");
    return rc;
}

int gitrepo_stage(struct gitrepo *g, const struct strv *paths) {
    int rc = gitlib_index(g);
    if (rc) {
        return rc;
    }
    for (size_t i = 0; i < paths->len; i++) {
        const char *path = paths->at[i], *below = gitlib_below(g, path);
        if (!below || !below[0]) {
            return err_set(ERR_FAILED, "'%s' is not in the Git repository '%s'", path, g->root);
        }
        bool there = file_exists(AT_FDCWD, path) || file_is_link(AT_FDCWD, path);
        if ((there ? git_index_add_bypath : git_index_remove_bypath)(g->index, below) < 0) {
            return gitlib_error(ERR_FAILED, "cannot stage '%s' in Git", path);
        }
    }
    return index_write(g);
}

bool gitrepo_has_commits(struct gitrepo *g) {
    if (gitlib_open(g)) {
        err_clear();
        return false;
    }
    git_oid id;
    return git_reference_name_to_id(&id, g->repo, "HEAD") == 0;
}

const char *gitrepo_branch(struct gitrepo *g, struct arena *arena) {
    if (gitlib_open(g)) {
        err_clear();
        return NULL;
    }
    git_reference *head = NULL;
    const char *name = NULL, *prefix = "refs/heads/";
    if (git_reference_lookup(&head, g->repo, "HEAD") == 0 &&
        git_reference_type(head) == GIT_REFERENCE_SYMBOLIC) {
        const char *target = git_reference_symbolic_target(head);
        name = str_starts(target, prefix) ? arena_strdup(arena, target + strlen(prefix)) : NULL;
    }
    git_reference_free(head);
    return name;
}
