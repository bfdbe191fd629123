#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "show/out.h"
#include "model/ignore.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/session.h"

struct check_ignore_args {
    struct strv targets;
    bool details, all, non_matching, from_stdin;
};
#define AT(member) offsetof(struct check_ignore_args, member)

static int check_options(const struct session *s, const struct check_ignore_args *a) {
    if (!a->from_stdin && a->targets.len == 0) {
        return err_set(ERR_FAILED, "which paths? Name them, or give --stdin");
    }
    if (a->from_stdin && a->targets.len > 0) {
        return err_set(ERR_FAILED, "--stdin and paths exclude each other");
    }
    if (!a->details && (a->non_matching || a->all)) {
        return err_set(ERR_FAILED, "--%s goes with --details only",
                       a->non_matching ? "non-matching" : "all");
    }
    if (a->details && s->verbosity < 0) {
        return err_set(ERR_FAILED, "--details and --quiet exclude each other");
    }
    return 0;
}

static void show_match(struct session *s, const struct ignore_match *m, const char *path) {
    if (m->other_repo) {
        show_line(s->out, "in sub_repo:%s\t%s", m->pattern, path);
    } else if (m->file) {
        show_line(s->out, "%s:%d:%s\t%s", m->file, m->line, m->pattern, path);
    } else {
        show_line(s->out, ":%s\t%s", m->pattern, path);
    }
}

/* Whether a rule says something of the path, or without details: whether it is ignored. */
static bool check_one(struct session *s, const struct check_ignore_args *a, struct ignore *ignore,
                      const char *path) {
    struct ignore_match match;
    bool ignored = ignore_explain(ignore, path, &match);

    if (!a->details) {
        if (ignored && s->verbosity >= 0) {
            show_line(s->out, "%s", path);
        }
        return ignored;
    }
    if (match.pattern) {
        show_match(s, &match, path);
    } else if (a->non_matching) {
        show_line(s->out, "::\t%s", path);
    }
    return match.pattern;
}

/* Each answer is written at once, for a program that asks one question after the other. */
static int check_lines(bool *any, struct session *s, const struct check_ignore_args *a,
                       struct ignore *ignore) {
    char *line CLEANUP(mem_freep) = NULL;
    size_t cap = 0;
    int rc = 0;

    while (!rc && getline(&line, &cap, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0') {
            break;
        }
        *any |= check_one(s, a, ignore, line);
        rc = show_flush(s->out);
    }
    return rc;
}

static int check_ignore_run(struct session *s, const void *args) {
    const struct check_ignore_args *a = args;
    struct ignore *ignore;
    bool any = false;
    int rc = check_options(s, a);

    if (rc || (rc = repo_ignore(s->repo, &ignore))) {
        return rc;
    }
    for (size_t i = 0; i < a->targets.len; i++) {
        any |= check_one(s, a, ignore, a->targets.at[i]);
    }
    if (a->from_stdin) {
        rc = check_lines(&any, s, a, ignore);
    }
    s->exit_status = rc || any ? 0 : 1;
    return rc;
}

static const struct opt check_ignore_opts[] = {
    {'d', "details", OPT_FLAG, AT(details), .help = "name the rule too: file, line and pattern"},
    {'a', "all", OPT_FLAG, AT(all), .help = "accepted, without effect", .hidden = true},
    {'n', "non-matching", OPT_FLAG, AT(non_matching),
     .help = "with --details: the paths that no rule matches, too"},
    {0, "stdin", OPT_FLAG, AT(from_stdin), .help = "read paths from standard input, one a line"},
    OPT_END,
};

const struct cmd cmd_check_ignore = {
    .name = "check-ignore",
    .group = GROUP_DATA,
    .summary = "tell which paths .dvcignore leaves out, and why",
    .detail = "Prints those of the paths that are ignored; fails if there are none.",
    .opts = check_ignore_opts,
    .args = "[<path>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct check_ignore_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = check_ignore_run,
};
