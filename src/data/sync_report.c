#include "data/sync_report.h"

#include "base/err.h"
#include "base/log.h"
#include "data/data.h"
#include "data/sync.h"
#include "model/repo.h"
#include "store/transfer.h"

#define WARNINGS_MAX 50

void sync_merge(struct transfer_result *total, struct transfer_result *part) {
    total->moved += part->moved;
    total->bytes += part->bytes;
    for (size_t i = 0; i < part->failed.len; i++) {
        vec_push(&total->failed, part->failed.at[i]);
    }
    vec_release(&part->failed);
    *part = (struct transfer_result){0};
}

static void warn_failure(const struct data *d, const struct transfer_failure *f) {
    char hex[DIGEST_TEXT_MAX];
    const char *path = f->path ? repo_shown(d->repo, f->path) : "?";

    digest_text(hex, &f->digest);
    if (f->rc == ERR_NOT_FOUND) {
        log_warn("'%s' (%s) is missing: neither the cache nor the remote has it", path, hex);
    } else if (f->rc == ERR_CORRUPT) {
        log_warn("'%s' (%s) is damaged: %s", path, hex,
                 f->why ? f->why : "its bytes are not what its name says");
    } else {
        log_warn("'%s'%s%s%s was not transferred: %s", path, hex[0] ? " (" : "", hex,
                 hex[0] ? ")" : "", f->why ? f->why : "unknown reason");
    }
}

void sync_warn_failed(const struct data *d, const struct transfer_result *result) {
    for (size_t i = 0; i < result->failed.len && i < WARNINGS_MAX; i++) {
        warn_failure(d, &result->failed.at[i]);
    }
    if (result->failed.len > WARNINGS_MAX) {
        log_warn("and %zu more", result->failed.len - WARNINGS_MAX);
    }
}

struct sync_failure sync_failure_at(const struct data *d, const struct sync_result *result,
                                    size_t i) {
    const struct transfer_failure *f = &result->transfer.failed.at[i];
    struct sync_failure words = {
        .path = f->path ? repo_shown(d->repo, f->path) : "",
        .why = f->why && *f->why        ? f->why
               : f->rc == ERR_NOT_FOUND ? "neither the cache nor the remote has it"
                                        : "its bytes are not what its name says",
    };

    digest_text(words.digest, &f->digest);
    return words;
}

void sync_result_release(struct sync_result *result) {
    vec_release(&result->transfer.failed);
    map_release(&result->partial);
    checkout_result_release(&result->checkout);
}
