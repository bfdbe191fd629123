/*
 * Downloads. The first request of each item asks for its first part: most items are no larger, and
 * of those that are it tells the size; their other parts come beside each other.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "job/progress.h"
#include "net/multi.h"
#include "remote/web.h"
#include "remote/web_batch.h"

#define PART     ((uint64_t)8 << 20)
#define ATTEMPTS 3 /* at bytes that turn out wrong */

#define ETAG_MAX 80

/* One item under way. */
struct download {
    size_t item;
    uint64_t size, from; /* whole size; bytes of an earlier run */
    uint64_t asked;      /* the next part begins here */
    unsigned under_way;  /* calls */
    int attempts;
    bool parted; /* in the list of those with parts to be asked for */
    bool html;
    char etag[ETAG_MAX]; /* parts must be of the same content */
    struct download *next;
};

struct get_batch {
    struct web_batch b;
    const struct files_sink *sink;
    struct arena *arena;
    struct download *parted; /* with parts that are not asked for yet */
    struct download *spare;  /* memory to be used again */
};

static void ask(struct get_batch *g, struct download *d, uint64_t at);

/* "bytes 0-99/1234" to 1234 */
static uint64_t range_total(const char *text) {
    const char *slash = text ? strchr(text, '/') : NULL;
    uint64_t total;

    return slash && num_uint(&total, slash + 1) ? total : FILES_SIZE_UNKNOWN;
}

static void learn(struct download *d, struct http_call *c) {
    const char *length = http_answer(c, "Content-Length"), *etag = http_answer(c, "ETag");
    const char *type = http_answer(c, "Content-Type");

    d->size = FILES_SIZE_UNKNOWN;
    if (c->status == 206) {
        d->size = range_total(http_answer(c, "Content-Range"));
    } else if (length && !num_uint(&d->size, length)) {
        d->size = FILES_SIZE_UNKNOWN;
    }
    d->etag[0] = '\0';
    if (etag && *etag == '"' && strlen(etag) < ETAG_MAX) {
        memcpy(d->etag, etag, strlen(etag) + 1);
    }
    d->html = type && str_starts(type, "text/html");
}

static int part_start(struct http_call *c) {
    struct get_batch *g = c->ctx;
    struct download *d = c->extra;

    if (c->at > 0) {
        return c->status == 206 ? 0 : err_set(ERR_FAILED, "the server sent no part, but all of it");
    }
    learn(d, c);
    d->from = 0;
    return g->sink->begin(g->sink->ctx, d->item, d->size, &d->from);
}

static int part_write(struct http_call *c, const void *data, size_t len) {
    struct get_batch *g = c->ctx;
    struct download *d = c->extra;
    uint64_t at = c->at + c->received;

    progress_add(g->b.progress, 0, len);
    if (at + len <= d->from) {
        return 0; /* it was there already */
    }
    return g->sink->write(g->sink->ctx, d->item, at, data, len);
}

static int *failure(struct get_batch *g, const struct download *d) {
    return &g->b.items[d->item].rc;
}

static bool is_complete(const struct download *d) {
    return d->size == FILES_SIZE_UNKNOWN || d->asked >= d->size;
}

/* No call of the item is under way any more, and none is to come. */
static int finish(struct get_batch *g, struct download *d) {
    struct files_item *item = &g->b.items[d->item];
    int rc = item->rc ? err_set((enum err_code)item->rc, "%s", item->why)
                      : g->sink->end(g->sink->ctx, d->item);

    if (rc == ERR_CORRUPT && d->html) {
        err_clear();
        rc = err_set(ERR_CORRUPT, "the server sent a web page in place of it: is a login wanted?");
    }
    if (rc == ERR_CORRUPT && ++d->attempts < ATTEMPTS) {
        err_clear();
        item->rc = 0;
        ask(g, d, 0);
        return 0;
    }
    if (!rc) {
        item->size = d->size;
    }
    d->next = g->spare;
    g->spare = d;
    return web_batch_end(&g->b, d->item, rc);
}

/* Where the first part ends, or what an earlier run has brought. */
static uint64_t after_first(const struct download *d, const struct http_call *c) {
    if (c->status != 206) {
        return FILES_SIZE_UNKNOWN; /* that was all */
    }
    return d->from > c->received ? d->from : c->received;
}

/* The first answer tells how the rest is to be got. */
static int first_done(struct get_batch *g, struct download *d, struct http_call *c) {
    if (c->status == 416) { /* there is no first byte in it */
        d->size = d->asked = 0;
        return g->sink->begin(g->sink->ctx, d->item, 0, &d->from);
    }
    int rc = web_error(g->b.w, c);
    if (rc) {
        return rc;
    }
    d->asked = after_first(d, c);
    if (!is_complete(d)) {
        d->parted = true;
        d->next = g->parted;
        g->parted = d;
    }
    return 0;
}

static int part_done(struct multi *m, struct http_call *c) {
    struct get_batch *g = c->ctx;
    struct download *d = c->extra;

    (void)m;
    d->under_way--;
    int rc = c->at == 0 ? first_done(g, d, c) : web_error(g->b.w, c);
    if (!rc && c->at > 0 && c->received != (c->at + PART < d->size ? PART : d->size - c->at)) {
        rc = err_set(ERR_CORRUPT, "a part of it came short");
    }
    if (rc && *failure(g, d)) {
        err_clear(); /* the first one counts */
    } else if (rc) {
        files_fail(&g->b.items[d->item], rc);
    }
    return d->under_way > 0 || d->parted ? 0 : finish(g, d);
}

static void ask(struct get_batch *g, struct download *d, uint64_t at) {
    struct web *w = g->b.w;
    struct http_call *c = w->ops->get(w, &g->b.items[d->item]);

    if (!w->ops->whole) {
        uint64_t last = at > 0 && at + PART > d->size ? d->size - 1 : at + PART - 1;
        http_header_set(c, "Range", arena_printf(c->arena, "bytes=%" PRIu64 "-%" PRIu64, at, last));
        if (at > 0 && d->etag[0]) {
            http_header_set(c, "If-Match", d->etag);
        }
    }
    c->expected = at > 0 ? PART : g->b.items[d->item].size;
    c->at = at;
    c->extra = d;
    c->start = part_start;
    c->write = part_write;
    c->done = part_done;
    d->under_way++;
    web_batch_add(&g->b, c, d->item);
}

static struct download *download_new(struct get_batch *g, size_t item) {
    struct download *d = g->spare;

    if (d) {
        g->spare = d->next;
    } else {
        d = arena_alloc(g->arena, sizeof *d);
    }
    *d = (struct download){.item = item, .size = FILES_SIZE_UNKNOWN};
    return d;
}

static int get_next(void *ctx) {
    struct get_batch *g = ctx;
    struct download *d = g->parted;

    if (!d) {
        if (g->b.next == g->b.n) {
            return 0;
        }
        ask(g, download_new(g, g->b.next), 0);
        g->b.next++;
        return 1;
    }
    if (!*failure(g, d)) {
        ask(g, d, d->asked);
        d->asked += PART;
    }
    if (*failure(g, d) || is_complete(d)) {
        g->parted = d->next;
        d->parted = false;
        int rc = d->under_way > 0 ? 0 : finish(g, d);
        return rc ? rc : 1;
    }
    return 1;
}

int web_get(struct files *f, struct files_item *items, size_t n, const struct files_sink *sink,
            struct progress *p) {
    struct get_batch g = {.sink = sink, .arena = arena_new()};

    web_batch_init(&g.b, (struct web *)f, items, n, p);
    int rc = multi_run(g.b.w->multi, get_next, &g);
    arena_free(g.arena);
    return rc;
}
