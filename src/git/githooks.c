#include "git/githooks.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitlib.h"
#include "os/file.h"
#include "os/stat.h"

#define HOOK_MAX (1u << 20)

int githooks_dir(const char **out, struct gitrepo *g, struct arena *arena) {
    git_config *config = NULL;
    git_buf path = {0};
    int rc = gitlib_open(g);

    if (rc) {
        return rc;
    }
    if (git_repository_config_snapshot(&config, g->repo)) {
        return gitlib_error(ERR_FAILED, "cannot read Git's configuration");
    }
    if (git_config_get_path(&path, config, "core.hooksPath") == 0 && path.size > 0) {
        *out = path_normal(arena, path_join(arena, g->root, path.ptr)); /* as Git takes it */
    } else {
        *out = path_normal(arena, path_join(arena, git_repository_commondir(g->repo), "hooks"));
    }
    git_buf_dispose(&path);
    git_config_free(config);
    return 0;
}

static int hook_path(const char **out, struct gitrepo *g, struct arena *arena, const char *name) {
    const char *dir;
    int rc = githooks_dir(&dir, g, arena);

    if (!rc) {
        *out = path_join(arena, dir, name);
    }
    return rc;
}

int githook_check_free(struct gitrepo *g, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct file_id id;
    const char *path;
    int rc = hook_path(&path, g, arena, name);

    if (!rc && file_id_peek(&id, AT_FDCWD, path)) {
        return err_set(ERR_EXISTS, "there is a hook '%s' already: '%s'", name, path);
    }
    return rc;
}

int githook_write(struct gitrepo *g, const char *name, const char *script) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path;
    int rc = githook_check_free(g, name);

    if (rc || (rc = hook_path(&path, g, arena, name)) ||
        (rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777)) ||
        (rc = file_write_atomic(AT_FDCWD, path, script, strlen(script)))) {
        return rc;
    }
    return file_make_executable(AT_FDCWD, path);
}

int githook_remove(bool *removed, struct gitrepo *g, const char *name, const char *const *scripts,
                   size_t n) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path;
    int rc = hook_path(&path, g, arena, name);

    *removed = false;
    if (rc) {
        return rc;
    }
    if ((rc = file_read(&text, AT_FDCWD, path, HOOK_MAX))) {
        if (rc == ERR_NOT_FOUND) {
            err_clear();
            rc = 0;
        }
        return rc;
    }
    while (text.len > 0 && strchr(" \t\r\n", text.buf[text.len - 1])) {
        str_truncate(&text, text.len - 1);
    }
    for (size_t i = 0; i < n && !*removed; i++) {
        size_t len = strlen(scripts[i]);

        while (len > 0 && strchr(" \t\r\n", scripts[i][len - 1])) {
            len--;
        }
        *removed = len == text.len && memcmp(scripts[i], text.buf, len) == 0;
    }
    return *removed ? file_remove(AT_FDCWD, path) : 0;
}

/* The configuration of the repository alone, for changes. */
static int open_local(git_config **out, struct gitrepo *g) {
    git_config *all = NULL;
    int rc = gitlib_open(g);

    *out = NULL;
    if (rc) {
        return rc;
    }
    if (git_repository_config(&all, g->repo) ||
        git_config_open_level(out, all, GIT_CONFIG_LEVEL_LOCAL)) {
        rc = gitlib_error(ERR_FAILED, "cannot open Git's configuration");
    }
    git_config_free(all);
    return rc;
}

int gitmerge_driver_set(struct gitrepo *g, const char *name, const char *title,
                        const char *command) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    git_config *config;
    int rc = open_local(&config, g);

    if (!rc &&
        (git_config_set_string(config, arena_printf(arena, "merge.%s.name", name), title) ||
         git_config_set_string(config, arena_printf(arena, "merge.%s.driver", name), command))) {
        rc = gitlib_error(ERR_FAILED, "cannot change Git's configuration");
    }
    git_config_free(config);
    return rc;
}

/* Removes the value of `key` if it holds `text`, and `other` (or NULL) with it. */
static int remove_value(bool *removed, struct gitrepo *g, const char *key, const char *other,
                        const char *text) {
    git_config *config;
    git_buf value = {0};
    int rc = open_local(&config, g);

    *removed = false;
    if (!rc && git_config_get_string_buf(&value, config, key) == 0 && strstr(value.ptr, text)) {
        if (git_config_delete_entry(config, key)) {
            rc = gitlib_error(ERR_FAILED, "cannot change Git's configuration");
        } else {
            *removed = true;
            (void)(other && git_config_delete_entry(config, other));
        }
    }
    git_buf_dispose(&value);
    git_config_free(config);
    return rc;
}

int gitmerge_driver_remove(bool *removed, struct gitrepo *g, const char *name, const char *text) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return remove_value(removed, g, arena_printf(arena, "merge.%s.driver", name),
                        arena_printf(arena, "merge.%s.name", name), text);
}

int gitdiff_textconv_set(struct gitrepo *g, const char *name, const char *command) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    git_config *config;
    int rc = open_local(&config, g);

    if (!rc &&
        git_config_set_string(config, arena_printf(arena, "diff.%s.textconv", name), command)) {
        rc = gitlib_error(ERR_FAILED, "cannot change Git's configuration");
    }
    git_config_free(config);
    return rc;
}

int gitdiff_textconv_remove(bool *removed, struct gitrepo *g, const char *name, const char *text) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return remove_value(removed, g, arena_printf(arena, "diff.%s.textconv", name), NULL, text);
}

bool gitrepo_is_rebasing(const struct gitrepo *g) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return file_is_dir(AT_FDCWD, path_join(arena, g->git_dir, "rebase-merge")) ||
           file_is_dir(AT_FDCWD, path_join(arena, g->git_dir, "rebase-apply"));
}
