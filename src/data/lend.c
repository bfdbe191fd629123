#include "data/lend.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "hash/digest.h"
#include "remote/registry.h"
#include "store/borrowed.h"
#include "store/cache.h"
#include "store/odb.h"

/* A remote that was asked. */
struct lender {
    const char *remote; /* NULL: the default one */
    enum hash_algo algo;
    struct odb *odb;
    struct borrowed borrowed;
    bool useless; /* it cannot be reached, or there is no place for what it lends */
};

struct lenders VEC_OF(struct lender *);

static int open_lender(struct lender *l, struct data *d) {
    l->borrowed.home = data_cache_for(d, l->algo);
    int rc = data_remote_for(&l->odb, d, l->remote, l->algo);

    return rc ? rc : borrowed_open(&l->borrowed);
}

static struct lender *find_lender(struct data *d, const char *remote, enum hash_algo algo) {
    struct lender *l;

    if (!d->lenders) {
        d->lenders = mem_zalloc(1, sizeof *d->lenders);
    }
    for (size_t i = 0; i < d->lenders->len; i++) {
        l = d->lenders->at[i];
        if (l->algo == algo && str_eq(l->remote, remote)) {
            return l;
        }
    }
    l = mem_zalloc(1, sizeof *l);
    l->remote = remote;
    l->algo = algo;
    vec_push(d->lenders, l);
    if (open_lender(l, d)) {
        log_warn("%s", err_text());
        err_clear();
        l->useless = true;
    }
    return l;
}

/* 0, or why it is not there. */
static int get(struct lender *l, struct data *d, const struct digest *digest) {
    struct odb_item item = {.digest = *digest, .size = UINT64_MAX};
    int rc = l->odb->ops->get(l->odb, l->borrowed.cache, &item, 1, d->progress);

    free(item.why);
    if (rc && rc != ERR_INTERRUPTED) {
        log_warn("%s", err_text());
        err_clear();
        l->useless = true;
        return ERR_NOT_FOUND;
    }
    return rc ? rc : item.rc ? ERR_NOT_FOUND : 0;
}

int lend_object(struct cache **lent, struct data *d, const char *remote,
                const struct digest *digest) {
    enum hash_algo algo = (enum hash_algo)digest->algo;
    struct lender *l = remote || data_remote_default(d) ? find_lender(d, remote, algo) : NULL;
    char hex[DIGEST_TEXT_MAX];
    int rc = 0;

    if (l && !l->useless) {
        *lent = l->borrowed.cache;
        rc = cache_has(*lent, digest) ? 0 : get(l, d, digest);
        if (rc != ERR_NOT_FOUND) {
            return rc;
        }
    }
    return err_set(ERR_NOT_FOUND, "object %s is neither in the cache nor in a remote",
                   digest_text(hex, digest));
}

void lend_close(struct data *d) {
    for (size_t i = 0; d->lenders && i < d->lenders->len; i++) {
        struct lender *l = d->lenders->at[i];

        remote_closep(&l->odb);
        borrowed_release(&l->borrowed);
        free(l);
    }
    if (d->lenders) {
        vec_release(d->lenders);
        free(d->lenders);
    }
}
