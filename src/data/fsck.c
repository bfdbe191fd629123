#include "data/fsck.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/data.h"
#include "data/mend.h"
#include "data/references.h"
#include "job/progress.h"
#include "os/cpu.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"

/* An object to be looked at; `need` is an index + 1, 0 for one that nothing references. */
struct check {
    struct digest digest;
    size_t need;
};

struct fsck {
    struct fsck_result *result;
    struct arena *arena;
    struct data *data;
    const struct fsck_request *request;
    struct references refs;
    struct needs needs;
    struct unopened_list unopened;
    VEC(struct check) checks; /* sorted, each object once */
    uint64_t seed;            /* of the sample */
};

const char *fsck_fault_word(enum fsck_fault f) {
    switch (f) {
    case FSCK_MISSING:
        return "missing";
    case FSCK_CORRUPT:
        return "corrupt";
    case FSCK_INVALID:
        return "invalid";
    case FSCK_UNREADABLE:
        return "unreadable";
    }
    return NULL;
}

static enum fsck_fault fault_of(int rc) {
    return rc == ERR_NOT_FOUND ? FSCK_MISSING
           : rc == ERR_CORRUPT ? FSCK_CORRUPT
           : rc == ERR_INVALID ? FSCK_INVALID
                               : FSCK_UNREADABLE;
}

static void fsck_release(struct fsck *f) {
    references_release(&f->refs);
    vec_release(&f->needs);
    vec_release(&f->unopened);
    vec_release(&f->checks);
}

void fsck_result_release(struct fsck_result *r) {
    vec_release(&r->problems);
}

static void add_problem(struct fsck *f, const struct check *c, enum fsck_fault fault) {
    struct fsck_problem p = {.digest = c->digest, .fault = fault};

    if (c->need) {
        const struct needed *n = &f->needs.at[c->need - 1];
        const struct reference *ref = &f->refs.at.at[n->reference];
        p.path = n->below ? arena_printf(f->arena, "%s/%s", ref->path, n->below) : ref->path;
        p.rev = ref->rev;
    }
    vec_push(&f->result->problems, p);
}

static struct mend_item mend_item(const struct fsck *f, const struct check *c) {
    struct mend_item item = {.digest = c->digest};

    if (c->need) {
        const struct needed *n = &f->needs.at[c->need - 1];
        const struct reference *ref = &f->refs.at.at[n->reference];
        item.out = ref->rev ? NULL : ref->path;
        item.below = n->below;
        item.remote = ref->remote;
    }
    return item;
}

/* Repairs the last `n` problems, which are those of these checks, and counts what stays. */
static int repair(struct fsck *f, const struct check *checks, size_t n, struct odb *remote) {
    struct fsck_problem *problems = f->result->problems.at + f->result->problems.len - n;
    struct mend_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        items[i] = mend_item(f, &checks[i]);
    }
    if (f->request->repair) {
        rc = remote ? mend_remote(items, n, f->data, remote)
                    : mend_cache(items, n, f->arena, f->data);
    }
    for (size_t i = 0; i < n; i++) {
        problems[i].repaired = items[i].from;
        f->result->lost += items[i].from == NULL;
    }
    return rc;
}

/* Listings first: without them nobody knows what else there should be. */
static int open_references(struct fsck *f) {
    const struct references_how how = {
        .cache_only = !f->request->remote, .remote = f->request->remote, .unopened = &f->unopened};
    VEC(struct check) checks = {0};
    int rc = references_open(&f->needs, f->arena, f->data, &f->refs, &how);

    /* needs.at[i] of the references themselves are found by their order */
    for (size_t i = 0, at = 0; !rc && i < f->unopened.len; i++, at++) {
        const struct unopened *u = &f->unopened.at[i];
        while (f->needs.at[at].reference != u->reference || f->needs.at[at].below) {
            at++;
        }
        struct check c = {.digest = f->needs.at[at].digest, .need = at + 1};
        add_problem(f, &c, fault_of(u->rc));
        vec_push(&checks, c);
    }
    if (!rc && checks.len > 0) {
        rc = repair(f, checks.at, checks.len, NULL);
    }
    const struct fsck_problem *problems =
        f->result->problems.at + f->result->problems.len - checks.len;
    for (size_t i = 0; !rc && i < checks.len; i++) {
        if (problems[i].repaired) {
            rc = reference_open(&f->needs, f->arena, f->data, &f->refs, f->unopened.at[i].reference,
                                &how);
        }
    }
    vec_release(&checks);
    return rc;
}

static int by_digest(const void *a, const void *b) {
    const struct check *x = a, *y = b;
    int order = digest_compare(&x->digest, &y->digest);

    if (order == 0 && (x->need == 0) != (y->need == 0)) {
        return x->need == 0 ? 1 : -1; /* what is referenced has a name */
    }
    return order ? order : (x->need > y->need) - (x->need < y->need);
}

static int add_object(void *ctx, const struct digest *d, uint64_t size) {
    struct fsck *f = ctx;

    (void)size;
    vec_push(&f->checks, ((struct check){.digest = *d}));
    return 0;
}

/* Listings that could not be opened are dealt with already. */
static bool is_unopened(const struct fsck *f, const struct needed *n) {
    for (size_t i = 0; !n->below && i < f->unopened.len; i++) {
        if (f->unopened.at[i].reference == n->reference) {
            return true;
        }
    }
    return false;
}

static int list_checks(struct fsck *f) {
    size_t n = 0;
    int rc = 0;

    vec_reserve(&f->checks, f->needs.len);
    for (size_t i = 0; i < f->needs.len; i++) {
        if (!is_unopened(f, &f->needs.at[i])) {
            vec_push(&f->checks, ((struct check){.digest = f->needs.at[i].digest, .need = i + 1}));
        }
    }
    for (size_t i = 0; !rc && f->request->all_objects && i < DATA_ALGOS; i++) {
        rc = cache_list(data_cache_for(f->data, data_algos[i]), add_object, f);
    }
    if (f->checks.len > 0) {
        qsort(f->checks.at, f->checks.len, sizeof *f->checks.at, by_digest);
    }
    for (size_t i = 0; i < f->checks.len; i++) {
        if (n == 0 || !digest_equal(&f->checks.at[n - 1].digest, &f->checks.at[i].digest)) {
            f->checks.at[n++] = f->checks.at[i];
        }
    }
    f->checks.len = n;
    return rc;
}

/* The digest's own bytes are as good as random; the seed makes another choice each time. */
static bool is_sampled(const struct fsck *f, const struct digest *d) {
    uint64_t x;

    if (f->request->sample >= 1) {
        return true;
    }
    memcpy(&x, d->byte, sizeof x);
    x = (x ^ f->seed) * UINT64_C(0x9e3779b97f4a7c15);
    return (double)(x >> 11) * 0x1p-53 < f->request->sample;
}

/* One algorithm's objects: those that are read, and those that only have to be there. */
struct batch {
    struct odb_item *items;
    size_t *item_check;
    struct digest *want;
    size_t *want_check;
    bool *have;
    size_t nitems, nwant;
};

static void batch_release(struct batch *b) {
    for (size_t i = 0; i < b->nitems; i++) {
        free(b->items[i].why);
    }
    free(b->items);
    free(b->item_check);
    free(b->want);
    free(b->want_check);
    free(b->have);
}

static void batch_fill(struct batch *b, const struct fsck *f, size_t from, size_t to) {
    size_t n = to - from + 1;

    b->items = mem_zalloc(n, sizeof *b->items);
    b->item_check = mem_zalloc(n, sizeof *b->item_check);
    b->want = mem_zalloc(n, sizeof *b->want);
    b->want_check = mem_zalloc(n, sizeof *b->want_check);
    b->have = mem_zalloc(n, sizeof *b->have);
    for (size_t i = from; i < to; i++) {
        const struct digest *d = &f->checks.at[i].digest;
        if (is_sampled(f, d)) {
            b->items[b->nitems] = (struct odb_item){.digest = *d, .size = UINT64_MAX};
            b->item_check[b->nitems++] = i;
        } else {
            b->want[b->nwant] = *d;
            b->want_check[b->nwant++] = i;
        }
    }
}

static int look(struct fsck *f, struct batch *b, struct cache *cache, struct odb *remote) {
    struct progress *p = f->data->progress;
    int rc;

    progress_phase(p, "Reading", b->nitems, 0);
    rc = remote ? odb_verify(remote, cache, b->items, b->nitems, p)
                : cache_rehash(cache, b->items, b->nitems, true, p);
    if (rc || b->nwant == 0) {
        return rc;
    }
    progress_phase(p, "Looking", b->nwant, 0);
    return remote ? remote->ops->exists(remote, b->want, b->nwant, b->have, p)
                  : cache_has_many(cache, b->want, b->nwant, b->have);
}

static int judge(struct fsck *f, const struct batch *b, struct odb *remote) {
    struct fsck_result *r = f->result;
    VEC(struct check) bad = {0};

    for (size_t i = 0; i < b->nitems; i++) {
        const struct odb_item *item = &b->items[i];
        bool there = item->rc != ERR_NOT_FOUND && item->size != UINT64_MAX;
        r->read += there;
        r->bytes += there ? item->size : 0;
        if (item->rc) {
            add_problem(f, &f->checks.at[b->item_check[i]], fault_of(item->rc));
            vec_push(&bad, f->checks.at[b->item_check[i]]);
        }
    }
    for (size_t i = 0; i < b->nwant; i++) {
        if (!b->have[i]) {
            add_problem(f, &f->checks.at[b->want_check[i]], FSCK_MISSING);
            vec_push(&bad, f->checks.at[b->want_check[i]]);
        }
    }
    r->objects += b->nitems + b->nwant;
    int rc = bad.len > 0 ? repair(f, bad.at, bad.len, remote) : 0;
    vec_release(&bad);
    return rc;
}

static int check_algo(struct fsck *f, enum hash_algo algo, size_t from, size_t to) {
    struct batch b CLEANUP(batch_release) = {0};
    struct odb *remote CLEANUP(remote_closep) = NULL;
    int rc = 0;

    if (f->request->remote && (rc = data_remote_for(&remote, f->data, f->request->remote, algo))) {
        return rc;
    }
    batch_fill(&b, f, from, to);
    rc = look(f, &b, data_cache_for(f->data, algo), remote);
    return rc ? rc : judge(f, &b, remote);
}

int data_fsck(struct fsck_result *result, struct arena *arena, struct data *d,
              const struct fsck_request *o) {
    struct fsck f CLEANUP(fsck_release) = {.result = result, .arena = arena, .data = d};
    int rc;

    *result = (struct fsck_result){0};
    f.request = o;
    f.seed = (uint64_t)clock_real_ns();
    if (o->remote && (rc = data_remote_check(d, o->remote))) {
        return rc;
    }
    progress_phase(d->progress, "Looking at what is used", 0, 0);
    /* A target need not be in every revision. */
    enum scope_trouble trouble = o->targets.len > 0 ? SCOPE_SKIP : SCOPE_REFUSE;
    if ((rc = references_collect(&f.refs, arena, d, &o->targets, &o->scope, trouble)) ||
        (rc = open_references(&f)) || (rc = list_checks(&f))) {
        return rc;
    }
    for (size_t from = 0, to = 0; !rc && from < f.checks.len; from = to) {
        uint8_t algo = f.checks.at[from].digest.algo;
        while (to < f.checks.len && f.checks.at[to].digest.algo == algo) {
            to++;
        }
        rc = check_algo(&f, (enum hash_algo)algo, from, to);
    }
    result->objects += f.unopened.len;
    return rc;
}
