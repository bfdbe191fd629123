/*
 * What DVC runs behind the user's back: looking for new versions, and reports about use. Old scripts
 * may call these; nothing is done.
 */
#include "cli/cmd.h"

struct daemon_args {
    struct strv words;
};

static int daemon_run(struct session *s, const void *args) {
    (void)s;
    (void)args;
    return 0;
}

const struct cmd cmd_daemon_updater = {
    .name = "daemon updater",
    .group = GROUP_OTHER,
    .summary = "accepted, without effect",
    .hidden = true,
    .fail = 255,
    .run = daemon_run,
};

const struct cmd cmd_daemon_analytics = {
    .name = "daemon analytics",
    .group = GROUP_OTHER,
    .summary = "accepted, without effect",
    .args = "<file>",
    .min_args = 1,
    .max_args = 1,
    .rest = offsetof(struct daemon_args, words),
    .args_size = sizeof(struct daemon_args),
    .hidden = true,
    .fail = 255,
    .run = daemon_run,
};
