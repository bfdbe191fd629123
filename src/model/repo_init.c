#include "model/repo.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitrepo.h"
#include "os/file.h"

/* What a new repository is made of. */
struct making {
    struct arena *arena;
    struct gitrepo *git; /* NULL with no_scm */
    const char *dir, *dvc_dir;
    struct strv files; /* for Git, absolute */
};

static const char dvcignore_text[] =
    "# Paths that are not data: patterns as in .gitignore.\n"
    "# What is listed here is never read, so that work on large folders\n"
    "# is faster.\n";

static int find_git(struct making *m, const struct repo_init_options *o) {
    if (o->no_scm) {
        return dir_make(AT_FDCWD, m->dir, 0777);
    }
    int rc = gitrepo_open(&m->git, m->dir);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
    } else if (rc || o->subdir || str_eq(gitrepo_root(m->git), m->dir)) {
        return rc;
    }
    rc = err_set(ERR_FAILED,
                 m->git ? "'%s' is not the root of its Git repository"
                        : "'%s' is not in a Git repository",
                 m->dir);
    err_hint(m->git ? "--subdir makes a project below the root, --no-scm one without Git"
                    : "run `git init` first, or use --no-scm");
    return rc;
}

/* All that could stop us half-way. */
static int check_git(struct making *m) {
    bool ignored = false, tracked;
    int rc = m->git ? gitrepo_ignores(m->git, m->dvc_dir, true, &ignored) : 0;
    if (!rc && ignored) {
        rc = err_set(ERR_FAILED, "Git ignores '%s', which has to be committed", m->dvc_dir);
        err_hint("a line `!.dvc` in .gitignore takes it back");
    }
    return rc || !m->git ? rc : gitrepo_tracks(m->git, m->dvc_dir, &tracked);
}

static int make_room(const struct making *m, bool force) {
    if (file_is_link(AT_FDCWD, m->dvc_dir) ||
        (file_exists(AT_FDCWD, m->dvc_dir) && !file_is_dir(AT_FDCWD, m->dvc_dir))) {
        return err_set(ERR_EXISTS, "'%s' is there and is not a folder", m->dvc_dir);
    }
    if (!file_is_dir(AT_FDCWD, m->dvc_dir)) {
        return 0;
    }
    if (!force) {
        int rc = err_set(ERR_EXISTS, "'%s' is there already", m->dvc_dir);
        err_hint("--force makes a new one; the old one goes, with its cache");
        return rc;
    }
    return dir_remove_tree(AT_FDCWD, m->dvc_dir);
}

static int write_file(struct making *m, const char *path, const char *text) {
    vec_push(&m->files, path);
    return file_write_atomic(AT_FDCWD, path, text, strlen(text));
}

/* A line for each of what stays out of Git, unless some other rule keeps it out. */
static int write_gitignore(struct making *m) {
    static const struct {
        const char *name;
        bool is_dir;
    } private[] = {{"config.local", false}, {"tmp", true}, {"cache", true}};
    struct str lines CLEANUP(str_release) = STR_INIT;
    for (size_t i = 0; i < COUNT_OF(private); i++) {
        bool ignored;
        int rc = gitrepo_ignores(m->git, path_join(m->arena, m->dvc_dir, private[i].name),
                                 private[i].is_dir, &ignored);
        if (rc) {
            return rc;
        }
        if (!ignored) {
            str_addf(&lines, "/%s\n", private[i].name);
        }
    }
    return lines.len ? write_file(m, path_join(m->arena, m->dvc_dir, ".gitignore"), lines.buf) : 0;
}

/* Only what DVC cannot know is said: it reads the configuration, and refuses options of ours there. */
static int write_hash(struct making *m, const char *hash) {
    if (!hash || str_eq(hash, "md5")) {
        return 0;
    }
    return write_file(m, path_join(m->arena, m->dvc_dir, "cairn"),
                      arena_printf(m->arena, "[cairn]\n    hash = %s\n", hash));
}

static int write_files(struct making *m, const struct repo_init_options *o) {
    const char *dvcignore = path_join(m->arena, m->dir, ".dvcignore");
    const char *tmp = path_join(m->arena, m->dvc_dir, "tmp");
    int rc = dir_make(AT_FDCWD, tmp, 0777);
    rc = rc ? rc : file_write_replace(AT_FDCWD, path_join(m->arena, tmp, "btime"), "", 0);
    rc = rc || !m->git ? rc : write_gitignore(m);
    if (file_exists(AT_FDCWD, dvcignore)) {
        vec_push(&m->files, dvcignore);
    } else {
        rc = rc ? rc : write_file(m, dvcignore, dvcignore_text);
    }
    rc = rc ? rc
            : write_file(m, path_join(m->arena, m->dvc_dir, "config"),
                         m->git ? "" : "[core]\n    no_scm = True\n");
    return rc ? rc : write_hash(m, o->hash);
}

static int resolve(struct making *m, const char *typed) {
    const char *cwd = dir_current(m->arena);
    if (!cwd) {
        return err_errno("cannot tell the current folder");
    }
    m->dir = path_normal(m->arena, path_join(m->arena, cwd, typed));
    const char *real = file_real_path(m->arena, m->dir);
    m->dir = real ? real : m->dir;
    m->dvc_dir = path_join(m->arena, m->dir, ".dvc");
    return 0;
}

int repo_init(const char *dir, const struct repo_init_options *o) {
    struct making m = {.arena = arena_new()};
    int rc = resolve(&m, dir);
    rc = rc ? rc : find_git(&m, o);
    rc = rc ? rc : check_git(&m);
    rc = rc ? rc : make_room(&m, o->force);
    rc = rc ? rc : write_files(&m, o);
    if (!rc && m.git) {
        rc = gitrepo_stage(m.git, &m.files);
    }
    vec_release(&m.files);
    gitrepo_close(m.git);
    arena_free(m.arena);
    return rc;
}
