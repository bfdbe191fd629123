#include "store/incoming.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "hash/hasher.h"
#include "job/follower.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/odb.h"
#include "store/partial.h"
#include "store/staging.h"

#define SMALL    ((size_t)64 << 10) /* held in memory */
#define BLOCK    ((size_t)1 << 20)
#define CATCH_UP ((uint64_t)4 << 20) /* hashed at once */
#define THREADS  4 /* of large objects that are hashed behind those who receive them */
#define GROUP    ((size_t)1 << 14) /* objects that are named together */
#define GROUP_NS INT64_C(5000000000)

/* One object on its way. */
struct arrival {
    struct hasher *hasher;      /* of the bytes up to `hashed` */
    uint64_t hashed, size, end; /* end: behind the last byte that was written */
    struct str small;
    int fd; /* -1: in memory; of `kept` if that is open */
    struct partial kept;
    struct follower *behind; /* hashes it, or NULL: it is hashed here */
    const char *place;       /* for messages */
    uint64_t number;
    struct arrival *next; /* when spare */
};

struct incoming {
    struct cache *to;
    struct odb_item *items;
    size_t n;
    const struct digest *names; /* of items without a digest, or NULL */
    struct arrival **at;        /* by item, NULL: not under way */
    struct arrival *spare;
    VEC(struct staged) arrived; /* whole, not yet named */
    int64_t since_ns;
    int threads; /* that follow */
};

int incoming_open(struct incoming **out, struct cache *to, struct odb_item *items, size_t n) {
    int rc = cache_root_make(to);

    *out = NULL;
    if (rc) {
        return rc;
    }
    struct incoming *in = mem_zalloc(1, sizeof *in);
    in->to = to;
    in->items = items;
    in->n = n;
    in->at = mem_zalloc(n ? n : 1, sizeof(struct arrival *));
    in->since_ns = clock_monotonic_ns();
    cache_settle_trust(to);
    *out = in;
    return 0;
}

void incoming_keep_parts(struct incoming *in, const struct digest *names) {
    in->names = names;
}

static struct arrival *arrival_new(struct incoming *in) {
    struct arrival *a = in->spare;

    if (a) {
        in->spare = a->next;
        return a;
    }
    a = mem_zalloc(1, sizeof *a);
    a->hasher = hasher_new(cache_algo(in->to));
    a->place = in->to->root_path;
    str_init(&a->small);
    a->fd = a->kept.fd = a->kept.dir = -1;
    return a;
}

static void arrival_free(struct arrival *a) {
    hasher_free(a->hasher);
    str_release(&a->small);
    free(a);
}

static bool is_kept(const struct arrival *a) {
    return a->kept.fd >= 0;
}

static void close_file(struct arrival *a) {
    if (is_kept(a)) {
        partial_close(&a->kept);
    } else {
        fd_closep(&a->fd);
    }
    a->fd = -1;
}

/* Back to the spare ones, without what it has written. */
static void drop(struct incoming *in, size_t i) {
    struct arrival *a = in->at[i];

    if (!a) {
        return;
    }
    if (a->behind) {
        follower_drop(a->behind);
        a->behind = NULL;
        in->threads--;
    }
    if (a->fd >= 0) {
        bool kept = is_kept(a);
        close_file(a);
        if (!kept) {
            staging_drop(in->to->staging, a->number);
        }
    }
    in->at[i] = NULL;
    a->next = in->spare;
    in->spare = a;
}

static int open_file(struct incoming *in, struct arrival *a) {
    a->number = staging_reserve(in->to->staging, 1);
    return staging_create(&a->fd, in->to->staging, a->number, OBJECT_MODE);
}

/* The bytes that came out of order are read again. */
static int hash_up_to(struct arrival *a, uint64_t to) {
    char *block CLEANUP(mem_freep) = a->hashed < to ? mem_alloc(BLOCK) : NULL;

    while (a->hashed < to) {
        uint64_t left = to - a->hashed;
        ssize_t got = fd_read_at(a->fd, block, left < BLOCK ? (size_t)left : BLOCK, a->hashed);
        if (got <= 0) {
            return got < 0 ? err_errno("cannot read in '%s'", a->place)
                           : err_set(ERR_IO, "'%s': a file became shorter", a->place);
        }
        hasher_add(a->hasher, block, (size_t)got);
        a->hashed += (uint64_t)got;
    }
    return 0;
}

static int hash_behind(void *ctx, uint64_t from, uint64_t to) {
    (void)from;
    return hash_up_to(ctx, to);
}

/* Large objects are hashed by a thread of their own, so that the network is not kept waiting. */
static void follow(struct incoming *in, struct arrival *a) {
    if (in->threads < THREADS && in->threads < cpu_count() - 1) {
        a->behind = follower_start(hash_behind, a, BLOCK);
        in->threads += a->behind != NULL;
    }
    if (a->behind) {
        follower_mark(a->behind, a->kept.have);
    }
}

int incoming_begin(struct incoming *in, size_t i, uint64_t size, uint64_t *from) {
    drop(in, i);
    struct arrival *a = in->at[i] = arrival_new(in);

    *from = 0;
    hasher_reset(a->hasher);
    str_clear(&a->small);
    a->size = size;
    a->hashed = a->end = 0;
    if (size == UINT64_MAX || size <= SMALL) {
        return 0;
    }
    const struct digest *name = &in->items[i].digest;
    if (!digest_is_set(name) && in->names) {
        name = &in->names[i];
    }
    if (size >= PARTIAL_MIN && digest_is_set(name) &&
        partial_open(&a->kept, in->to->state, in->to->root, name, size)) {
        a->fd = a->kept.fd;
        *from = a->end = a->kept.have;
        follow(in, a);
        return 0;
    }
    return open_file(in, a);
}

static int write_at(struct incoming *in, const struct arrival *a, uint64_t at, const char *data,
                    size_t len) {
    return err_wrap(file_write_at(a->fd, data, len, at), "'%s'", in->to->root_path);
}

/* What was held in memory goes to a file. */
static int spill(struct incoming *in, struct arrival *a) {
    int rc = open_file(in, a);

    return rc ? rc : write_at(in, a, 0, a->small.buf, a->small.len);
}

/* While others are still under way: little enough that the network does not wait for it. */
static int catch_up(struct arrival *a) {
    if (a->behind) {
        follower_mark(a->behind, a->kept.have);
        return 0;
    }
    return a->kept.have >= a->hashed + CATCH_UP ? hash_up_to(a, a->hashed + CATCH_UP) : 0;
}

int incoming_write(struct incoming *in, size_t i, uint64_t at, const void *data, size_t len) {
    struct arrival *a = in->at[i];

    if (a->size != UINT64_MAX && (at > a->size || len > a->size - at)) {
        return err_set(ERR_CORRUPT, "more bytes came than were promised");
    }
    if (a->fd < 0 && at + len > SMALL) {
        int rc = spill(in, a);
        if (rc) {
            return rc;
        }
    }
    if (!a->behind && at == a->hashed) {
        hasher_add(a->hasher, data, len);
        a->hashed += len;
    }
    a->end = at + len > a->end ? at + len : a->end;
    if (a->fd >= 0) {
        int rc = write_at(in, a, at, data, len);
        if (!rc && is_kept(a)) {
            partial_note(&a->kept, at, len);
            rc = catch_up(a);
        }
        return rc;
    }
    if (at != a->small.len) {
        return err_set(ERR_CORRUPT, "parts of it came in disorder");
    }
    str_add(&a->small, data, len);
    return 0;
}

/* Makes the file of an object that was held in memory, and durable where that is done singly. */
static int settle(struct incoming *in, struct arrival *a) {
    char name[STAGING_NAME_MAX];
    int rc = a->fd < 0 ? spill(in, a) : 0;

    if (!rc && is_kept(a)) {
        a->number = staging_reserve(in->to->staging, 1);
        rc = partial_move(&a->kept, staging_fd(in->to->staging), staging_name(name, a->number),
                          OBJECT_MODE);
    }
    if (!rc && in->to->network && !in->to->unsynced && fsync(a->fd)) {
        (void)err_errno("cannot write to '%s'", in->to->root_path);
        rc = ERR_IO;
    }
    return rc;
}

int incoming_flush(struct incoming *in) {
    int rc = cache_name_staged(in->to, in->arrived.at, in->arrived.len);

    vec_clear(&in->arrived);
    in->since_ns = clock_monotonic_ns();
    return rc;
}

int incoming_end(struct incoming *in, size_t i) {
    struct arrival *a = in->at[i];
    struct odb_item *item = &in->items[i];
    struct digest found;

    int rc = a->behind ? follower_end(a->behind) : 0;
    in->threads -= a->behind != NULL;
    a->behind = NULL;
    rc = rc ? rc : hash_up_to(a, a->end);
    if (rc) {
        drop(in, i);
        return rc;
    }
    hasher_end(a->hasher, &found);
    found.is_dir = item->digest.is_dir;
    bool expected = digest_is_set(&item->digest);
    if ((a->size != UINT64_MAX && a->end != a->size) ||
        (expected && !digest_equal(&found, &item->digest))) {
        if (is_kept(a)) {
            partial_remove(&a->kept);
        }
        drop(in, i);
        return err_set(ERR_CORRUPT, "what came is not what its name says");
    }
    item->size = a->end;
    item->digest = found;
    rc = settle(in, a);
    if (rc) {
        drop(in, i);
        return rc;
    }
    close_file(a);
    vec_push(&in->arrived, ((struct staged){.digest = item->digest, .number = a->number}));
    drop(in, i);
    return in->arrived.len >= GROUP || clock_monotonic_ns() - in->since_ns > GROUP_NS
               ? incoming_flush(in)
               : 0;
}

int incoming_close(struct incoming *in) {
    for (size_t i = 0; i < in->n; i++) {
        drop(in, i);
    }
    int rc = incoming_flush(in);
    while (in->spare) {
        struct arrival *a = in->spare;
        in->spare = a->next;
        arrival_free(a);
    }
    vec_release(&in->arrived);
    free(in->at);
    free(in);
    return rc;
}
