#include "base/log.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/pipeline_hooks.h"
#include "data/commit.h"
#include "data/data.h"
#include "exp/run.h"
#include "exp/save.h"
#include "show/json.h"
#include "show/out.h"

struct exp_save_args {
    struct strv targets, include;
    const char *name, *message;
    bool recursive, force, json;
};
#define AT(member) offsetof(struct exp_save_args, member)

static int save(struct exp_result *result, struct strv *untracked, struct session *s,
                const struct exp_save_args *a) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct pipeline_hooks own CLEANUP(pipeline_hooks_release) = {0};
    struct commit_hooks hooks;
    const struct exp_save_request o = {.name = a->name,
                                       .message = a->message,
                                       .targets = a->targets,
                                       .recursive = a->recursive,
                                       .include = a->include,
                                       .force = a->force,
                                       .hooks = &hooks};
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    pipeline_hooks_init(&hooks, &own, d);
    return exp_save(result, untracked, s->arena, d, &o);
}

static void warn_untracked(const struct strv *untracked) {
    struct str names CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < untracked->len; i++) {
        str_addf(&names, "%s%s", i ? ", " : "", untracked->at[i]);
    }
    if (untracked->len) {
        log_warn("these files are not known to Git and not part of the experiment (-I takes "
                 "them in):\n\t%s",
                 names.buf);
    }
}

static int exp_save_run(struct session *s, const void *args) {
    const struct exp_save_args *a = args;
    struct strv untracked CLEANUP(strv_release) = {0};
    struct exp_result result;
    int rc = save(&result, &untracked, s, a);

    if (rc) {
        return rc;
    }
    warn_untracked(&untracked);
    if (a->json) {
        struct json *j = json_begin(s->out);
        json_map(j, NULL);
        json_str(j, "ref", result.id);
        json_close(j);
        json_end(j);
    } else {
        show_line(s->out, "Experiment has been saved as: %s", result.name);
    }
    return 0;
}

static const struct opt exp_save_opts[] = {
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace an experiment of that name"},
    {0, "json", OPT_FLAG, AT(json), .help = "print the commit as JSON"},
    {'n', "name", OPT_TEXT, AT(name), "<name>", .help = "of the experiment; else one is made up"},
    {'I', "include-untracked", OPT_LIST, AT(include), "<path>",
     .help = "take in a file or folder that Git does not track"},
    {'m', "message", OPT_TEXT, AT(message), "<text>", .help = "of the experiment's commit"},
    {'M', NULL, OPT_TEXT, AT(message), "<text>", .help = "the same", .hidden = true},
    OPT_END,
};

const struct cmd cmd_exp_save = {
    .name = "exp save",
    .group = GROUP_PIPELINE,
    .summary = "keep the workspace as an experiment",
    .detail = "Records data and stages as commit does, and makes an experiment of what the "
              "workspace has, without running anything.",
    .opts = exp_save_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct exp_save_args),
    .needs = NEED_REPO,
    .fail = 1,
    .fail_text = "failed to save experiment",
    .run = exp_save_run,
};
