#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "measure/plot_template.h"

struct plots_templates_args {
    struct strv names;
};

static int plots_templates_run(struct session *s, const void *args) {
    const struct plots_templates_args *a = args;
    const struct node *content;
    int rc;

    if (!a->names.len) {
        for (size_t i = 0; plot_template_name(i); i++) {
            show_line(s->out, "%s", plot_template_name(i));
        }
        return 0;
    }
    if ((rc = plot_template_builtin(&content, s->arena, a->names.at[0]))) {
        return rc;
    }
    struct json *j = json_begin(s->out);

    json_node(j, NULL, content);
    json_end(j);
    return 0;
}

static const struct opt plots_templates_opts[] = {OPT_END};

const struct cmd cmd_plots_templates = {
    .name = "plots templates",
    .group = GROUP_MEASURE,
    .summary = "list the built-in templates of plots, or print one",
    .opts = plots_templates_opts,
    .args = "[<template>]",
    .max_args = 1,
    .rest = offsetof(struct plots_templates_args, names),
    .args_size = sizeof(struct plots_templates_args),
    .fail = 1,
    .run = plots_templates_run,
};
