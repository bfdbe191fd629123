#include "data/add_remote.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/add.h"
#include "data/data.h"
#include "data/output.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "os/temp.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/transfer.h"

/* Hashes and copies the source into `into`, which takes the place of the repository's cache. */
static int scan_into(struct arena *arena, const struct data *d, struct out *o, const char *source,
                     struct cache *into) {
    struct data there = *d;
    struct scan now;

    there.cache = there.sha256 = there.xxh128 = into;
    int rc = output_scan(&now, arena, &there, source, d->hash, true);
    if (!rc && !now.exists) {
        rc = err_set(ERR_NOT_FOUND, "'%s' does not exist", source);
    }
    if (!rc) {
        content_from_scan(&o->recorded, &now);
    }
    return rc;
}

static int push_all(struct arena *arena, struct data *d, const struct out *o, struct cache *from,
                    struct odb *remote) {
    struct transfer_want want = {.digest = o->recorded.digest, .path = o->path};
    const struct transfer_wants wants = {.at = &want, .len = 1};
    struct transfer_result result = {0};
    int rc = transfer_push(&result, arena, from, remote, &wants, d->progress);

    if (!rc && result.failed.len > 0) {
        const char *why = result.failed.at[0].why;
        rc = err_set((enum err_code)result.failed.at[0].rc, "'%s': %s", result.failed.at[0].path,
                     why ? why : "it could not be sent");
    }
    vec_release(&result.failed);
    return rc;
}

static int by_temporary(struct arena *arena, struct data *d, struct out *o, const char *source,
                        struct odb *remote) {
    struct cache *temporary CLEANUP(cache_closep) = NULL;
    char name[TEMP_NAME_MAX];

    temp_name(name);
    const char *dir = arena_printf(arena, "%s/cairn/%s", d->repo->tmp_dir, name);
    struct cache_config cfg = {
        .dir = dir, .label = "temporary copy", .algo = d->hash, .unsynced = true};
    int rc = cache_open(&temporary, &cfg);
    rc = rc ? rc : scan_into(arena, d, o, source, temporary);
    rc = rc ? rc : push_all(arena, d, o, temporary, remote);

    struct err_chain *failed = rc ? err_take() : NULL;
    if (dir_remove_tree(AT_FDCWD, dir)) {
        err_clear();
    }
    return failed ? err_give(failed) : 0;
}

int add_to_remote(struct arena *arena, struct data *d, struct out *o, const char *source,
                  const struct add_options *options) {
    struct odb *remote CLEANUP(remote_closep) = NULL;

    d->jobs = options->jobs;
    int rc = data_remote_for(&remote, d, options->remote, d->hash);
    if (rc) {
        return rc;
    }
    struct cache *folder = odb_as_cache(remote);
    return folder ? scan_into(arena, d, o, source, folder)
                  : by_temporary(arena, d, o, source, remote);
}
