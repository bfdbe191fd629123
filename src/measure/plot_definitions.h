/*
 * The plots that one view defines: those at the top of dvc.yaml files, the plots of stages, and the
 * files and folders asked for.
 */
#ifndef MEASURE_PLOT_DEFINITIONS_H
#define MEASURE_PLOT_DEFINITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"

struct arena;
struct data;
struct index;
struct node;
struct plot_options;
struct plots_request;

struct plot_definition {
    const char *id;     /* a path as shown, or a name */
    struct node *props; /* map; x and y may be texts, lists, or maps of files to them */
};

/* What one dvc.yaml defines; stages and targets are under "". Folders are their files. */
struct plot_config {
    const char *path; /* as shown */
    VEC(struct plot_definition) plots;
    struct map by_id; /* index into plots, plus one */
};
struct plot_configs VEC_OF(struct plot_config);

int plot_definitions_collect(struct plot_configs *out, struct arena *arena, struct data *d,
                             const struct index *idx, const struct plots_request *q) MUST_CHECK;
void plot_configs_release(struct plot_configs *configs);

/* Adds the files that the definition draws from: the keys of y, or its id; then that of x. */
void plot_definition_sources(struct strv *out, const char *id, const struct node *props);

/* What the command line says as a map, with the names and in the order of dvc.yaml. */
struct node *plot_options_node(struct arena *arena, const struct plot_options *o);

#endif
