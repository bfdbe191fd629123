#include "base/err.h"
#include "base/num.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "exp/live.h"

struct log_args {
    struct strv values;
    const char *dir, *step;
    bool summary, timestamp, no_dvcyaml;
};
#define AT(member) offsetof(struct log_args, member)

static int log_run(struct session *s, const void *args) {
    const struct log_args *a = args;
    struct live_request request = {
        .dir = a->dir ? a->dir : "dvclive",
        .values = a->values,
        .step = -1,
        .summary = a->summary,
        .timestamp = a->timestamp,
        .no_dvcyaml = a->no_dvcyaml,
    };

    if (a->step && (!num_int(&request.step, a->step) || request.step < 0)) {
        return err_set(ERR_USAGE, "--step takes a number, 0 or above");
    }
    return live_log(s->arena, &request);
}

static const struct opt log_opts[] = {
    {0, "step", OPT_TEXT, AT(step), "<number>", .help = "else the one after the last"},
    {0, "summary", OPT_FLAG, AT(summary), .help = "final values: no step, and no line in a plot"},
    {0, "timestamp", OPT_FLAG, AT(timestamp), .help = "note the time in new plots"},
    {0, "dir", OPT_TEXT, AT(dir), "<folder>", .help = "dvclive if it is not given"},
    {0, "no-dvcyaml", OPT_FLAG, AT(no_dvcyaml), .help = "leave dvc.yaml alone"},
    OPT_END,
};

const struct cmd cmd_log = {
    .name = "log",
    .group = GROUP_MEASURE,
    .summary = "log metrics while a program runs",
    .detail = "Writes the files that DVCLive writes, so that any program can report its metrics "
              "step by step.",
    .opts = log_opts,
    .args = "<name>=<value>...",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(values),
    .args_size = sizeof(struct log_args),
    .fail = 255,
    .run = log_run,
};
