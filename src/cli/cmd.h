/*
 * What a command is: one const struct in a file of src/cmd, listed in cli/commands.def. The option table feeds the parser,
 * --help, the completions and the check of the man pages.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct session;

enum opt_kind {
    OPT_FLAG,  /* bool */
    OPT_UNSET, /* bool, set to false: --no-relink may share a member with --relink */
    OPT_TEXT,  /* const char * */
    OPT_INT,   /* int; must be a number */
    OPT_LIST,  /* struct strv; may be repeated */
    OPT_MANY,  /* struct strv; takes all words up to the next option, as argparse's nargs="*" */
    OPT_MAYBE, /* const char *; value optional ("" without one), as nargs="?" */
};

struct opt {
    char letter;             /* 'f', or 0 */
    const char *name;        /* "force" */
    enum opt_kind kind;
    size_t at;               /* offset in the command's args struct */
    const char *value;       /* name of the value in help: "<name>" */
    const char *help;
    const char *alias;       /* a second long name, or NULL */
    const char *const *choices; /* NULL-terminated, or NULL */
    bool hidden;
};
#define OPT_END {0}

enum cmd_needs {
    NEED_REPO = 1,           /* session->repo is open */
    NEED_LENIENT_CONFIG = 2, /* opened although the configuration does not validate */
    NEED_REPO_MAYBE = 4,     /* opened if there is one */
};

enum cmd_group { GROUP_START, GROUP_DATA, GROUP_REMOTE, GROUP_PIPELINE, GROUP_MEASURE, GROUP_CONFIG, GROUP_OTHER };

struct cmd {
    const char *name;        /* "push", "remote add" */
    const char *alias;       /* "rm", or NULL */
    enum cmd_group group;
    const char *summary;     /* one line, lower case, no full stop */
    const char *detail;      /* a paragraph for --help and nothing else, or NULL */
    const struct opt *opts;  /* ends with OPT_END */
    const char *args;        /* "targets..." in the synopsis: "<name> <url>", "[<target>...]", or NULL for none */
    int min_args, max_args;  /* max -1: any number */
    size_t rest;             /* offset of the struct strv for positional words */
    size_t args_size;        /* of the command's struct */
    unsigned needs;
    int fail;                /* exit status for ordinary errors: 1 or 255, as DVC's command has it */
    const char *fail_text;   /* "failed to push data to the cloud": context before the error, or NULL */
    bool hidden;
    int (*run)(struct session *s, const void *args);
};

/* All commands, in the order of the help page. */
extern const struct cmd *const commands[];

#endif
