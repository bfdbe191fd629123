#include "git/gitexclude.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "git/gitlib.h"
#include "git/gitsafe.h"
#include "os/file.h"
#include "os/stat.h"
#include "os/term.h"

#define EXCLUDE_MAX (64u << 20)

struct exclude_file {
    const char *path; /* absolute */
    bool own_only;    /* a symlink does not count: .gitignore, as in Git */
    bool there;       /* with this identity when last read */
    struct file_id id;
    VEC(struct glob_rule) rules;
};

struct gitexclude {
    struct exclude_file user, info;
    struct map folders; /* path relative to the work tree -> struct exclude_file * */
};

static int read_rules(struct exclude_file *file, struct arena *arena) {
    struct str text CLEANUP(str_release) = STR_INIT;
    vec_clear(&file->rules);
    int rc = file_read(&text, AT_FDCWD, file->path, EXCLUDE_MAX);
    if (rc) {
        return rc;
    }
    char *at = arena_strndup(arena, text.buf, text.len), *next;
    at += str_starts(at, "\xef\xbb\xbf") ? 3 : 0;
    for (; at; at = next) {
        next = strchr(at, '\n');
        if (next) {
            *next++ = '\0';
        }
        struct glob_rule rule;
        if (glob_rule_parse(&rule, at)) {
            vec_push(&file->rules, rule);
        }
    }
    return 0;
}

/* A file that cannot be read counts as absent, as for Git, which warns; we leave that to Git. */
static void refresh(struct exclude_file *file, struct arena *arena) {
    struct file_id id;
    bool there = file->path && file_id_peek(&id, AT_FDCWD, file->path);
    if (there && S_ISLNK(id.mode)) {
        if (file->own_only) {
            there = false;
        } else if (file_id_follow(&id, AT_FDCWD, file->path)) {
            err_clear();
            there = false;
        }
    }
    if (there && file->there && file_id_same(&id, &file->id)) {
        return;
    }
    vec_clear(&file->rules);
    file->there = there && S_ISREG(id.mode);
    file->id = id;
    if (file->there && read_rules(file, arena)) {
        err_clear();
        vec_clear(&file->rules);
    }
}

enum verdict { UNDECIDED, IGNORED, TAKEN_BACK };

/* The last rule that matches decides; `path` is relative to the folder of the file. */
static enum verdict judge(const struct exclude_file *file, const char *path, bool is_dir) {
    for (size_t i = file->rules.len; i-- > 0;) {
        if (glob_rule_match(&file->rules.at[i], path, is_dir)) {
            return file->rules.at[i].negated ? TAKEN_BACK : IGNORED;
        }
    }
    return UNDECIDED;
}

static struct exclude_file *folder_file(struct gitrepo *g, const char *folder) {
    struct exclude_file *file = map_get(&g->exclude->folders, folder);
    if (!file) {
        file = arena_alloc(g->arena, sizeof *file);
        file->own_only = true;
        file->path = path_join(g->arena, path_join(g->arena, g->root, folder), ".gitignore");
        map_put(&g->exclude->folders, arena_strdup(g->arena, folder), file);
    }
    return file;
}

/* One folder or file on the way down; `chain` holds the files of the folders above it. */
static bool is_ignored(const struct gitrepo *g, struct exclude_file *const *chain, size_t depth,
                       const char *path, bool is_dir) {
    const char *below = path + strlen(path);
    enum verdict v = UNDECIDED;
    for (size_t i = depth; i-- > 0 && v == UNDECIDED;) {
        while (below > path && *--below != '/') {
        }
        v = judge(chain[i], *below == '/' ? below + 1 : below, is_dir);
    }
    v = v == UNDECIDED ? judge(&g->exclude->info, path, is_dir) : v;
    v = v == UNDECIDED ? judge(&g->exclude->user, path, is_dir) : v;
    return v == IGNORED;
}

/* core.excludesFile (without libgit2: it is not set), by default git/ignore in the user's
 * configuration folder. */
static const char *user_file(struct gitrepo *g) {
    git_config *config = NULL;
    git_buf path = {0};
    const char *found = NULL, *xdg = env_get("XDG_CONFIG_HOME"), *home = env_get("HOME");
    if (g->repo && git_repository_config(&config, g->repo) == 0 &&
        git_config_get_path(&path, config, "core.excludesfile") == 0) {
        found = path_join(g->arena, g->root, path.ptr);
    } else if (xdg) {
        found = path_join(g->arena, xdg, "git/ignore");
    } else if (home) {
        found = path_join(g->arena, home, ".config/git/ignore");
    }
    git_buf_dispose(&path);
    git_config_free(config);
    return found;
}

/* A file that could name another file of rules: it has the option's name in it, or includes others.
 */
static bool may_set_exclude(const char *file) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!file || !file_exists(AT_FDCWD, file)) {
        return false;
    }
    if (file_read(&text, AT_FDCWD, file, EXCLUDE_MAX)) {
        err_clear();
        return true;
    }
    return strlen(text.buf) != text.len || strcasestr(text.buf, "excludesfile") ||
           strcasestr(text.buf, "include");
}

/* Starting libgit2 takes longer than most of our commands; an ordinary repository whose
 * configuration cannot set core.excludesFile can be judged without. */
static bool is_plain(const struct gitrepo *g) {
    bool plain = !g->link_file && gitsafe_owned(g) &&
                 !file_exists(AT_FDCWD, path_join(g->arena, g->git_dir, "commondir")) &&
                 !may_set_exclude(path_join(g->arena, g->git_dir, "config")) &&
                 !may_set_exclude(path_join(g->arena, g->git_dir, "config.worktree"));

    for (enum gitsafe_level level = GITSAFE_SYSTEM; plain && level <= GITSAFE_USER; level++) {
        plain = !may_set_exclude(gitsafe_config_file(g->arena, level));
    }
    return plain;
}

static int start(struct gitrepo *g) {
    if (!g->exclude) {
        bool plain = !g->repo && is_plain(g);
        int rc = plain ? 0 : gitlib_open(g);
        if (rc) {
            return rc;
        }
        const char *common = plain ? g->git_dir : git_repository_commondir(g->repo);
        g->exclude = arena_alloc(g->arena, sizeof *g->exclude);
        g->exclude->user.path = user_file(g);
        g->exclude->info.path = path_join(g->arena, common, "info/exclude");
    }
    refresh(&g->exclude->user, g->arena);
    refresh(&g->exclude->info, g->arena);
    return 0;
}

int gitexclude_match(struct gitrepo *g, const char *path, bool is_dir, bool *yes) {
    *yes = false;
    int rc = start(g);
    if (rc) {
        return rc;
    }
    VEC(struct exclude_file *) chain = {0};
    char *way CLEANUP(mem_freep) = mem_strdup(path);
    struct exclude_file *here = folder_file(g, "");
    for (char *slash = way;; *slash++ = '/') {
        refresh(here, g->arena);
        vec_push(&chain, here);
        slash = strchr(slash, '/');
        if (!slash) {
            *yes = is_ignored(g, chain.at, chain.len, way, is_dir);
            break;
        }
        *slash = '\0';
        if (is_ignored(g, chain.at, chain.len, way, true)) {
            *yes = true;
            break;
        }
        here = folder_file(g, way);
    }
    vec_release(&chain);
    return 0;
}

void gitexclude_close(struct gitrepo *g) {
    if (!g->exclude) {
        return;
    }
    vec_release(&g->exclude->user.rules);
    vec_release(&g->exclude->info.rules);
    for (size_t i = 0; i < g->exclude->folders.len; i++) {
        struct exclude_file *file = g->exclude->folders.at[i].value;
        vec_release(&file->rules);
    }
    map_release(&g->exclude->folders);
}
