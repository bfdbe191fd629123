/*
 * What an import from another repository says about the configuration it is read with, beside that of
 * the repository itself, and imports anew.
 */
#ifndef MODEL_REPO_DEP_H
#define MODEL_REPO_DEP_H

#include "base/vec.h"

struct arena;
struct dep;
struct stage;

struct repo_dep {
    const char *config_file;   /* in the dialect of DVC's configuration, or NULL */
    struct strv config;        /* or its content: "section.option=value" */
    const char *remote;        /* the default remote, or NULL */
    struct strv remote_config; /* "option=value" of the default remote */
};

/* Texts live in the arena. */
void repo_dep_read(struct repo_dep *out, struct arena *arena, const struct dep *d);
void repo_dep_release(struct repo_dep *o); /* for CLEANUP: the lists, not the texts */

/* A new stage for one out (repo-relative), beside it, with one dependency: frozen, as imports are,
 * and with nothing recorded. `rev` may be NULL. A remote that has options of its own is written among
 * the `config`, as DVC does. */
struct stage *repo_dep_stage(struct arena *arena, const char *out_path, const char *url,
                             const char *path, const char *rev, const struct repo_dep *o);

#endif
