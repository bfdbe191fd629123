/*
 * What repro and exp run take from the command line alike.
 */
#ifndef CMD_REPRO_ARGS_H
#define CMD_REPRO_ARGS_H

#include <stdbool.h>

#include "base/vec.h"

struct repro_request;
struct session;

struct repro_args {
    bool force, interactive, single, pipeline, all_pipelines, recursive, downstream;
    bool force_downstream, pull, allow_missing, dry, keep_going, ignore_errors, glob;
    bool no_commit, no_run_cache;
};

/* Rows for an option table; `at` is the offset of the struct repro_args in the command's args. */
#define REPRO_AT(at, member) ((at) + offsetof(struct repro_args, member))
#define REPRO_OPTS(at)                                                                             \
    {'f', "force", OPT_FLAG, REPRO_AT(at, force), .help = "run stages although nothing changed"},  \
        {'i', "interactive", OPT_FLAG, REPRO_AT(at, interactive),                                  \
         .help = "ask before each stage"},                                                         \
        {'s', "single-item", OPT_FLAG, REPRO_AT(at, single),                                       \
         .help = "look at the targets alone, not at what they depend on"},                         \
        {'p', "pipeline", OPT_FLAG, REPRO_AT(at, pipeline),                                        \
         .help = "the whole pipelines that hold the targets"},                                     \
        {'P', "all-pipelines", OPT_FLAG, REPRO_AT(at, all_pipelines),                              \
         .help = "all pipelines of the repository"},                                               \
        {'R', "recursive", OPT_FLAG, REPRO_AT(at, recursive),                                      \
         .help = "a folder means all stages in it"},                                               \
        {0, "downstream", OPT_FLAG, REPRO_AT(at, downstream),                                      \
         .help = "start at the targets and go downstream"},                                        \
        {0, "force-downstream", OPT_FLAG, REPRO_AT(at, force_downstream),                          \
         .help = "run all that depends on a stage that ran"},                                      \
        {0, "pull", OPT_FLAG, REPRO_AT(at, pull),                                                  \
         .help = "fetch what is missing here from the remote"},                                    \
        {0, "allow-missing", OPT_FLAG, REPRO_AT(at, allow_missing),                                \
         .help = "skip stages that lack data and have no other change"},                           \
        {0, "dry", OPT_FLAG, REPRO_AT(at, dry),                                                    \
         .help = "print the commands that would run, and do nothing"},                             \
        {'k', "keep-going", OPT_FLAG, REPRO_AT(at, keep_going),                                    \
         .help = "go on with what does not depend on a stage that failed"},                        \
        {0, "ignore-errors", OPT_FLAG, REPRO_AT(at, ignore_errors),                                \
         .help = "go on with all stages"},                                                         \
        {0, "glob", OPT_FLAG, REPRO_AT(at, glob), .help = "targets are patterns of stage names"},  \
        {0, "no-commit", OPT_FLAG, REPRO_AT(at, no_commit),                                        \
         .help = "do not put outputs into the cache"},                                             \
    {                                                                                              \
        0, "no-run-cache", OPT_FLAG, REPRO_AT(at, no_run_cache),                                   \
            .help = "run a command although it ran before with the same inputs"                    \
    }

/* --executor, a row for an option table. */
extern const char *const executor_choices[];
#define EXECUTOR_OPT(at)                                                                           \
    {                                                                                              \
        0, "executor", OPT_TEXT, at, "<name>",                                                     \
            .choices = executor_choices,                                                           \
            .help = "where commands run: local or slurm (default: exec.type)"                      \
    }
/* What it says in the request; NULL: it was not given. */
void repro_args_place(struct repro_request *out, const char *executor);

/* The request without targets and jobs; the user is asked through the session. */
void repro_args_request(struct repro_request *out, struct session *s, const struct repro_args *a);

#endif
