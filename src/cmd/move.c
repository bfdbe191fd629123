#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "data/move.h"

struct move_args {
    struct strv words;
};

static int move_run(struct session *s, const void *args) {
    const struct move_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_move(d, a->words.at[0], a->words.at[1]);
}

const struct cmd cmd_move = {
    .name = "move",
    .alias = "mv",
    .group = GROUP_DATA,
    .summary = "rename tracked data",
    .detail = "Renames the data, or moves it into a folder, with its .dvc file and its line in "
              ".gitignore. Outputs of stages keep their names: their commands make them.",
    .args = "<from> <to>",
    .min_args = 2,
    .max_args = 2,
    .rest = offsetof(struct move_args, words),
    .args_size = sizeof(struct move_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = move_run,
};
