/*
 * One stage definition of a dvc.yaml, interpolated and checked, as a struct stage.
 */
#ifndef MODEL_PIPESTAGE_H
#define MODEL_PIPESTAGE_H

#include "base/attr.h"
#include "model/schema.h"

struct arena;
struct node;
struct stage;
struct view;

/* A stage as dvc.yaml may define it: cmd, deps, outs …, or foreach and do. */
extern const struct schema pipestage_schema;

/* What stages of one dvc.yaml share. */
struct pipestage_file {
    struct arena *arena;
    const struct view *view;
    const char *path;          /* repo-relative */
    const char *shown;         /* for messages */
    const char *params_path;   /* of `params`, NULL before the first use */
    const struct node *params; /* the default params file that was read last; NULL: there is none */
};

/* `definition` fits the schema and is no foreach. */
int pipestage_load(struct stage **out, struct pipestage_file *f, const char *name,
                   const struct node *definition) MUST_CHECK;

#endif
