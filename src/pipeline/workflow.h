/*
 * A pipeline as a file for another engine: make, GitHub Actions, Argo Workflows, Airflow. Each stage
 * becomes a task that calls `cairn repro -s STAGE --pull` in the root of the project, after the tasks
 * of the stages that it needs. Frozen stages and data are no task: there is nothing to run, and what
 * needs them has them pulled.
 */
#ifndef PIPELINE_WORKFLOW_H
#define PIPELINE_WORKFLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct graph;
struct repo;
struct stage;
struct stages;
struct str;

struct workflow_task {
    const struct stage *stage;
    const char *id;   /* legal in the format, unique whatever the case of letters */
    const char *word; /* the stage as a word of a shell; no engine finds anything to expand in it */
    VEC(size_t) needs; /* tasks, each once */
    bool needed;       /* by another task */
};

struct workflow {
    const char *name;                /* the folder of the project as an id */
    const char *folder;              /* absolute */
    VEC(struct workflow_task) tasks; /* in the order of a run */
};

struct workflow_format {
    const char *name;
    const char *id_chars;      /* what ids may have beside ASCII letters and digits */
    const char *const *no_ids; /* what they may not be; NULL-terminated */
    bool needs_git;            /* the project has to be the root of a Git repository */
    void (*write)(struct str *out, const struct workflow *w);
};
extern const struct workflow_format workflow_airflow, workflow_argo, workflow_gha, workflow_make;

/* NULL if there is none of that name. */
const struct workflow_format *workflow_format_find(const char *name);

/* The stages, in the order of a run, as tasks; edges as the graph has them. ERR_FAILED if there is
 * nothing to run, or the name of a stage cannot stand in a file of lines. Ids live in the arena, lists
 * until workflow_release. */
int workflow_build(struct workflow *out, struct arena *arena, const struct repo *r,
                   const struct graph *g, const struct stages *stages,
                   const struct workflow_format *format) MUST_CHECK;
void workflow_release(struct workflow *w); /* for CLEANUP */

/* For those that write. */
/* Ids of tasks that a task needs, or that no other needs, with `between` between them. */
void workflow_add_needs(struct str *out, const struct workflow *w, const struct workflow_task *t,
                        const char *between);
void workflow_add_last(struct str *out, const struct workflow *w, const char *between);
/* A line of text as a value in YAML, behind "key:"; if it takes a line of its own, indented so. */
void workflow_add_yaml(struct str *out, const char *text, int indent);
/* A line "git add -- …" for what the stage makes that is not cached, thus Git's; nothing without. */
void workflow_add_git_add(struct str *out, const struct workflow_task *t, int indent);

#endif
