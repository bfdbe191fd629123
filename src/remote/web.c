#include "remote/web.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "job/progress.h"
#include "net/multi.h"
#include "net/url.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web_batch.h"

#define HOPELESS 8 /* failures without one success */

int web_make(struct files **out, const struct web_kind *kind, const struct remote_config *cfg) {
    struct web *w = mem_zalloc(1, kind->size);
    struct multi_config net;

    w->kind = kind;
    w->arena = arena_new();
    w->ops = kind->steps;
    w->rules = kind->rules;
    w->rules.ctx = w;
    w->files = (struct files){.ops = kind->files, .list_page = kind->list_page};
    w->files.name = arena_strdup(w->arena, cfg->name);
    w->files.url = url_shown(w->arena, cfg->url);
    int rc = remote_net(&net, cfg);
    rc = rc ? rc : kind->configure(w, &net, cfg);
    rc = rc ? rc : multi_open(&w->multi, &net);
    if (rc) {
        web_close(&w->files);
        return rc;
    }
    *out = &w->files;
    return 0;
}

void web_close(struct files *f) {
    struct web *w = (struct web *)f;

    multi_close(w->multi);
    if (w->kind->release) {
        w->kind->release(w);
    }
    arena_free(w->arena);
    free(w);
}

int web_error(struct web *w, const struct http_call *c) {
    if (http_ok(c)) {
        return 0;
    }
    return c->rc || !w->ops->error ? http_error(c, NULL) : w->ops->error(w, c);
}

int web_one(struct web *w, struct http_call *c) {
    c->rules = &w->rules;
    int rc = multi_one(w->multi, c);

    return rc ? rc : web_error(w, c);
}

void web_batch_init(struct web_batch *b, struct web *w, struct files_item *items, size_t n,
                    struct progress *p) {
    *b = (struct web_batch){.w = w, .items = items, .n = n, .progress = p};
    files_release(items, n);
    for (size_t i = 0; i < n; i++) {
        items[i].rc = 0;
    }
}

void web_batch_add(struct web_batch *b, struct http_call *c, size_t item) {
    c->rules = &b->w->rules;
    c->ctx = b;
    c->item = item;
    multi_add(b->w->multi, c);
}

int web_batch_end(struct web_batch *b, size_t item, int rc) {
    progress_add(b->progress, 1, 0);
    if (!rc || rc == ERR_NOT_FOUND) {
        b->good++;
        if (rc) {
            files_fail(&b->items[item], rc);
        }
        return 0;
    }
    b->bad++;
    if (rc == ERR_IO || rc == ERR_INTERRUPTED) { /* of this machine: a full disk */
        return rc;
    }
    if (b->good == 0 && (b->bad >= HOPELESS || b->bad == b->n)) {
        return err_wrap(rc, "remote '%s'", b->w->files.name);
    }
    files_fail(&b->items[item], rc);
    return 0;
}

struct stat_batch {
    struct web_batch b;
    struct arena *arena;
};

int web_read_head(struct http_call *c, struct files_item *item) {
    const char *length = http_answer(c, "Content-Length");
    const char *range = http_answer(c, "Content-Range"), *slash = range ? strchr(range, '/') : NULL;

    if (slash) { /* a part was asked for */
        length = slash + 1;
    }

    if (!length || !num_uint(&item->size, length)) {
        item->size = FILES_SIZE_UNKNOWN;
    }
    item->mtime_ns = http_time_ns(http_answer(c, "Last-Modified"));
    item->etag = http_answer(c, "ETag");
    return 0;
}

int web_login_error(const struct web *w, const struct http_call *c, const char *detail,
                    const char *login) {
    int rc = http_error(c, detail);

    if (c->status == 401 || c->status == 403) {
        err_hint("check %s of the remote '%s'", login, w->files.name);
    }
    return rc;
}

int web_not_stored(const struct web *w, const struct http_call *c) {
    return err_set(ERR_FAILED, "%s: the answer is not that of such a store: is a login wanted?",
                   url_shown(c->arena, w->files.url));
}

static int stat_done(struct multi *m, struct http_call *c) {
    struct stat_batch *s = c->ctx;
    struct web *w = s->b.w;
    struct files_item *item = &s->b.items[c->item];

    (void)m;
    const char *asked = item->version;
    const char *type = http_answer(c, "Content-Type");
    int rc = web_error(w, c);
    if (!rc) {
        item->html = type && str_starts(type, "text/html");
        rc = w->ops->stat_read ? w->ops->stat_read(w, c, item) : web_read_head(c, item);
    }
    /* Texts live in the call so far. */
    item->etag = s->arena && item->etag ? arena_strdup(s->arena, item->etag) : NULL;
    if (item->version != asked) {
        item->version = s->arena ? arena_strdup(s->arena, item->version) : NULL;
    }
    return web_batch_end(&s->b, c->item, rc);
}

static int stat_next(void *ctx) {
    struct stat_batch *s = ctx;
    struct web *w = s->b.w;

    if (s->b.next == s->b.n) {
        return 0;
    }
    size_t i = s->b.next++;
    struct http_call *c = w->ops->stat(w, &s->b.items[i]);
    c->done = stat_done;
    web_batch_add(&s->b, c, i);
    return 1;
}

int web_stat(struct files *f, struct files_item *items, size_t n, struct arena *arena,
             struct progress *p) {
    struct stat_batch s = {.arena = arena};

    web_batch_init(&s.b, (struct web *)f, items, n, p);
    return multi_run(s.b.w->multi, stat_next, &s);
}

static size_t remove_count(const struct web_batch *b, size_t from) {
    size_t most = b->w->ops->remove_at_once ? b->w->ops->remove_at_once : 1;

    return b->n - from < most ? b->n - from : most;
}

static int remove_done(struct multi *m, struct http_call *c) {
    struct web_batch *b = c->ctx;
    struct web *w = b->w;
    size_t n = remove_count(b, c->item);

    (void)m;
    int rc = web_error(w, c);
    if (rc == ERR_NOT_FOUND && !w->ops->remove_at_once) {
        err_clear();
        rc = 0;
    }
    if (!rc && w->ops->remove_at_once) {
        rc = w->ops->remove_many_read(w, c, &b->items[c->item], n);
    }
    for (size_t i = 1; i < n; i++) { /* those of one call share its fate */
        if (rc) {
            b->items[c->item + i].rc = rc;
        }
        progress_add(b->progress, 1, 0);
    }
    return web_batch_end(b, c->item, rc);
}

static int remove_next(void *ctx) {
    struct web_batch *b = ctx;
    struct web *w = b->w;

    if (b->next == b->n) {
        return 0;
    }
    size_t i = b->next, n = remove_count(b, i);
    struct http_call *c = w->ops->remove_at_once ? w->ops->remove_many(w, &b->items[i], n)
                                                 : w->ops->remove(w, &b->items[i]);
    b->next += n;
    c->done = remove_done;
    web_batch_add(b, c, i);
    return 1;
}

int web_remove(struct files *f, struct files_item *items, size_t n, struct progress *p) {
    struct web_batch b;

    web_batch_init(&b, (struct web *)f, items, n, p);
    return multi_run(b.w->multi, remove_next, &b);
}
