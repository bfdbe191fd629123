/*
 * The folder that pages and images of plots are written to. Inside the repository nothing is
 * reached through links (os/beneath), but for folders below .dvc, where clients keep theirs.
 */
#ifndef MEASURE_PLOT_OUTPUT_H
#define MEASURE_PLOT_OUTPUT_H

#include <stddef.h>

#include "base/attr.h"
#include "measure/plots.h"

struct arena;
struct plots;
struct repo;

struct plot_output {
    struct repo *repo;
    const char *dir;   /* absolute, normal */
    const char *below; /* repo-relative for os/beneath; NULL: outside, or of ours */
};

/* `dir` as typed; NULL: plots.out_dir of the configuration, or "dvc_plots". */
int plot_output_open(struct plot_output *out, struct arena *arena, struct repo *r,
                     const char *dir) MUST_CHECK;

/* Replaces the file `name` of the folder, which is made. */
int plot_output_write(const struct plot_output *o, struct arena *arena, const char *name,
                      const void *data, size_t len) MUST_CHECK;

/* Writes the image as DVC names it, "<rev>_<path, slashes as underscores>"; *path is its absolute
 * path. */
int plot_output_image(const char **path, const struct plot_output *o, struct arena *arena,
                      const struct plot_image *image) MUST_CHECK;

/* "file:///…" of a file in the folder. */
const char *plot_output_uri(const struct plot_output *o, struct arena *arena, const char *name);

/* Opens the file in $BROWSER or the desktop's browser. */
int plot_output_browse(const struct plot_output *o, struct arena *arena,
                       const char *name) MUST_CHECK;

/* The text of the page that plots are put into: of `typed`, else plots.html_template of the
 * configuration; *out is NULL without either. ERR_INVALID if there is no "{plot_divs}" in it. */
int plot_output_page(const char **out, struct arena *arena, struct repo *r,
                     const char *typed) MUST_CHECK;
/* plots.auto_open */
bool plot_output_opens(const struct repo *r);

#endif
