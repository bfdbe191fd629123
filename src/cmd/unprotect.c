#include "data/unprotect.h"

#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"

struct unprotect_args {
    struct strv targets;
};

static int unprotect_run(struct session *s, const void *args) {
    const struct unprotect_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_unprotect(d, &a->targets);
}

const struct cmd cmd_unprotect = {
    .name = "unprotect",
    .group = GROUP_DATA,
    .summary = "make files that are links into the cache writable copies",
    .detail = "For editing data in place where cache.type makes links: what is changed through a "
              "link would change the cache.",
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = offsetof(struct unprotect_args, targets),
    .args_size = sizeof(struct unprotect_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = unprotect_run,
};
