/*
 * Options of commands that look into another repository.
 */
#ifndef CMD_OTHER_REPO_H
#define CMD_OTHER_REPO_H

#include <stddef.h>

#include "base/vec.h"

struct session;
struct source_spec;

struct other_repo {
    const char *rev, *config, *remote;
    struct strv remote_config;
};

/* `at` is the place of a struct other_repo among the arguments. */
#define OTHER_REPO_OPTIONS(at)                                                                     \
    {0,        "config",                                                                           \
     OPT_TEXT, (at) + offsetof(struct other_repo, config),                                         \
     "<file>", .help = "configuration to put above that of the repository"},                       \
        {0,        "remote",                                                                       \
         OPT_TEXT, (at) + offsetof(struct other_repo, remote),                                     \
         "<name>", .help = "its remote to fetch from"},                                            \
        {0,          "remote-config",                                                              \
         OPT_MANY,   (at) + offsetof(struct other_repo, remote_config),                            \
         "<option>", .help = "<option>=<value> of that remote"},                                   \
    {                                                                                              \
        0, "rev", OPT_MAYBE, (at) + offsetof(struct other_repo, rev), "<rev>",                     \
            .help = "of this revision (default: as it is)"                                         \
    }

/* The repository at `url` as the options say. Release with source_spec_release. */
void other_repo_spec(struct source_spec *out, struct session *s, const char *url,
                     const struct other_repo *o);

#endif
