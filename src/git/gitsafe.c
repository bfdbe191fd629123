#include "git/gitsafe.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitlib.h"
#include "os/term.h"

static bool is_ours(const char *path) {
    struct stat st;
    if (lstat(path, &st) != 0) {
        return false;
    }
    uid_t user = geteuid();
    if (st.st_uid == user) {
        return true;
    }
    const char *sudo = user == 0 ? env_get("SUDO_UID") : NULL;
    uint64_t behind;
    return sudo && num_uint(&behind, sudo) && behind == st.st_uid;
}

static void judge(bool *safe, struct arena *arena, const char *path, const char *value) {
    if (value[0] == '\0') {
        *safe = false;
        return;
    }
    const char *home = env_get("HOME");
    if (str_starts(value, "~/") && home) {
        value = path_join(arena, home, value + 2);
    }
    if (str_eq(value, "*") || str_eq(value, path)) {
        *safe = true;
    } else if (str_ends(value, "/*")) {
        *safe = *safe || str_starts(path, arena_strndup(arena, value, strlen(value) - 1));
    }
}

/* GIT_CONFIG_COUNT, GIT_CONFIG_KEY_<i>, GIT_CONFIG_VALUE_<i>. */
static void judge_counted(bool *safe, struct arena *arena, const char *path) {
    const char *text = env_get("GIT_CONFIG_COUNT");
    uint64_t count;
    if (!text || !num_uint(&count, text) || count > 10000) {
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        const char *key =
            env_get(arena_printf(arena, "GIT_CONFIG_KEY_%llu", (unsigned long long)i));
        const char *value =
            env_get(arena_printf(arena, "GIT_CONFIG_VALUE_%llu", (unsigned long long)i));
        if (key && strcasecmp(key, "safe.directory") == 0) {
            judge(safe, arena, path, value ? value : "");
        }
    }
}

/* One word in the quotes that Git writes ('it'\''s'); NULL at the end of what can be read. */
static char *next_quoted(struct arena *arena, const char **at) {
    const char *from = *at;
    if (*from != '\'') {
        return NULL;
    }
    char *word = arena_alloc(arena, strlen(from) + 1), *to = word;
    for (from++; *from;) {
        if (strncmp(from, "'\\''", 4) == 0 || strncmp(from, "'\\!'", 4) == 0) {
            *to++ = from[2];
            from += 4;
        } else if (*from == '\'') {
            *at = from + 1;
            return word;
        } else {
            *to++ = *from++;
        }
    }
    return NULL;
}

/* GIT_CONFIG_PARAMETERS, as `git -c` leaves it to the commands it runs: 'key'='value' or, older,
 * 'key=value'. */
static void judge_parameters(bool *safe, struct arena *arena, const char *path) {
    const char *at = env_get("GIT_CONFIG_PARAMETERS");
    while (at && *at) {
        char *key = next_quoted(arena, &at);
        if (!key) {
            return;
        }
        char *equal = strchr(key, '='), *value = NULL;
        if (*at == '=') {
            at++;
            value = next_quoted(arena, &at);
        } else if (equal) {
            *equal = '\0';
            value = equal + 1;
        }
        if (strcasecmp(key, "safe.directory") == 0) {
            judge(safe, arena, path, value ? value : "");
        }
        at += *at == ' ';
    }
}

static int judge_files(bool *safe, struct arena *arena, const char *path) {
    git_config *config = NULL;
    int rc = gitsafe_user_config(&config);
    if (rc) {
        return rc;
    }
    git_config_iterator *each = NULL;
    git_config_entry *entry;
    if (git_config_multivar_iterator_new(&each, config, "safe.directory", NULL) == 0) {
        while (git_config_next(&entry, each) == 0) {
            judge(safe, arena, path, entry->value ? entry->value : "");
        }
    }
    git_config_iterator_free(each);
    git_config_free(config);
    return 0;
}

bool gitsafe_owned(const struct gitrepo *g) {
    return is_ours(g->root) && is_ours(g->git_dir) && (!g->link_file || is_ours(g->link_file));
}

int gitsafe_check(const struct gitrepo *g) {
    bool safe = false;

    if (gitsafe_owned(g)) {
        return 0;
    }
    int rc = judge_files(&safe, g->arena, g->root);
    if (rc) {
        return rc;
    }
    judge_counted(&safe, g->arena, g->root);
    judge_parameters(&safe, g->arena, g->root);
    if (safe) {
        return 0;
    }
    rc = err_set(ERR_FAILED, "the Git repository at '%s' belongs to another user", g->root);
    err_hint("to trust it: git config --global --add safe.directory %s", g->root);
    return rc;
}

const char *gitsafe_config_file(struct arena *arena, enum gitsafe_level level) {
    const char *only = env_get("GIT_CONFIG_GLOBAL"), *home = env_get("HOME"),
               *xdg = env_get("XDG_CONFIG_HOME"), *system = env_get("GIT_CONFIG_SYSTEM");

    switch (level) {
    case GITSAFE_SYSTEM:
        return env_flag("GIT_CONFIG_NOSYSTEM") ? NULL : system ? system : "/etc/gitconfig";
    case GITSAFE_XDG:
        if (only || (!xdg && !home)) {
            return NULL;
        }
        return xdg ? path_join(arena, xdg, "git/config")
                   : path_join(arena, home, ".config/git/config");
    case GITSAFE_USER:
        return only ? only : home ? path_join(arena, home, ".gitconfig") : NULL;
    }
    return NULL;
}

int gitsafe_user_config(git_config **out) {
    const git_config_level_t levels[] = {
        [GITSAFE_SYSTEM] = GIT_CONFIG_LEVEL_SYSTEM,
        [GITSAFE_XDG] = GIT_CONFIG_LEVEL_XDG,
        [GITSAFE_USER] = GIT_CONFIG_LEVEL_GLOBAL,
    };
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    git_config *config = NULL;

    if (git_config_new(&config) < 0) {
        return gitlib_error(ERR_FAILED, "cannot read the Git configuration");
    }
    for (enum gitsafe_level level = GITSAFE_SYSTEM; level <= GITSAFE_USER; level++) {
        const char *file = gitsafe_config_file(arena, level);
        if (file && git_config_add_file_ondisk(config, file, levels[level], NULL, 0) < 0) {
            git_config_free(config);
            return gitlib_error(ERR_FAILED, "cannot read the Git configuration '%s'", file);
        }
    }
    *out = config;
    return 0;
}
