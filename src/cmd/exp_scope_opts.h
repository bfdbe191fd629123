/*
 * The options by which commands on experiments choose commits.
 */
#ifndef CMD_EXP_SCOPE_OPTS_H
#define CMD_EXP_SCOPE_OPTS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct exp_scope;

struct exp_scope_opts {
    struct strv revs;
    const char *num;
    bool all_commits;
};

#define EXP_SCOPE_OPTS(at, everything)                                                             \
    {'A', "all-commits", OPT_FLAG, (at) + offsetof(struct exp_scope_opts, all_commits),            \
     .help = everything},                                                                          \
        {0,          "rev",                                                                        \
         OPT_LIST,   (at) + offsetof(struct exp_scope_opts, revs),                                 \
         "<commit>", .help = "those started from this commit (default: HEAD)"},                    \
    {                                                                                              \
        'n', "num", OPT_TEXT, (at) + offsetof(struct exp_scope_opts, num), "<num>",                \
            .help = "from so many commits, it and those before; negative: all"                     \
    }

/* ERR_USAGE unless `num` is a number. */
int exp_scope_read(struct exp_scope *out, const struct exp_scope_opts *o) MUST_CHECK;

#endif
