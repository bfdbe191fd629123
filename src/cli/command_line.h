/*
 * The whole command line: global options, the command, its options and words.
 */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include <stdbool.h>

#include "base/attr.h"
#include "cli/opt.h"

struct cmd;
struct cmd_family;
struct opt;

/* What the tables below store. */
struct common_args {
    int quiet, verbose;
    bool help, version, wait_for_lock;
    const char *cd;
    bool ignored; /* DVC's switches for debugging itself: accepted, without effect */
    const char *ignored_text;
};

extern const struct opt *const common_opts; /* before and after any command */
extern const struct opt *const global_opts; /* before the command only */

struct command_line {
    const char *prog; /* "dvc" if called by that name, else "cairn" */
    struct common_args common;
    const struct cmd_family *family; /* as far as it was named */
    const struct cmd *cmd;
    struct opt_result parsed;
    void *args; /* the struct of cmd */
};

/* ERR_USAGE leaves cmd and family as far as they were recognised: their help is to be shown. With
 * --help or --version on the line, nothing else is checked. Release in any case. */
int command_line_parse(struct command_line *line, int argc, const char *const *argv) MUST_CHECK;
void command_line_release(struct command_line *line);

int command_line_verbosity(const struct command_line *line); /* -1 quiet, 0, 1, 2 */

#endif
