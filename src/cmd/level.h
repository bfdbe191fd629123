/*
 * What the commands on the configuration have in common: the level on the command line, and the
 * configuration, which they read leniently, so that they can repair it, and outside of a repository
 * too.
 */
#ifndef CMD_LEVEL_H
#define CMD_LEVEL_H

#include <stdbool.h>

#include "base/attr.h"
#include "model/config.h"

struct session;

struct level_args {
    bool system, global, project, local;
};

/* Rows for an option table; `at` is the offset of the struct level_args in the command's args. */
#define LEVEL_OPTS(at)                                                                             \
    {0, "global", OPT_FLAG, (at) + offsetof(struct level_args, global),                            \
     .help = "options of the user"},                                                               \
        {0, "system", OPT_FLAG, (at) + offsetof(struct level_args, system),                        \
         .help = "options of the machine"},                                                        \
        {0, "project", OPT_FLAG, (at) + offsetof(struct level_args, project),                      \
         .help = "options of the repository"},                                                     \
    {                                                                                              \
        0, "local", OPT_FLAG, (at) + offsetof(struct level_args, local),                           \
            .help = "options of this copy of the repository, which stay out of Git"                \
    }

struct level {
    struct config *config;
    const char *root;        /* of the repository, or NULL */
    enum config_level given; /* CONFIG_MERGED if no level was */
};

/* ERR_USAGE for several levels, ERR_CONFIG for the repository's outside of one. Close in any
 * case. */
int level_open(struct level *out, struct session *s, const struct level_args *a) MUST_CHECK;
void level_closep(struct level *l); /* for CLEANUP */

/* Where an option is written: the level given, else the repository's; but a secret, and what unsets
 * one that is there, goes to the local file, and the user is told. */
enum config_level level_to_write(const struct level *l, const char *name, bool unset);

/* Warns of a password in a url that will be committed. */
void level_warn_url(const struct level *l, const char *url);

#endif
