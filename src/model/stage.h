/*
 * Stages, their dependencies and outputs, as .dvc files and dvc.yaml + dvc.lock describe them.
 * Values in the arena of their index; `node` is the definition in its file, for messages and edits.
 */
#ifndef MODEL_STAGE_H
#define MODEL_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct index;
struct node;
struct stage;

/* What a file records of a path's content. */
struct content {
    struct digest digest; /* unset: nothing recorded */
    const char *etag;     /* for sources without md5: text of the key named by etag_key */
    const char *etag_key; /* "etag", "checksum", "version_id" */
    int64_t size;         /* bytes, -1 unknown */
    int64_t nfiles;       /* folders, -1 unknown */
    bool isexec;
};

enum dep_kind {
    DEP_FILE,    /* path in the repository, or an absolute one outside */
    DEP_PARAMS,  /* keys of a params file */
    DEP_REPO,    /* import from another repository: never pushed, fetched from its source */
    DEP_URL,     /* import-url: http://, s3:// … */
    DEP_DB,      /* import-db */
    DEP_DATASET, /* ds://name */
};

struct dep {
    enum dep_kind kind;
    const char *written; /* path as the file has it */
    const char *path; /* repo-relative, absolute outside, or a URL; the params file of DEP_PARAMS */
    struct content recorded; /* from dvc.lock or the .dvc file */
    /* DEP_PARAMS */
    struct strv keys; /* dotted; empty with whole_file */
    bool whole_file;
    const struct node *recorded_params; /* map key -> value from dvc.lock, NULL if none */
    /* DEP_REPO */
    const char *repo_url, *repo_rev, *repo_rev_lock;
    const struct index *index; /* DEP_DATASET: where its name is looked up; set by index_load */
    const struct node *node;
    const struct node *record; /* the entry that `recorded` was read from, NULL if none */
};

enum out_kind { OUT_PLAIN, OUT_METRIC, OUT_PLOT };

struct out {
    enum out_kind kind;
    struct stage *stage;
    const char *written; /* path as the file has it */
    const char
        *path;  /* repo-relative; outside of the repository absolute, or a URL: then not cached, or
                          stage.unsupported is set */
    bool cache; /* default true */
    bool persist;       /* not deleted before a run */
    bool push;          /* default true */
    const char *remote; /* bound to this remote, or NULL */
    struct content recorded;
    const struct node *files; /* cloud-versioned listing in the record, or NULL */
    const struct node *node;
    const struct node *record; /* the entry that `recorded` was read from, NULL if none */
};

struct stage {
    size_t number;    /* among the stages of the index; set by graph and target, which use it */
    const char *file; /* "data.dvc", "sub/dvc.yaml" */
    const char *name; /* in dvc.yaml ("train", "fe@x"); NULL for a .dvc file */
    const char *wdir; /* repo-relative, "" = root; absolute if it lies outside */
    const char *const *cmds;     /* commands in order; NULL-terminated; NULL if there is none */
    bool cmd_list;               /* written as a list */
    const char *cmd;             /* as dvc.lock records a string (list: see cmd_node) */
    const struct node *cmd_node; /* string or list of strings, after interpolation */
    const char *desc;
    bool frozen;
    bool always_changed;
    const char *md5; /* checksum of a .dvc stage with deps or cmd, or NULL */
    struct dep *deps;
    size_t ndeps;
    struct out *outs;
    size_t nouts;
    bool locked;                   /* dvc.lock has an entry */
    const struct node *locked_cmd; /* from dvc.lock */
    const struct node *lock_entry; /* all of it */
    /* What ${} took from files: file -> {dotted key: value}; NULL if nothing. */
    const struct node *template_params;
    const struct node *node;
    const char *unsupported; /* names a part of the definition that is not built yet, or NULL */
};

/* File i of a cloud-versioned folder's record: its path below the out, and its md5 (unset if none is
 * recorded). False past the last one, and for other outs. */
bool out_file(const struct out *o, size_t i, const char **path, struct digest *digest);

/* Appends the options of a source elsewhere (fs_config): "name=value" each, in the arena. */
void dep_options(struct strv *out, struct arena *arena, const struct dep *d);

/* Data added by hand: a .dvc file without deps and cmd. */
bool stage_is_data(const struct stage *s);
/* An import: a .dvc file with exactly one dep and one out. */
bool stage_is_import(const struct stage *s);
bool stage_is_repo_import(const struct stage *s);

/* "prep", "sub/dvc.yaml:prep", "data.dvc", relative to `cwd` (repo-relative). */
const char *stage_address(const struct stage *s, struct arena *arena, const char *cwd);

/* "dvc.yaml:4:7", where a node of its definition stands (the file alone for a built one), relative to
 * `cwd`. */
const char *stage_place(const struct stage *s, const struct node *at, struct arena *arena,
                        const char *cwd);

/* The entry of dvc.lock for the recorded contents (also what the run cache stores): keys cmd, deps,
 * params, outs. */
struct node *stage_lock_entry(struct arena *arena, const struct stage *s);

/* Whether it runs whenever it is asked to: always_changed, or a command with neither deps nor
 * outs. */
bool stage_runs_always(const struct stage *s);
/* Whether the command is another than the one dvc.lock has, if it has one. */
bool stage_command_changed(const struct stage *s);
/* Whether the `md5:` of an import or of a .dvc file with a command does not fit what the file
 * says. */
bool stage_checksum_changed(const struct stage *s);

/* Whether the name may be given to a stage (no punctuation but - and _). */
bool stage_name_valid(const char *name);

/* Folders above or equal to a path that both claim: DVC's overlap test. */
bool paths_overlap(const char *a, const char *b);

#endif
