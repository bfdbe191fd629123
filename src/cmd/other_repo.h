/*
 * Options of commands that look into another repository.
 */
#ifndef CMD_OTHER_REPO_H
#define CMD_OTHER_REPO_H

#include <stddef.h>

/* Members `config`, `remote` and `remote_config` of `args`. */
#define OTHER_REPO_OPTIONS(args)                                                                   \
    {0,        "config",                                                                           \
     OPT_TEXT, offsetof(args, config),                                                             \
     "<file>", .help = "accepted: for repositories elsewhere"},                                    \
        {0,        "remote",                                                                       \
         OPT_TEXT, offsetof(args, remote),                                                         \
         "<name>", .help = "accepted: for repositories elsewhere"},                                \
    {                                                                                              \
        0, "remote-config", OPT_MANY, offsetof(args, remote_config), "<option>",                   \
            .help = "accepted: for repositories elsewhere"                                         \
    }

#endif
