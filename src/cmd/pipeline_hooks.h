/*
 * What commit needs of the pipeline (see data/commit.h), for the commands that commit.
 */
#ifndef CMD_PIPELINE_HOOKS_H
#define CMD_PIPELINE_HOOKS_H

#include "model/view.h"

struct commit_hooks;
struct data;

struct pipeline_hooks {
    struct data *data;
    struct view view;
};

/* `h` has to outlive the hooks. */
void pipeline_hooks_init(struct commit_hooks *out, struct pipeline_hooks *h, struct data *d);

#endif
