#include "model/repo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitignore.h"
#include "git/gitrepo.h"
#include "git/gittree.h"
#include "model/config.h"
#include "model/configobj.h"
#include "model/ignore.h"
#include "model/resolve.h"
#include "os/file.h"
#include "os/write_round.h"
#include "os/stat.h"

#define DVC_DIR ".dvc"

/* A link could lead anywhere, and a file would hide a repository further up. */
static int check_dvc_dir(const char *dvc_dir) {
    if (file_is_link(AT_FDCWD, dvc_dir) || !file_is_dir(AT_FDCWD, dvc_dir)) {
        return err_set(ERR_FAILED, "'%s' has to be a folder, not a link or file", dvc_dir);
    }
    return 0;
}

int repo_find(const char **root, const char **cwd, struct arena *arena, const char *start) {
    const char *at = start ? arena_strdup(arena, start) : dir_current(arena);
    struct file_id id;
    if (!at) {
        return err_errno("cannot tell the current folder");
    }
    int rc = file_id_get(&id, AT_FDCWD, at);
    if (rc) {
        return rc;
    }
    const char *from = at, *parent;
    uint64_t device = id.device;
    for (;; at = parent) {
        const char *dvc_dir = path_join(arena, at, DVC_DIR);
        if (file_id_peek(&id, AT_FDCWD, dvc_dir)) {
            *root = at;
            if (cwd) {
                *cwd = path_relative(arena, at, from);
            }
            return check_dvc_dir(dvc_dir);
        }
        parent = path_dir(arena, at);
        if (str_eq(at, "/") || !file_id_peek(&id, AT_FDCWD, parent) || id.device != device) {
            break;
        }
    }
    rc = err_set(ERR_NO_REPO, "'%s' is not inside a DVC repository (looked up to '%s')", from, at);
    err_hint("`init` makes one");
    return rc;
}

static int open_root(struct repo *r) {
    r->root_fd = open(r->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return r->root_fd < 0 ? err_errno("cannot open '%s'", r->root) : 0;
}

/* Git above the root, unless core.no_scm. */
static int open_git(struct repo *r) {
    r->git_path = "";
    if (config_bool(r->config, "core.no_scm", false)) {
        return 0;
    }
    int rc = gitrepo_open(&r->git, r->root);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (rc == 0) {
        r->git_path = path_relative(r->arena, gitrepo_root(r->git), r->root);
    }
    return rc;
}

static struct repo *repo_new(void) {
    struct repo *r = mem_zalloc(1, sizeof *r);
    r->root_fd = -1;
    r->arena = arena_new();
    return r;
}

/* All but the root and the place in it. */
static int open_at(struct repo *r, const char *config_dir, bool lenient_config) {
    r->dvc_dir = path_join(r->arena, r->root, DVC_DIR);
    r->tmp_dir = path_join(r->arena, r->dvc_dir, "tmp");
    int rc = open_root(r);
    rc = rc ? rc : config_load(&r->config, r->arena, config_dir, lenient_config);
    return rc ? rc : open_git(r);
}

static int opened(struct repo **out, struct repo *r, int rc) {
    *out = rc ? NULL : r;
    if (rc) {
        repo_close(r);
        return rc;
    }
    log_debug("repository %s%s%s", r->root, r->git ? ", Git in " : ", no Git",
              r->git ? gitrepo_root(r->git) : "");
    return 0;
}

int repo_open(struct repo **out, const char *start, bool lenient_config) {
    struct repo *r = repo_new();
    int rc = repo_find(&r->root, &r->cwd, r->arena, start);
    if (!rc) {
        rc = open_at(r, path_join(r->arena, r->root, DVC_DIR), lenient_config);
    }
    return opened(out, r, rc);
}

int repo_open_plain(struct repo **out, const char *start) {
    struct gitrepo *git CLEANUP(gitrepo_closep) = NULL;
    struct repo *r = repo_new();
    int rc = gitrepo_open(&git, start);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    if (!rc) {
        r->root = arena_strdup(r->arena, git ? gitrepo_root(git) : start);
        r->cwd = path_relative(r->arena, r->root, start);
        rc = open_at(r, NULL, false);
    }
    return opened(out, r, rc);
}

static int read_commit_config(struct config **out, struct repo *r, const char *commit) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *file = path_join(r->arena, r->git_path, DVC_DIR "/config");
    int rc = gittree_read(&text, r->git, commit, file, CONFIGOBJ_MAX_BYTES);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    rc = rc ? rc : config_load_text(out, r->arena, r->dvc_dir, text.buf, text.len);
    return rc ? rc : config_override(*out, "cache.dir", path_join(r->arena, r->dvc_dir, "cache"));
}

int repo_open_commit(struct repo **out, const struct repo_commit *at) {
    struct repo *r = repo_new();

    r->root = arena_strdup(r->arena, at->git_dir);
    r->dvc_dir = arena_strdup(r->arena, at->state_dir);
    r->tmp_dir = path_join(r->arena, r->dvc_dir, "tmp");
    r->cwd = "";
    r->git_path = arena_strdup(r->arena, at->path);
    int rc = open_root(r);
    rc = rc ? rc : (at->bare ? gitrepo_open_bare : gitrepo_open)(&r->git, at->git_dir);
    rc = rc ? rc : read_commit_config(&r->config, r, at->commit);
    return opened(out, r, rc);
}

void repo_close(struct repo *r) {
    if (!r) {
        return;
    }
    ignore_close(r->ignore_rules);
    gitrepo_close(r->git);
    config_close(r->config);
    fd_closep(&r->root_fd);
    write_round_free(r->writes);
    vec_release(&r->touched);
    map_release(&r->touched_set);
    map_release(&r->stages_read);
    arena_free(r->arena);
    free(r);
}

void repo_closep(struct repo **r) {
    repo_close(*r);
    *r = NULL;
}

int repo_path(const char **out, const struct repo *r, const char *typed, bool inside) {
    const char *absolute = path_normal(
        r->arena, path_is_absolute(typed)
                      ? typed
                      : path_join(r->arena, path_join(r->arena, r->root, r->cwd), typed));

    if (path_inside(r->root, absolute)) {
        *out = path_below(r->root, absolute);
        return 0;
    }
    if (inside) {
        return err_set(ERR_FAILED, "'%s' lies outside the repository '%s'", typed, r->root);
    }
    *out = absolute;
    return 0;
}

const char *repo_shown(const struct repo *r, const char *path) {
    return resolved_inside(path) ? path_shown(r->arena, r->cwd, path) : path;
}

const char *repo_abs(const struct repo *r, const char *path) {
    return resolved_inside(path) ? path_join(r->arena, r->root, path) : path;
}

int repo_ignore(struct repo *r, struct ignore **out) {
    int rc = 0;

    if (r->ignore_rules == NULL) {
        rc = ignore_open(&r->ignore_rules, r, NULL);
    }
    *out = r->ignore_rules;
    return rc;
}

void repo_hold_writes(struct repo *r) {
    r->writes = r->writes ? r->writes : write_round_new();
}

int repo_end_writes(struct repo *r) {
    int rc = r->writes ? write_round_end(r->writes) : 0;

    write_round_free(r->writes);
    r->writes = NULL;
    return rc;
}

void repo_touch(struct repo *r, const char *path) {
    if (r->git != NULL && !map_has(&r->touched_set, path)) {
        path = arena_strdup(r->arena, path);
        map_put(&r->touched_set, path, r);
        vec_push(&r->touched, path);
    }
}

void repo_untouch(struct repo *r) {
    vec_clear(&r->touched);
    map_release(&r->touched_set);
}

int repo_stage_touched(struct repo *r, bool *hint) {
    CLEANUP(strv_release) struct strv absolute = {0};
    size_t i;
    int rc;

    *hint = r->touched.len > 0;
    if (!*hint || !config_bool(r->config, "core.autostage", false)) {
        return 0;
    }
    *hint = false;
    for (i = 0; i < r->touched.len; i++) {
        vec_push(&absolute, repo_abs(r, r->touched.at[i]));
    }
    rc = gitrepo_stage(r->git, &absolute);
    return err_wrap(rc, "core.autostage");
}

/* The .gitignore that changed, noted for Git. */
static void touch_gitignore(struct repo *r, const char *file) {
    if (file != NULL && path_inside(r->root, file)) {
        repo_touch(r, path_below(r->root, file));
    }
}

int repo_gitignore_add(struct repo *r, const char *path) {
    const char *file = NULL;
    int rc;

    if (r->git == NULL) {
        return 0;
    }
    rc = gitignore_add(r->git, r->arena, repo_abs(r, path), &file);
    if (rc == 0) {
        touch_gitignore(r, file);
    }
    return rc;
}

int repo_gitignore_add_many(struct repo *r, const struct strv *paths) {
    struct strv absolute CLEANUP(strv_release) = {0}, files CLEANUP(strv_release) = {0};
    int rc;

    if (r->git == NULL || paths->len == 0) {
        return 0;
    }
    for (size_t i = 0; i < paths->len; i++) {
        vec_push(&absolute, repo_abs(r, paths->at[i]));
    }
    rc = gitignore_add_many(r->git, r->arena, &absolute, &files);
    for (size_t i = 0; i < files.len; i++) {
        touch_gitignore(r, files.at[i]);
    }
    return rc;
}

int repo_gitignore_remove(struct repo *r, const char *path) {
    const char *file = NULL;
    int rc;

    if (r->git == NULL) {
        return 0;
    }
    rc = gitignore_remove(r->git, r->arena, repo_abs(r, path), &file);
    if (rc == 0) {
        touch_gitignore(r, file);
    }
    return rc;
}
