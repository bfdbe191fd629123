/*
 * Listings: the pages of one range follow each other, ranges go beside each other.
 */
#include "base/arena.h"
#include "base/err.h"
#include "net/multi.h"
#include "remote/web.h"
#include "remote/web_batch.h"

struct listing {
    struct web *w;
    struct files_range *ranges;
    size_t n, next;
    files_list_fn *fn;
    void *ctx;
};

static void ask(struct listing *l, size_t i, const char *token, uint64_t told);

static int tell(struct listing *l, const struct web_page *page, uint64_t *told) {
    int rc = 0;

    for (size_t i = 0; !rc && i < page->found.len; i++) {
        rc = l->fn(l->ctx, &page->found.at[i]);
        *told += 1;
    }
    return rc;
}

static int page_done(struct multi *m, struct http_call *c) {
    struct listing *l = c->ctx;
    struct web_page page = {.arena = c->arena};
    struct files_range *range = &l->ranges[c->item];
    uint64_t told = c->at;

    (void)m;
    int rc = web_error(l->w, c);
    if (rc == ERR_NOT_FOUND) { /* no such folder: no keys */
        err_clear();
        return 0;
    }
    if (!rc) {
        rc = l->w->ops->list_read(l->w, c, &page);
    }
    if (rc) {
        rc = err_wrap(rc, "remote '%s': cannot list", l->w->files.name);
    } else {
        rc = tell(l, &page, &told);
    }
    if (!rc && page.next) {
        range->more = range->max > 0 && told >= range->max;
        if (!range->more) {
            ask(l, c->item, page.next, told);
        }
    }
    vec_release(&page.found);
    return rc;
}

static void ask(struct listing *l, size_t i, const char *token, uint64_t told) {
    struct http_call *c = l->w->ops->list(l->w, &l->ranges[i], token);

    c->rules = &l->w->rules;
    c->ctx = l;
    c->item = i;
    c->at = told;
    c->done = page_done;
    multi_add(l->w->multi, c);
}

static int list_next(void *ctx) {
    struct listing *l = ctx;

    if (l->next == l->n) {
        return 0;
    }
    ask(l, l->next++, NULL, 0);
    return 1;
}

int web_list(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn, void *ctx) {
    struct listing l = {.w = (struct web *)f, .ranges = ranges, .n = n, .fn = fn, .ctx = ctx};

    for (size_t i = 0; i < n; i++) {
        ranges[i].more = false;
    }
    return multi_run(l.w->multi, list_next, &l);
}
