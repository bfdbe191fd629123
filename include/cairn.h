/*
 * cairn for other programs: what a repository tracks, at any revision, and its bytes.
 *
 * A handle is a repository at one time: the workspace of a folder, or a commit, here or elsewhere.
 * Nothing here prints, exits, asks for a password, or changes what is tracked; data that is not at
 * hand is fetched into the repository's cache and stays there. Calls may come from any thread; they
 * take turns, so that long work (reading what cairn_open_file gave) is best done outside.
 *
 * Paths are relative to the top of the repository (of its .dvc folder), with '/', as UTF-8 or
 * whatever bytes the file system has. All text handed out is NUL-terminated; who has to free it is
 * said with each function. Functions that can fail return 0 or one of the negative codes, and
 * cairn_error() then says in one line what happened.
 *
 * Compile and link: cc program.c $(pkg-config --cflags --libs cairn)
 */
#ifndef CAIRN_H
#define CAIRN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CAIRN_API __attribute__((visibility("default")))
#else
#define CAIRN_API
#endif

/* What a call came to. New ones may come: treat what you do not know as CAIRN_FAILED. */
enum {
    CAIRN_OK = 0,
    CAIRN_FAILED = -1,       /* a request that cannot be met */
    CAIRN_CONFIG = -2,       /* a configuration file or option */
    CAIRN_INTERRUPTED = -3,  /* by a signal that the program handles */
    CAIRN_NO_REPO = -4,      /* there is no repository */
    CAIRN_INVALID = -7,      /* a file that does not parse or validate */
    CAIRN_NOT_FOUND = -8,    /* a path, object, revision or name that is not there */
    CAIRN_CORRUPT = -10,     /* bytes that do not match their digest; they are never handed out */
    CAIRN_LOCKED = -11,      /* somebody else holds a lock */
    CAIRN_IO = -12,          /* the system refused */
    CAIRN_UNSUPPORTED = -13, /* valid, but not for this library */
    CAIRN_DENIED = -15       /* another machine will not let us */
};

typedef struct cairn cairn;

/* "0.1.0": of the library that is loaded. */
CAIRN_API const char *cairn_version(void);

/* Why the last call of this thread failed, "" if it did not; and what can be done about it, NULL if
 * there is nothing to be said. Valid until the next call of this thread but cairn_close. */
CAIRN_API const char *cairn_error(void);
CAIRN_API const char *cairn_hint(void);

/* Zeroed, but for `size_of`, it asks for nothing. Texts are copied. */
struct cairn_options {
    size_t size_of;  /* sizeof(struct cairn_options) */
    const char *rev; /* a branch, tag or commit; NULL: the workspace of a folder, the default branch
                        of a URL */
    const char *remote; /* where data is fetched from; NULL: as the repository configures it */
    const char *const *config; /* "section.option=value" above its configuration, ended by NULL */
    const char *const *remote_config; /* "option=value" of that remote, ended by NULL */
};

/* Opens the repository that `where` is in: a folder (NULL: the working one), or a Git URL
 * (https://…, ssh://…, host:path, file://…), of which a clone is kept and updated, through the
 * user's own git. `options` may be NULL. Close what was opened with cairn_close. */
CAIRN_API int cairn_open(cairn **out, const char *where, const struct cairn_options *options);
CAIRN_API void cairn_close(cairn *c); /* NULL is fine */

/* The folder that paths start in, NULL for a repository elsewhere; the commit (40 hex), NULL for a
 * workspace. Valid as long as the handle. */
CAIRN_API const char *cairn_root(const cairn *c);
CAIRN_API const char *cairn_commit(const cairn *c);

/* A file or folder. Set `size_of` to sizeof(struct cairn_entry) before a call that fills it: a
 * program that was built with an older header gets what that knew. */
struct cairn_entry {
    size_t size_of;
    int is_dir;
    int64_t size;    /* bytes, of a folder in sum; -1 if it is not known */
    int64_t nfiles;  /* of a tracked folder; -1 for a file, or if it is not known */
    char digest[72]; /* hex, ".dir" behind it for a folder; "" if none is recorded */
    int is_out;      /* tracked data, or in it; else a file of Git or the workspace */
    int is_exec;
};

/* Looks up a path. CAIRN_NOT_FOUND if there is nothing. */
CAIRN_API int cairn_lookup(cairn *c, const char *path, struct cairn_entry *out);

/* Calls fn for each thing directly in the folder `path` ("" is the top), or, `recursive`, for each
 * file below it; sorted by path, which is relative to the folder. A non-zero answer of fn ends the
 * walk and is returned. */
typedef int cairn_walk_fn(void *ctx, const char *path, const struct cairn_entry *entry);
CAIRN_API int cairn_walk(cairn *c, const char *path, int recursive, cairn_walk_fn *fn, void *ctx);

/* Opens a file for reading, at its beginning: *fd is a descriptor of the caller's, to be closed by
 * close(). Tracked data that is not in the workspace comes from the cache, and what is not there is
 * fetched first, this file alone, and checked against its digest. */
CAIRN_API int cairn_open_file(cairn *c, const char *path, int *fd);

/* The same in memory: *data is NUL-terminated and to be freed with free(). A file of more than
 * `max` bytes is CAIRN_INVALID. */
CAIRN_API int cairn_read(cairn *c, const char *path, size_t max, char **data, size_t *len);

/* Where the remote has the object of tracked data, whether or not it was pushed:
 * "s3://bucket/files/md5/ab/cdef…", or a path. *url is to be freed with free(). */
CAIRN_API int cairn_locate(cairn *c, const char *path, char **url);

/* Calls fn for each path that a stage or .dvc file has otherwise than it is in the workspace, as
 * `cairn status` tells it. `change`: "modified", "deleted", "new", "not in cache", …; "changed
 * command" and "always changed" have no path (NULL), a changed parameter has its name as `key`.
 * Only of a workspace: else CAIRN_UNSUPPORTED. */
typedef int cairn_status_fn(void *ctx, const char *stage, const char *path, const char *key,
                            const char *change);
CAIRN_API int cairn_status(cairn *c, cairn_status_fn *fn, void *ctx);

/* Params, or metrics, as JSON: {"params.yaml": {"lr": 0.1}, …}, files in the order of `cairn metrics
 * show`, values as they stand there (NaN and Infinity as such). `targets` are files, ended by NULL;
 * NULL means all. A file that cannot be read is CAIRN_INVALID or CAIRN_NOT_FOUND. *json is to be
 * freed with free(). */
CAIRN_API int cairn_params(cairn *c, const char *const *targets, char **json);
CAIRN_API int cairn_metrics(cairn *c, const char *const *targets, char **json);

/* The same of those params alone that stages depend on, by the keys that they name ("train.depth"):
 * of the stages named ("train", "sub/dvc.yaml:train"), ended by NULL, or with NULL of all.
 * CAIRN_FAILED for a name that is none. */
CAIRN_API int cairn_stage_params(cairn *c, const char *const *stages, char **json);

/* Which commit has a version of an artifact (`artifacts:` of dvc.yaml, versions and stages as GTO's
 * tags), and its path there: the version named ("1.2.0" or "v1.2.0"), else the one that is in
 * `stage`, else the latest. `rev` becomes 40 hex; *path is to be freed with free(). Open another
 * handle at `rev` to read it. */
CAIRN_API int cairn_artifact(cairn *c, const char *name, const char *version, const char *stage,
                             char rev[41], char **path);

/* What dvc.lock records of a dataset (`datasets:` of dvc.yaml), as JSON: name, url, type; of "dvc" path
 * and rev if they are there, and rev_lock; of "url" meta and files; of "dc" version. CAIRN_INVALID if
 * nothing is recorded of the definition as it is now. *json is to be freed with free(). */
CAIRN_API int cairn_dataset(cairn *c, const char *name, char **json);

#ifdef __cplusplus
}
#endif

#endif
