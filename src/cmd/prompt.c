/*
 * prompt list, show, render: artifacts of type "prompt".
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "show/escape.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/prompt.h"
#include "registry/stages.h"
#include "registry/state.h"

struct prompt_args {
    struct strv words, values;
    bool json;
};
#define AT(member) offsetof(struct prompt_args, member)

static bool is_prompt(const struct artifact *a) {
    return str_eq(a->type, "prompt");
}

static void keep_prompts(struct artifacts *all) {
    size_t n = 0;

    for (size_t i = 0; i < all->len; i++) {
        if (is_prompt(&all->at[i])) {
            all->at[n++] = all->at[i];
        }
    }
    all->len = n;
}

static void list_json(struct session *s, const struct artifacts *all, const struct registry *reg,
                      const struct strv *stages) {
    struct json *j = json_begin(s->out);

    json_list(j, NULL);
    for (size_t i = 0; i < all->len; i++) {
        const struct registry_artifact *a = registry_find(reg, all->at[i].name);
        const struct registry_version *v = a ? registry_latest(a) : NULL;

        json_map(j, NULL);
        json_str(j, "name", all->at[i].name);
        json_str(j, "path", all->at[i].path);
        json_str(j, "desc", all->at[i].desc);
        json_str(j, "version", v ? v->name : NULL);
        json_map(j, "stage");
        for (size_t k = 0; k < stages->len; k++) {
            v = a ? registry_in_stage(a, stages->at[k]) : NULL;
            json_str(j, stages->at[k], v ? v->name : NULL);
        }
        json_close(j);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static void list_table(struct session *s, const struct artifacts *all, const struct registry *reg,
                       const struct strv *stages) {
    struct table *t = table_new();

    table_column(t, "name");
    table_column(t, "latest");
    for (size_t i = 0; i < stages->len; i++) {
        table_column(t, arena_printf(s->arena, "#%s", stages->at[i]));
    }
    table_column(t, "path");
    for (size_t i = 0; i < all->len; i++) {
        const struct registry_artifact *a = registry_find(reg, all->at[i].name);
        const struct registry_version *v = a ? registry_latest(a) : NULL;

        table_row(t);
        table_cell(t, all->at[i].name);
        table_cell(t, v ? v->name : "-");
        for (size_t k = 0; k < stages->len; k++) {
            v = a ? registry_in_stage(a, stages->at[k]) : NULL;
            table_cell(t, v ? v->name : "-");
        }
        table_cell(t, repo_shown(s->repo, all->at[i].path));
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
}

static int list_run(struct session *s, const void *args) {
    const struct prompt_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    struct strv stages CLEANUP(strv_release) = {0};
    struct artifacts all = {0};
    int rc = registry_of(&reg, s->repo);

    if (rc || (rc = registry_stages_shown(&stages, reg, s->repo->git, s->arena)) ||
        (rc = artifact_list(&all, s->arena, s->repo, NULL))) {
        return rc;
    }
    keep_prompts(&all);
    if (a->json) {
        list_json(s, &all, reg, &stages);
    } else if (!all.len) {
        log_info("There are no prompts: those are artifacts of dvc.yaml with `type: prompt`.");
    } else {
        list_table(s, &all, reg, &stages);
    }
    vec_release(&all);
    return 0;
}

/* A prompt as of what the user named. */
struct loaded {
    struct registry *reg;
    struct registry_pick pick;
    struct artifact artifact;
    struct prompt prompt;
};

static void loaded_release(struct loaded *l) {
    prompt_release(&l->prompt);
    registry_free(l->reg);
}

/* Without a version that is the workspace, which may be in no Git repository. */
static int find_artifact(struct loaded *out, struct session *s, const char *target) {
    int rc;

    if (!target[strcspn(target, "@#")]) {
        return artifact_find(&out->artifact, s->arena, s->repo, NULL, target);
    }
    if ((rc = registry_of(&out->reg, s->repo)) ||
        (rc = registry_pick(&out->pick, s->arena, out->reg, target))) {
        return rc;
    }
    return artifact_find(&out->artifact, s->arena, s->repo, out->pick.version->commit,
                         out->pick.name);
}

static int load(struct loaded *out, struct session *s, const char *target) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = find_artifact(out, s, target);

    if (rc) {
        return rc;
    }
    if (!is_prompt(&out->artifact)) {
        return err_set(ERR_FAILED, "artifact '%s' is no prompt: its type is %s%s%s",
                       out->artifact.name, out->artifact.type ? "'" : "not ",
                       out->artifact.type ? out->artifact.type : "given",
                       out->artifact.type ? "'" : "");
    }
    if ((rc = data_open(&d, s->repo, &s->progress)) ||
        (rc = prompt_read(&text, s->arena, d, &out->artifact,
                          out->pick.version ? out->pick.version->commit : NULL))) {
        return rc;
    }
    return prompt_parse(&out->prompt, s->arena, text.buf, text.len,
                        repo_shown(s->repo, out->artifact.path));
}

static void show_as_json(struct session *s, const struct loaded *l) {
    const struct registry_version *v = l->pick.version;
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    json_str(j, "name", l->prompt.name);
    json_str(j, "version", l->prompt.version);
    json_str(j, "artifact", l->artifact.name);
    json_str(j, "path", l->artifact.path);
    json_str(j, "registered", v ? v->name : NULL);
    json_str(j, "commit", v ? v->commit : NULL);
    json_list(j, "input_variables");
    for (size_t i = 0; i < l->prompt.variables.len; i++) {
        json_str(j, NULL, l->prompt.variables.at[i]);
    }
    json_close(j);
    if (l->prompt.metadata) {
        json_node(j, "metadata", l->prompt.metadata);
    } else {
        json_null(j, "metadata");
    }
    json_str(j, "template", l->prompt.text);
    json_close(j);
    json_end(j);
}

static void show_field(struct session *s, const char *name, const char *value) {
    if (value) {
        struct str safe CLEANUP(str_release) = STR_INIT;

        escape_control(&safe, value, ESCAPE_ALL);
        show_line(s->out, "%-11s %s", name, safe.buf);
    }
}

static void show_as_text(struct session *s, const struct loaded *l) {
    struct str names CLEANUP(str_release) = STR_INIT, body CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < l->prompt.variables.len; i++) {
        str_addf(&names, "%s%s", i ? ", " : "", l->prompt.variables.at[i]);
    }
    escape_control(&body, l->prompt.text, ESCAPE_KEEP_LAYOUT);
    show_field(s, "artifact:", l->artifact.name);
    show_field(s, "name:", l->prompt.name);
    show_field(s, "version:", l->prompt.version);
    show_field(s, "registered:", l->pick.version ? l->pick.version->name : NULL);
    show_field(s, "path:", l->artifact.path);
    show_field(s, "variables:", names.len ? names.buf : "none");
    show_text(s->out, "\n%s%s", body.buf, str_ends(body.buf, "\n") ? "" : "\n");
}

static int show_run(struct session *s, const void *args) {
    const struct prompt_args *a = args;
    struct loaded l CLEANUP(loaded_release) = {0};
    int rc = load(&l, s, a->words.at[0]);

    if (rc) {
        return rc;
    }
    if (a->json) {
        show_as_json(s, &l);
    } else {
        show_as_text(s, &l);
    }
    return 0;
}

static int render_run(struct session *s, const void *args) {
    const struct prompt_args *a = args;
    struct loaded l CLEANUP(loaded_release) = {0};
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = load(&l, s, a->words.at[0]);

    if (rc || (rc = prompt_render(&text, &l.prompt, &a->values))) {
        return rc;
    }
    show_text(s->out, "%s%s", text.buf, str_ends(text.buf, "\n") ? "" : "\n");
    return 0;
}

static const struct opt json_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OPT_END,
};

const struct cmd cmd_prompt_list = {
    .name = "prompt list",
    .group = GROUP_REGISTRY,
    .summary = "list the prompts and what is in use",
    .detail = "Prompts are artifacts of type 'prompt': YAML files with a template.",
    .opts = json_opts,
    .args_size = sizeof(struct prompt_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = list_run,
};

const struct cmd cmd_prompt_show = {
    .name = "prompt show",
    .group = GROUP_REGISTRY,
    .summary = "print a prompt and its variables",
    .detail = "As the workspace has it, or a version (name@v1.0.0, name@latest), or the version in "
              "a stage (name#Production).",
    .opts = json_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct prompt_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = show_run,
};

static const struct opt render_opts[] = {
    {'v', "var", OPT_LIST, AT(values), "<name>=<value>", .help = "the value of a variable"},
    OPT_END,
};

const struct cmd cmd_prompt_render = {
    .name = "prompt render",
    .group = GROUP_REGISTRY,
    .summary = "fill in a prompt",
    .detail = "Prints the template with the values in place; nothing if one is missing, or given "
              "for a variable that the prompt does not have. As the workspace has the prompt, or "
              "name@version, or name#stage.",
    .opts = render_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct prompt_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = render_run,
};
