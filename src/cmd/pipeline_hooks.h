/*
 * What commit needs of the pipeline (see data/commit.h), for the commands that commit.
 */
#ifndef CMD_PIPELINE_HOOKS_H
#define CMD_PIPELINE_HOOKS_H

struct commit_hooks;
struct data;
struct params;

struct pipeline_hooks {
    struct data *data;
    struct params *params;
};

/* `h` has to outlive the hooks. */
void pipeline_hooks_init(struct commit_hooks *out, struct pipeline_hooks *h, struct data *d);
void pipeline_hooks_release(struct pipeline_hooks *h); /* for CLEANUP; zeroed is fine */

#endif
