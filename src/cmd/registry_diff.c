/*
 * registry diff: metrics and params of the commits of two versions, and the text of a prompt.
 */
#include "base/log.h"
#include "base/str.h"
#include "show/escape.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "data/data.h"
#include "measure/compare.h"
#include "registry/diff.h"
#include "registry/pick.h"
#include "registry/state.h"

struct registry_diff_args {
    struct strv words;
    bool json, markdown, all;
};
#define AT(member) offsetof(struct registry_diff_args, member)

struct registry_difference {
    struct measure_comparison metrics, params;
    struct str prompt;
};

static void difference_release(struct registry_difference *d) {
    measure_comparison_release(&d->metrics);
    measure_comparison_release(&d->params);
    str_release(&d->prompt);
}

static int compare(struct registry_difference *out, struct session *s,
                   const struct registry_pick *a, const struct registry_pick *b, bool all) {
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    rc = rc ? rc : registry_diff_prompt(&out->prompt, s->arena, d, a, b);
    rc = rc ? rc
            : measure_diff(&out->metrics, s->arena, s->repo,
                           &(struct measure_request){.kind = MEASURE_METRICS}, a->version->commit,
                           b->version->commit, all);
    return rc ? rc
              : measure_diff(&out->params, s->arena, s->repo,
                             &(struct measure_request){.kind = MEASURE_PARAMS}, a->version->commit,
                             b->version->commit, all);
}

static void print_json(struct session *s, const struct registry_difference *d) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    measure_rows_json(j, "metrics", &d->metrics.changes);
    measure_rows_json(j, "params", &d->params.changes);
    json_str(j, "prompt", d->prompt.len ? d->prompt.buf : NULL);
    json_close(j);
    json_end(j);
}

static void print_text(struct session *s, const struct registry_difference *d,
                       struct measure_rows how, bool markdown) {
    struct str prompt CLEANUP(str_release) = STR_INIT;

    how.markdown = markdown;
    how.kind = MEASURE_METRICS;
    measure_rows_table(s, &d->metrics.changes, &how);
    if (d->metrics.changes.len && !markdown && (d->params.changes.len || d->prompt.len)) {
        show_line(s->out, "%s", "");
    }
    how.kind = MEASURE_PARAMS;
    measure_rows_table(s, &d->params.changes, &how);
    if (!d->prompt.len) {
        return;
    }
    if (d->params.changes.len && !markdown) {
        show_line(s->out, "%s", "");
    }
    escape_control(&prompt, d->prompt.buf, ESCAPE_KEEP_LAYOUT);
    show_text(s->out, markdown ? "```diff\n%s```\n" : "%s", prompt.buf);
}

static int diff_run(struct session *s, const void *args) {
    const struct registry_diff_args *a = args;
    struct registry *reg CLEANUP(registry_freep) = NULL;
    struct registry_difference found CLEANUP(difference_release) = {.prompt = STR_INIT};
    struct registry_pick old, now;
    int rc = registry_of(&reg, s->repo);

    if (rc || (rc = registry_diff_side(&old, s->arena, reg, a->words.at[0], a->words.at[1])) ||
        (rc = registry_diff_side(&now, s->arena, reg, a->words.at[0], a->words.at[2])) ||
        (rc = compare(&found, s, &old, &now, a->all))) {
        return rc;
    }
    measure_rows_warn(s, &found.metrics);
    measure_rows_warn(s, &found.params);
    if (a->json) {
        print_json(s, &found);
    } else if (!found.metrics.changes.len && !found.params.changes.len && !found.prompt.len) {
        log_info("No metric or parameter differs between %s and %s%s.", old.version->name,
                 now.version->name,
                 str_eq(old.version->commit, now.version->commit) ? ", which are one commit" : "");
    } else {
        print_text(
            s, &found,
            (struct measure_rows){.old_title = old.version->name, .new_title = now.version->name},
            a->markdown);
    }
    return 0;
}

static const struct opt diff_opts[] = {
    {0, "all", OPT_FLAG, AT(all), .help = "unchanged metrics and params, too"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print Markdown"},
    OPT_END,
};

const struct cmd cmd_registry_diff = {
    .name = "registry diff",
    .group = GROUP_REGISTRY,
    .summary = "compare two versions of an artifact",
    .detail = "The metrics and parameters of their commits side by side, and of a prompt what its "
              "file says. A version is v1.0.0, latest, or #stage for the one in that stage.",
    .opts = diff_opts,
    .args = "<name> <version> <version>",
    .min_args = 3,
    .max_args = 3,
    .rest = AT(words),
    .args_size = sizeof(struct registry_diff_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = diff_run,
};
