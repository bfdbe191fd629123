/*
 * A repository: the folder that holds .dvc, and what belongs to it. One thread. Paths of the model are relative
 * to the root and normal; only what lies outside (external dependencies) is absolute.
 */
#ifndef MODEL_REPO_H
#define MODEL_REPO_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"

struct arena;
struct config;
struct gitrepo;
struct ignore;

struct repo {
    const char *root;     /* absolute, real */
    int root_fd;          /* O_PATH-less directory descriptor for *at() and os/beneath */
    const char *dvc_dir;  /* "<root>/.dvc" */
    const char *tmp_dir;  /* "<root>/.dvc/tmp"; made when first written to */
    const char *cwd;      /* working directory relative to the root; "" at the root */
    struct gitrepo *git;  /* NULL with core.no_scm, or outside Git */
    const char *git_path; /* of the root inside the Git work tree: "" or "sub/project" */
    struct config *config;
    struct arena *arena; /* lives as long as the repo */
    struct strv touched; /* files changed that Git should know of, repo-relative: see repo_touch */
    struct map touched_set;
    struct write_round *writes;      /* of stage files that wait, or NULL */
    struct stagefile_drafts *drafts; /* stage files come here in place of being written, or NULL */
    struct ignore *ignore_rules;     /* by repo_ignore() */
    struct map stages_read; /* of commits, by index_load: "id/path" of a .dvc file -> stage */
};

/* Looks for .dvc from `start` (absolute, real; NULL: the working directory) upwards, as repo_open does, without reading
 * anything; *cwd (may be NULL) becomes `start` relative to the root. ERR_NO_REPO if there is none, ERR_FAILED if what is
 * called .dvc is no folder of its own. */
int repo_find(const char **root, const char **cwd, struct arena *arena,
              const char *start) MUST_CHECK;

/* Looks for .dvc from `start` (absolute) upwards, not past a mount point (as DVC). ERR_NO_REPO if there is none. */
int repo_open(struct repo **out, const char *start, bool lenient_config) MUST_CHECK;
/* For commands that only read, where there is no .dvc: the Git work tree around `start`, or `start` itself, as if it were
 * a repository. Nothing may be written to its dvc_dir. */
int repo_open_plain(struct repo **out, const char *start) MUST_CHECK;
/* A project as a commit has it, for reading alone: its folders and files are not here. */
struct repo_commit {
    const char *git_dir; /* absolute: of a bare repository, or anywhere in a work tree */
    bool bare;
    const char *commit; /* full id */
    const char
        *path; /* of the project in it, "" at the top; without .dvc it has no configuration */
    const char *state_dir; /* ours, for what is remembered of it; stands for .dvc */
};
/* Views of the commit can be read, and the remotes and caches that its configuration names; its cache is
 * below state_dir whatever it says. */
int repo_open_commit(struct repo **out, const struct repo_commit *at) MUST_CHECK;
void repo_close(struct repo *r);
void repo_closep(struct repo **r);

/* Makes a repository in `dir` (as typed; made too with no_scm). Writes .dvc/config, .dvc/.gitignore, .dvc/tmp, .dvcignore,
 * and stages the three files in Git. `force` removes a .dvc that is there, its cache with it. Without `subdir` the folder
 * must be the root of a Git work tree. */
struct repo_init_options {
    bool no_scm, force, subdir;
    const char *hash; /* of new data, kept in .dvc/cairn; NULL or "md5": as DVC */
};
int repo_init(const char *dir, const struct repo_init_options *o) MUST_CHECK;

/* A path as typed (relative to the working directory, or absolute) to one of the model; ERR_FAILED if it leads
 * outside the repository and `inside` is asked for. Never touches the disk. */
int repo_path(const char **out, const struct repo *r, const char *typed, bool inside) MUST_CHECK;
/* A path of the model as shown to the user: relative to the working directory. */
const char *repo_shown(const struct repo *r, const char *path);
/* Absolute path, in the repo's arena. */
const char *repo_abs(const struct repo *r, const char *path);

/* The .dvcignore rules, loaded on first use. */
int repo_ignore(struct repo *r, struct ignore **out) MUST_CHECK;

/* From here on the stage files that are written (model/stagefile) wait, to get their names together
 * by repo_end_writes: meant for many that are not read meanwhile. */
void repo_hold_writes(struct repo *r);
int repo_end_writes(struct repo *r) MUST_CHECK;

/* Notes a file for the hint "git add …", or for staging with core.autostage. */
void repo_touch(struct repo *r, const char *path);
/* Forgets them: the user is told nothing. */
void repo_untouch(struct repo *r);
/* Stages the touched files if core.autostage is set; *hint tells whether the user should be told instead. */
int repo_stage_touched(struct repo *r, bool *hint) MUST_CHECK;

/* "/x" line in the .gitignore beside an out; touches the file. No-op without Git. */
int repo_gitignore_add(struct repo *r, const char *path) MUST_CHECK;
/* The same for many, each .gitignore written once. */
int repo_gitignore_add_many(struct repo *r, const struct strv *paths) MUST_CHECK;
int repo_gitignore_remove(struct repo *r, const char *path) MUST_CHECK;

#endif
