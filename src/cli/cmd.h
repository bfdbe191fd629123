/*
 * What a command is: one const struct in a file of src/cmd, listed in cli/commands.def. The option
 * table feeds the parser, --help, the completions and the check of the man pages.
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
    OPT_COUNT, /* int; times given: -vv */
};

struct opt {
    char letter;      /* 'f', or 0 */
    const char *name; /* "force" */
    enum opt_kind kind;
    size_t at;         /* offset in the command's args struct */
    const char *value; /* name of the value in help: "<name>" */
    const char *help;
    const char *alias;          /* a second long name, or NULL */
    const char *const *choices; /* NULL-terminated, or NULL */
    bool hidden;
};
#define OPT_END                                                                                    \
    { 0 }

enum cmd_needs {
    NEED_REPO = 1,           /* session->repo is open */
    NEED_LENIENT_CONFIG = 2, /* opened although the configuration does not validate */
    NEED_REPO_MAYBE = 4,     /* opened if there is one */
    NEED_REPO_OR_PLAIN = 8,  /* else any folder, best Git's, serves: see repo_open_plain */
};

enum cmd_group {
    GROUP_START,
    GROUP_DATA,
    GROUP_REMOTE,
    GROUP_PIPELINE,
    GROUP_MEASURE,
    GROUP_EXPERIMENT,
    GROUP_REGISTRY,
    GROUP_CONFIG,
    GROUP_OTHER
};

struct cmd {
    const char *name;  /* "push", "remote add" */
    const char *alias; /* "rm", or NULL */
    enum cmd_group group;
    const char *summary;    /* one line, lower case, no full stop */
    const char *detail;     /* a paragraph for --help and nothing else, or NULL */
    const struct opt *opts; /* ends with OPT_END */
    const char
        *args; /* "targets..." in the synopsis: "<name> <url>", "[<target>...]", or NULL for none */
    int min_args, max_args; /* max -1: any number */
    bool
        verbatim; /* from the first word on all are words, options too: the command of `stage add` */
    size_t rest;  /* offset of the struct strv for positional words */
    size_t args_size; /* of the command's struct */
    unsigned needs;
    int fail; /* exit status for ordinary errors: 1 or 255, as DVC's command has it */
    const char
        *fail_text; /* "failed to push data to the cloud": context before the error, or NULL */
    bool hidden;
    int (*run)(struct session *s, const void *args);
};

/* The first word of commands of two words. */
struct cmd_family {
    const char *name;  /* "remote" */
    const char *alias; /* "exp", or NULL */
    const char *summary;
};

/* All commands and families, NULL-terminated, in the order of the help page. */
extern const struct cmd *const commands[];
extern const struct cmd_family *const command_families[];

const struct cmd_family *command_family(const char *name); /* or its alias; NULL if there is none */
/* The command of that (second) word in the family, NULL for the commands of one word. Aliases are
 * found too. */
const struct cmd *command_find(const struct cmd_family *family, const char *name);
bool command_in_family(const struct cmd *cmd, const struct cmd_family *family);
const char *command_word(const struct cmd *cmd); /* "add" of "remote add" */
/* The error about a word that is no command, with the one that was meant as a hint. */
int command_unknown(const char *prog, const struct cmd_family *family,
                    const char *typed) MUST_CHECK;

#endif
