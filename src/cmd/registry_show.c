/*
 * registry show, history, which, describe: what the tags say, in the shapes that gto prints.
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
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/stages.h"
#include "registry/state.h"
#include "registry/tagname.h"

#define COMMIT_SHOWN 7

struct registry_args {
    struct strv words;
    const char *stage;
    bool json, markdown, csv, deprecated, ascending;
};
#define AT(member) offsetof(struct registry_args, member)

static void print_table(struct session *s, const struct registry_args *a, struct table *t) {
    table_print(t, s->out, a->csv ? TABLE_CSV : a->markdown ? TABLE_MARKDOWN : TABLE_PLAIN);
    table_free(t);
}

/* A commit's id is shown short; versions and tags are not that long and that plain. */
static const char *shortened(struct session *s, const char *name, const char *commit) {
    return str_eq(name, commit) ? arena_strndup(s->arena, name, COMMIT_SHOWN) : name;
}

static const char *name_in_stage(struct session *s, const struct registry_artifact *a,
                                 const char *stage, bool shorten) {
    const struct registry_version *v = registry_in_stage(a, stage);

    return !v ? NULL : shorten ? shortened(s, v->name, v->commit) : v->name;
}

static void overview_json(struct session *s, const struct registry *reg, const struct strv *stages,
                          bool deprecated) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        const struct registry_artifact *a = reg->artifacts.at[i];
        const struct registry_version *latest = registry_latest(a);

        if (!a->active && !deprecated) {
            continue;
        }
        json_map(j, a->name);
        json_str(j, "version", latest ? latest->name : NULL);
        json_map(j, "stage");
        for (size_t k = 0; k < stages->len; k++) {
            json_str(j, stages->at[k], name_in_stage(s, a, stages->at[k], false));
        }
        json_close(j);
        json_bool(j, "registered", a->registered);
        json_bool(j, "active", a->active);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static void overview_table(struct session *s, const struct registry *reg, const struct strv *stages,
                           const struct registry_args *args) {
    struct table *t = table_new();

    table_column(t, "name");
    table_column(t, "latest");
    for (size_t i = 0; i < stages->len; i++) {
        table_column(t, arena_printf(s->arena, "#%s", stages->at[i]));
    }
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        const struct registry_artifact *a = reg->artifacts.at[i];
        const struct registry_version *latest = registry_latest(a);

        if (!a->active && !args->deprecated) {
            continue;
        }
        table_row(t);
        table_cell(t, arena_printf(s->arena, "%s%s", a->registered ? "" : "*", a->name));
        table_cell(t, latest ? latest->name : "-");
        for (size_t k = 0; k < stages->len; k++) {
            const char *name = name_in_stage(s, a, stages->at[k], true);

            table_cell(t, name ? name : "-");
        }
    }
    print_table(s, args, t);
}

/* The artifacts of the workspace too, which may have no tags yet. */
static int print_overview(struct session *s, struct registry *reg,
                          const struct registry_args *args) {
    struct strv stages CLEANUP(strv_release) = {0};
    struct artifacts defined = {0};
    int rc;

    if ((rc = registry_stages_shown(&stages, reg, s->repo->git, s->arena)) ||
        (rc = artifact_list(&defined, s->arena, s->repo, NULL))) {
        return rc;
    }
    for (size_t i = 0; i < defined.len; i++) {
        registry_put(reg, defined.at[i].name);
    }
    vec_release(&defined);
    if (args->json) {
        overview_json(s, reg, &stages, args->deprecated);
    } else if (!reg->artifacts.len) {
        log_info(
            "There are no artifacts: dvc.yaml names them below `artifacts:`, with their path.");
    } else {
        overview_table(s, reg, &stages, args);
    }
    return 0;
}

static void event_json(struct session *s, struct json *j, const struct registry_event *e) {
    json_str(j, "created_at", registry_time_text(s->arena, e, 'T'));
    json_str(j, "author", e->author);
    json_str(j, "author_email", e->email);
    json_str(j, "message", e->message);
    json_str(j, "ref", e->tag);
}

static void version_json(struct session *s, struct json *j, const struct registry_artifact *a,
                         const struct registry_version *v) {
    json_map(j, NULL);
    json_str(j, "artifact", a->name);
    json_str(j, "version", v->name);
    json_str(j, "commit_hexsha", v->commit);
    json_bool(j, "is_active", v->active);
    event_json(s, j, v->made);
    json_list(j, "stages");
    for (size_t i = 0; i < v->stages.len; i++) {
        const struct registry_stage *stage = &v->stages.at[i];

        if (stage->active && registry_in_stage(a, stage->name) == v) {
            json_map(j, NULL);
            json_str(j, "stage", stage->name);
            json_str(j, "version", v->name);
            json_str(j, "commit_hexsha", v->commit);
            event_json(s, j, stage->assigned);
            json_close(j);
        }
    }
    json_close(j);
    json_close(j);
}

static const char *stages_of(struct session *s, const struct registry_artifact *a,
                             const struct registry_version *v) {
    struct str names CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < v->stages.len; i++) {
        if (v->stages.at[i].active && registry_in_stage(a, v->stages.at[i].name) == v) {
            str_addf(&names, "%s%s", names.len ? ", " : "", v->stages.at[i].name);
        }
    }
    return arena_strdup(s->arena, names.len ? names.buf : "-");
}

static void version_row(struct session *s, struct table *t, const struct registry_artifact *a,
                        const struct registry_version *v) {
    table_row(t);
    table_cell(t, a->name);
    table_cell(t, shortened(s, v->name, v->commit));
    table_cell(t, stages_of(s, a, v));
    table_cell(t, registry_time_text(s->arena, v->made, ' '));
    table_cell(t, v->made->tag);
}

static int print_artifact(struct session *s, const struct registry *reg,
                          const struct registry_args *args) {
    static const char *const titles[] = {"artifact", "version", "stage", "created_at", "ref"};
    struct registry_pick pick;
    int rc = registry_pick(&pick, s->arena, reg, args->words.at[0]);

    if (!rc && !pick.artifact) {
        rc = registry_pick_artifact(&pick.artifact, s->arena, reg, pick.name);
    }
    if (rc) {
        return rc;
    }
    struct table *t = table_new();
    struct json *j = args->json ? json_begin(s->out) : NULL;

    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        table_column(t, titles[i]);
    }
    if (j) {
        json_list(j, NULL);
    }
    for (size_t i = 0; i < pick.artifact->versions.len; i++) {
        const struct registry_version *v = &pick.artifact->versions.at[i];
        bool shown = pick.version ? v == pick.version
                                  : args->deprecated || (v->active && pick.artifact->active);

        if (shown && j) {
            version_json(s, j, pick.artifact, v);
        } else if (shown) {
            version_row(s, t, pick.artifact, v);
        }
    }
    if (j) {
        json_close(j);
        json_end(j);
        table_free(t);
        return 0;
    }
    print_table(s, args, t);
    return 0;
}

static int show_run(struct session *s, const void *args) {
    const struct registry_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    int rc = registry_of(&reg, s->repo);

    if (rc) {
        return rc;
    }
    return a->words.len ? print_artifact(s, reg, a) : print_overview(s, reg, a);
}

/* The events of all artifacts, or of one. */
static void collect_events(struct registry_events *out, const struct registry *reg,
                           const struct registry_artifact *only) {
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        const struct registry_artifact *a = reg->artifacts.at[i];

        for (size_t k = 0; k < a->events.len && (!only || only == a); k++) {
            vec_push(out, a->events.at[k]);
        }
    }
}

static void history_json(struct session *s, struct json *j, const struct registry_event *e) {
    json_map(j, NULL);
    json_str(j, "timestamp", registry_time_text(s->arena, e, 'T'));
    json_str(j, "artifact", e->artifact);
    json_str(j, "event", registry_action_name((enum registry_action)e->action));
    json_int(j, "priority", registry_action_priority((enum registry_action)e->action));
    json_str(j, "version", e->version);
    json_str(j, "stage", e->stage);
    json_str(j, "commit", e->commit);
    json_str(j, "author", e->author);
    json_str(j, "author_email", e->email);
    json_str(j, "message", e->message);
    json_str(j, "ref", e->tag);
    json_close(j);
}

/* The tag and the time zone are for machines, and would not fit into 80 columns. */
static void history_row(struct session *s, struct table *t, const struct registry_event *e,
                        bool all) {
    const char *when = registry_time_text(s->arena, e, ' ');

    table_row(t);
    table_cell(t, all ? when : arena_strndup(s->arena, when, strlen("2026-01-02 03:04:05")));
    table_cell(t, e->artifact);
    table_cell(t, registry_action_name((enum registry_action)e->action));
    table_cell(t, e->version ? shortened(s, e->version, e->commit) : "-");
    table_cell(t, e->stage ? e->stage : "-");
    table_cell(t, arena_strndup(s->arena, e->commit, COMMIT_SHOWN));
    if (all) {
        table_cell(t, e->tag);
    }
}

static int history_run(struct session *s, const void *args) {
    static const char *const titles[] = {"timestamp", "artifact", "event", "version",
                                         "stage",     "commit",   "ref"};
    const struct registry_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_artifact *only = NULL;
    struct registry_events events = {0};
    int rc = registry_of(&reg, s->repo);

    if (rc ||
        (a->words.len && (rc = registry_pick_artifact(&only, s->arena, reg, a->words.at[0])))) {
        return rc;
    }
    collect_events(&events, reg, only);
    registry_events_sort(&events);
    struct table *t = table_new();
    struct json *j = a->json ? json_begin(s->out) : NULL;
    bool all = a->csv || a->markdown;
    for (size_t i = 0; i < COUNT_OF(titles) - !all; i++) {
        table_column(t, titles[i]);
    }
    if (j) {
        json_list(j, NULL);
    }
    for (size_t i = 0; i < events.len; i++) {
        const struct registry_event *e = events.at[a->ascending ? i : events.len - 1 - i];

        if (j) {
            history_json(s, j, e);
        } else {
            history_row(s, t, e, all);
        }
    }
    vec_release(&events);
    if (j) {
        json_close(j);
        json_end(j);
        table_free(t);
        return 0;
    }
    print_table(s, a, t);
    return 0;
}

static int which_run(struct session *s, const void *args) {
    const struct registry_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_artifact *found;
    const struct registry_version *v;
    int rc = registry_of(&reg, s->repo);

    if (rc || (rc = registry_pick_artifact(&found, s->arena, reg, a->words.at[0])) ||
        (rc = a->stage ? registry_pick_stage(&v, found, a->stage)
                       : registry_pick_version(&v, s->arena, found, "latest"))) {
        return rc;
    }
    show_line(s->out, "%s", v->name);
    return 0;
}

static void describe_json(struct session *s, const struct artifact *d,
                          const struct registry_pick *pick) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    json_str(j, "name", d->name);
    json_str(j, "path", d->path);
    json_str(j, "type", d->type);
    json_str(j, "desc", d->desc);
    json_list(j, "labels");
    for (size_t i = 0; i < d->nlabels; i++) {
        json_str(j, NULL, d->labels[i]);
    }
    json_close(j);
    if (d->meta) {
        json_node(j, "meta", d->meta);
    } else {
        json_null(j, "meta");
    }
    json_str(j, "version", pick->version ? pick->version->name : NULL);
    json_str(j, "commit", pick->version ? pick->version->commit : NULL);
    json_close(j);
    json_end(j);
}

static void describe_line(struct session *s, const char *name, const char *value) {
    struct str safe CLEANUP(str_release) = STR_INIT;

    if (value) {
        escape_control(&safe, value, ESCAPE_ALL);
        show_line(s->out, "%-8s %s", name, safe.buf);
    }
}

static void describe_text(struct session *s, const struct artifact *d,
                          const struct registry_pick *pick) {
    struct str labels CLEANUP(str_release) = STR_INIT;

    describe_line(s, "name:", d->name);
    if (pick->version) {
        describe_line(s, "version:", pick->version->name);
        describe_line(s, "commit:", pick->version->commit);
        describe_line(s, "stages:", stages_of(s, pick->artifact, pick->version));
    }
    describe_line(s, "path:", d->path);
    describe_line(s, "type:", d->type);
    describe_line(s, "desc:", d->desc);
    for (size_t i = 0; i < d->nlabels; i++) {
        str_addf(&labels, "%s%s", i ? ", " : "", d->labels[i]);
    }
    describe_line(s, "labels:", labels.len ? labels.buf : NULL);
    describe_line(s, "meta:", d->meta_text);
}

static int describe_run(struct session *s, const void *args) {
    const struct registry_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    struct registry_pick pick;
    struct artifact found;
    int rc = registry_of(&reg, s->repo);

    if (rc || (rc = registry_pick(&pick, s->arena, reg, a->words.at[0])) ||
        (rc = artifact_find(&found, s->arena, s->repo, pick.version ? pick.version->commit : NULL,
                            pick.name))) {
        return rc;
    }
    if (a->json) {
        describe_json(s, &found, &pick);
    } else {
        describe_text(s, &found, &pick);
    }
    return 0;
}

#define TABLE_OPTS                                                                                 \
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON, as gto does"},                            \
        {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"}, {                     \
        0, "csv", OPT_FLAG, AT(csv), .help = "print comma-separated values"                        \
    }

static const struct opt show_opts[] = {
    TABLE_OPTS,
    {'d', "deprecated", OPT_FLAG, AT(deprecated), .help = "also what is out of use"},
    OPT_END,
};

const struct cmd cmd_registry_show = {
    .name = "registry show",
    .group = GROUP_REGISTRY,
    .summary = "list artifacts, or the versions of one",
    .detail = "Without a name, each artifact with its highest version and what is in which stage; "
              "a star marks those without a version. With one (also name@version or name#stage), "
              "its versions.",
    .opts = show_opts,
    .args = "[<name>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct registry_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = show_run,
};

static const struct opt history_opts[] = {
    TABLE_OPTS,
    {0, "ascending", OPT_FLAG, AT(ascending), .help = "the oldest first", .alias = "asc"},
    OPT_END,
};

const struct cmd cmd_registry_history = {
    .name = "registry history",
    .group = GROUP_REGISTRY,
    .summary = "list what was done to artifacts",
    .detail = "All tags of the registry, the newest first.",
    .opts = history_opts,
    .args = "[<name>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct registry_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = history_run,
};

static const struct opt which_opts[] = {
    {0, "stage", OPT_TEXT, AT(stage), "<stage>",
     .help = "the version in this stage (default: the highest)"},
    OPT_END,
};

const struct cmd cmd_registry_which = {
    .name = "registry which",
    .group = GROUP_REGISTRY,
    .summary = "print the version that is in a stage",
    .detail = "Where several are in it, the one that was assigned last.",
    .opts = which_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct registry_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = which_run,
};

static const struct opt describe_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OPT_END,
};

const struct cmd cmd_registry_describe = {
    .name = "registry describe",
    .group = GROUP_REGISTRY,
    .summary = "print what dvc.yaml says about an artifact",
    .detail = "At a version (name@v1.0.0, name@latest), at the version in a stage (name#stage), or "
              "in the workspace.",
    .opts = describe_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct registry_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = describe_run,
};
