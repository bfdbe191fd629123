/*
 * Another repository as a source: a folder of this machine, or a kept clone of one elsewhere; its
 * workspace, or a commit. Imports, get, list, du and cat read through it.
 *
 * What comes from there is a stranger's: its configuration says where its data lies and no more,
 * nothing of it is run, and nothing is written but into the caches of whoever asks.
 */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "model/repo_dep.h"

struct arena;
struct data;
struct dep;
struct gitrepo;
struct index;
struct out;
struct progress;
struct repo;
struct tree;

struct source_spec {
    const char *url;         /* a path, file://, http(s)://, ssh://, git://, host:path */
    const char *rev;         /* NULL: the workspace of a path, else the default branch */
    bool committed;          /* never the workspace: HEAD of a path */
    struct strv bases;       /* absolute folders where a relative path may start, in this order */
    struct repo_dep options; /* above the configuration of the source */
};
void source_spec_release(struct source_spec *spec); /* for CLEANUP: the lists, not the texts */

/* Relative paths start in the working folder. */
void source_spec_here(struct source_spec *spec, struct arena *arena);

/* How an import names its source; `rev` is what it follows or, with `locked`, the commit that it was
 * taken from. Texts live in the arena. */
void source_spec_of(struct source_spec *out, struct arena *arena, const struct data *d,
                    const struct dep *dep, const char *wdir, bool locked);

struct source {
    struct arena *arena;
    struct progress *progress;
    const struct source_spec *spec;
    const char *shown; /* the url, for messages */
    const char *dir;   /* where it is on this machine; NULL for a clone */
    bool bare;
    const char *git_dir; /* folder that Git opens it by, NULL without Git */
    struct gitrepo *git; /* NULL without Git */
    const char *commit;  /* NULL: the workspace */
    const char *top;     /* of the project in the Git repository; paths start there */
    const char *here;    /* the working folder in it, NULL if that is elsewhere */
    /* The project entered last: */
    const char *project; /* its folder below `top` */
    struct repo *repo;
    struct data *data;   /* NULL if it has no DVC in it */
    struct index *index; /* once asked for */
    int depth;           /* of imports that led here */
};

/* Finds it, and enters its topmost project. `spec` has to stay. ERR_NOT_FOUND if there is no such
 * repository or revision (with what may have been meant as hint), else what gitwire.h says. Release
 * also after an error. */
int source_open(struct source *s, const struct source_spec *spec, struct progress *p) MUST_CHECK;
void source_release(struct source *s); /* for CLEANUP */

/* A path as DVC takes it: relative to the working folder where that is in the repository, else to
 * the top; "/x" is from the top, "" the top itself. ERR_NOT_FOUND if it leads out. */
int source_path(const char **out, struct arena *arena, const struct source *s,
                const char *typed) MUST_CHECK;

/* Enters the project that holds the path, the nearest one above it: they may lie in each other.
 * *inside becomes the path in it. */
int source_enter(const char **inside, struct source *s, const char *path) MUST_CHECK;

/* ERR_NOT_FOUND, for data that nobody has, with what to do about it. */
int source_lacks(const struct source *s, const char *path);

/* The tracked data of the project entered, NULL if it has no DVC in it. */
int source_index(struct index **out, struct source *s) MUST_CHECK;

/* ERR_FAILED for a remote (NULL: the default one) of a clone that is a folder beside the original. */
int source_check_remote(struct source *s, const char *remote) MUST_CHECK;

/* The source of an out that the project entered has imported itself, at the commit that it records.
 * `spec` has to stay, and is released by the caller as `next` is. */
int source_open_import(struct source *next, struct source_spec *spec, struct arena *arena,
                       const struct source *s, const struct out *o) MUST_CHECK;

/* The files of a folder out of the project entered: from its cache, else from its remote (and then
 * kept, not in its cache), else from where it was imported. */
int source_listing(const struct tree **out, struct arena *arena, struct source *s,
                   const struct out *o) MUST_CHECK;

/* Whether the url is a path of this machine, or file://. */
bool source_is_path(const char *url);

/* The commit that its branch or tag (or HEAD) leads to now, whether or not the source was opened at
 * another one. */
int source_tip(const char **out, struct arena *arena, const struct source_spec *spec) MUST_CHECK;

#endif
