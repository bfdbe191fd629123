#include "cli/command_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "cli/cmd.h"

#define AT(member) offsetof(struct common_args, member)

/* DVC's switches for debugging itself. */
#define IGNORED(text)                                                                              \
    { .name = text, .kind = OPT_FLAG, .at = AT(ignored), .hidden = true }
#define IGNORED_VALUE(text)                                                                        \
    { .name = text, .kind = OPT_TEXT, .at = AT(ignored_text), .hidden = true }

static const struct opt anywhere[] = {
    {'h', "help", OPT_FLAG, AT(help), .help = "show this help and exit"},
    {'q', "quiet", OPT_COUNT, AT(quiet), .help = "print results only"},
    {'v', "verbose", OPT_COUNT, AT(verbose),
     .help = "say what is decided and why; twice: in detail"},
    IGNORED("cprofile"),
    IGNORED_VALUE("cprofile-dump"),
    IGNORED("yappi"),
    IGNORED("yappi-separate-threads"),
    IGNORED("viztracer"),
    IGNORED_VALUE("viztracer-depth"),
    IGNORED("viztracer-async"),
    IGNORED("pdb"),
    IGNORED("instrument"),
    IGNORED("instrument-open"),
    IGNORED("show-stack"),
    IGNORED("ss"),
    OPT_END,
};

static const struct opt before_command[] = {
    {'V', "version", OPT_FLAG, AT(version), .help = "print the version and exit"},
    {0, "cd", OPT_TEXT, AT(cd), "<path>", .help = "change to this folder first"},
    {0, "wait-for-lock", OPT_FLAG, AT(wait_for_lock),
     .help = "wait for other processes in this repository as long as it takes"},
    OPT_END,
};

const struct opt *const common_opts = anywhere;
const struct opt *const global_opts = before_command;

/* The names of the words that are missing: the pieces of "[<url>] <name>" that have to be there,
 * from the n-th on. */
static int missing_words(const struct cmd *cmd, size_t n) {
    struct str names CLEANUP(str_release) = STR_INIT;
    const char *at = cmd->args ? cmd->args : "";
    for (size_t i = 0; *at && i < (size_t)cmd->min_args;) {
        size_t len = strcspn(at, " ");
        if (*at != '[' && i++ >= n) {
            str_addf(&names, "%s%.*s", names.len ? ", " : "", (int)len, at);
        }
        at += len + strspn(at + len, " ");
    }
    return err_set(ERR_USAGE, "missing: %s", names.len ? names.buf : "an argument");
}

static int check_words(const struct command_line *line) {
    const struct strv *words = &line->parsed.words;
    if (words->len < (size_t)line->cmd->min_args) {
        return missing_words(line->cmd, words->len);
    }
    if (line->cmd->max_args >= 0 && words->len > (size_t)line->cmd->max_args) {
        return err_set(ERR_USAGE, "unexpected argument '%s'", words->at[line->cmd->max_args]);
    }
    return 0;
}

/* Options up to the next word; `next` is where it stands. `more` is allowed beside the common
 * ones. */
static int parse_options(struct command_line *line, const struct opt *more, int argc,
                         const char *const *argv, int *next) {
    struct opt_set sets[] = {{common_opts, &line->common}, {more, &line->common}};
    struct opt_result r = {0};
    int rc =
        opt_parse(&r, sets, COUNT_OF(sets), OPT_WORDS_STOP, argv + *next, (size_t)(argc - *next));
    *next += (int)r.used;
    if (!rc && !line->common.help && !line->common.version) {
        if (r.unknown.len) {
            rc = opt_unknown_error(&r, sets, COUNT_OF(sets));
        } else if (*next == argc) {
            rc = err_set(ERR_USAGE, "a command is missing");
        }
    }
    opt_result_release(&r);
    return rc;
}

static int parse_command(struct command_line *line, int argc, const char *const *argv) {
    const struct cmd *cmd = line->cmd;
    line->args = mem_zalloc(1, cmd->args_size ? cmd->args_size : 1);
    struct opt_set sets[] = {{cmd->opts, line->args}, {common_opts, &line->common}};
    enum opt_words mode = cmd->verbatim ? OPT_WORDS_REST : OPT_WORDS_ANYWHERE;
    int rc = opt_parse(&line->parsed, sets, COUNT_OF(sets), mode, argv, (size_t)argc);
    if (rc || line->common.help) {
        return rc;
    }
    if (line->parsed.unknown.len) {
        return opt_unknown_error(&line->parsed, sets, COUNT_OF(sets));
    }
    if (cmd->max_args) {
        struct strv *words = opt_member(line->args, cmd->rest);
        *words = line->parsed.words;
    }
    return check_words(line);
}

int command_line_parse(struct command_line *line, int argc, const char *const *argv) {
    *line = (struct command_line){0};
    line->prog = argc > 0 && str_eq(path_base(argv[0]), "dvc") ? "dvc" : "cairn";
    int next = argc > 0;
    int rc = parse_options(line, global_opts, argc, argv, &next);
    if (rc || line->common.help || line->common.version) {
        return rc;
    }
    line->family = command_family(argv[next]);
    if (line->family) {
        next++;
        rc = parse_options(line, NULL, argc, argv, &next);
        if (rc || line->common.help) {
            return rc;
        }
    }
    line->cmd = command_find(line->family, argv[next]);
    if (!line->cmd) {
        return command_unknown(line->prog, line->family, argv[next]);
    }
    next++;
    rc = parse_command(line, argc - next, argv + next);
    if (!rc && line->common.quiet && line->common.verbose) {
        rc = err_set(ERR_USAGE, "-q and -v exclude each other");
    }
    return rc;
}

void command_line_release(struct command_line *line) {
    if (line->args) {
        opt_set_release(&(struct opt_set){line->cmd->opts, line->args});
        free(line->args);
    }
    opt_result_release(&line->parsed);
}

int command_line_verbosity(const struct command_line *line) {
    if (line->common.quiet) {
        return line->common.verbose ? 0 : -1; /* both is an error, which must be seen */
    }
    return line->common.verbose > 2 ? 2 : line->common.verbose;
}
