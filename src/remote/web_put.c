/*
 * Uploads: in one request each, or in parts beside each other what is large and the server takes in
 * parts. A file is open while it is under way, and no longer.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "job/progress.h"
#include "net/multi.h"
#include "os/file.h"
#include "remote/web.h"
#include "remote/web_batch.h"
#include "store/worknote.h"

/* One item under way. */
struct upload {
    struct web_upload u;
    size_t item, next_part;
    unsigned under_way;
    bool begun, ending;
    bool resumed; /* its beginning is that of an earlier run */
    bool gone;    /* which the server does not know any more */
    struct worknote journal;
    struct upload *prev, *next; /* all of the batch: an end of the run closes them */
};

struct put_batch {
    struct web_batch b;
    const struct files_source *src;
    struct arena *arena; /* for versions and etags, may be NULL */
    struct upload *all;
};

static int part_done(struct multi *m, struct http_call *c);

static void upload_free(struct put_batch *g, struct upload *up) {
    if (up->prev) {
        up->prev->next = up->next;
    } else {
        g->all = up->next;
    }
    if (up->next) {
        up->next->prev = up->prev;
    }
    fd_closep(&up->u.fd);
    worknote_close(&up->journal);
    arena_free(up->u.arena);
    free(up);
}

static void queue(struct put_batch *g, struct upload *up, struct http_call *c,
                  int (*done)(struct multi *m, struct http_call *c)) {
    c->extra = up;
    c->done = done;
    up->under_way++;
    web_batch_add(&g->b, c, up->item);
}

static void set_body(struct http_call *c, int fd, uint64_t offset, uint64_t len) {
    c->has_body = true;
    c->body = (struct http_body){.fd = fd, .offset = offset, .len = len};
}

/* The item has come to its end; its failure, if any, is in the item. */
static int finish(struct put_batch *g, struct upload *up) {
    struct files_item *item = &g->b.items[up->item];
    size_t i = up->item;
    int rc = item->rc ? err_set((enum err_code)item->rc, "%s", item->why) : 0;

    upload_free(g, up);
    return web_batch_end(&g->b, i, rc);
}

/* Where a file is to be made, "not found" is the place. */
static int put_error(struct web *w, const struct http_call *c) {
    int rc = web_error(w, c);

    return rc == ERR_NOT_FOUND ? ERR_FAILED : rc;
}

static void note(struct put_batch *g, const struct upload *up, int rc) {
    if (rc && g->b.items[up->item].rc) {
        err_clear(); /* the first one counts */
    } else if (rc) {
        files_fail(&g->b.items[up->item], rc);
    }
}

/* ---- unfinished uploads, noted for the next run: "part_size size id", then "part tag" each */

static void note_begin(struct upload *up) {
    worknote_add(&up->journal, arena_printf(up->u.arena, "%" PRIu64 " %" PRIu64 " %s",
                                            up->u.part_size, up->u.size, up->u.id));
}

static void note_part(struct upload *up, size_t i) {
    if (worknote_is_open(&up->journal)) {
        worknote_add(&up->journal, arena_printf(up->u.arena, "%zu %s", i, up->u.tags[i]));
    }
}

/* The number that begins the text, which then begins behind the blank after it. */
static bool take_number(uint64_t *out, char **text) {
    char *blank = strchr(*text, ' ');

    if (!blank) {
        return false;
    }
    *blank = '\0';
    bool ok = num_uint(out, *text);
    *text = blank + 1;
    return ok;
}

static void read_notes(struct upload *up, char *lines) {
    struct web_upload *u = &up->u;
    uint64_t part_size, size, part;
    char *rest = NULL, *line = strtok_r(lines, "\n", &rest);

    if (!line || !take_number(&part_size, &line) || !take_number(&size, &line) ||
        part_size != u->part_size || size != u->size || *line == '\0') {
        worknote_clear(&up->journal);
        return;
    }
    u->id = arena_strdup(u->arena, line);
    while ((line = strtok_r(NULL, "\n", &rest))) {
        if (take_number(&part, &line) && part < u->parts && *line != '\0') {
            u->tags[part] = arena_strdup(u->arena, line);
        }
    }
    up->begun = up->resumed = true;
    log_debug("%s: an upload from a run before goes on", u->item->key);
}

/* Only what is named by its content is the same in the next run. */
static void recall(struct put_batch *g, struct upload *up) {
    struct str lines CLEANUP(str_release) = STR_INIT;
    const struct web *w = g->b.w;

    if (w->ops->large->begin && up->u.item->md5 &&
        worknote_open(&up->journal, &lines, w->state,
                      arena_printf(up->u.arena, "%s %s", w->files.url, up->u.item->key))) {
        read_notes(up, lines.buf);
    }
}

static int begin(struct put_batch *g, struct upload *up);

/* What the earlier run had begun is not there any more: once more from the start. */
static int begin_anew(struct put_batch *g, struct upload *up) {
    struct files_item *item = &g->b.items[up->item];

    files_release(item, 1);
    item->rc = 0;
    worknote_clear(&up->journal);
    up->resumed = up->begun = up->gone = false;
    up->next_part = 0;
    memset(up->u.tags, 0, up->u.parts * sizeof *up->u.tags);
    return begin(g, up);
}

static int gave_up(struct multi *m, struct http_call *c) {
    struct upload *up = c->extra;

    (void)m;
    return finish(c->ctx, up);
}

static int give_up(struct put_batch *g, struct upload *up) {
    struct web *w = g->b.w;
    const struct web_large *large = w->ops->large;
    bool keep = worknote_is_open(&up->journal); /* for the next run */
    struct http_call *c = up->begun && large->give_up && !keep ? large->give_up(w, &up->u) : NULL;

    if (!c) {
        return finish(g, up);
    }
    up->ending = true;
    queue(g, up, c, gave_up);
    return 0;
}

/* The last call of an item, which gives it its name. */
static int end_done(struct multi *m, struct http_call *c) {
    struct put_batch *g = c->ctx;
    struct upload *up = c->extra;
    struct web *w = g->b.w;

    (void)m;
    up->under_way--;
    int rc = put_error(w, c);
    if (!rc && w->ops->put_read) {
        rc = w->ops->put_read(w, c, &g->b.items[up->item], g->arena);
    }
    note(g, up, rc);
    up->gone = up->resumed && c->status == 404;
    if (up->gone) {
        up->ending = false;
        return begin_anew(g, up);
    }
    if (!rc) {
        worknote_remove(&up->journal);
    }
    return rc && up->begun ? give_up(g, up) : finish(g, up);
}

static int check_source(struct put_batch *g, const struct upload *up) {
    return g->src->check ? g->src->check(g->src->ctx, up->item, up->u.fd) : 0;
}

/* All parts are there. */
static int parts_done(struct put_batch *g, struct upload *up) {
    struct web *w = g->b.w;
    const struct web_large *large = w->ops->large;

    if (!g->b.items[up->item].rc) {
        note(g, up, check_source(g, up));
    }
    if (g->b.items[up->item].rc) {
        return up->gone ? begin_anew(g, up) : give_up(g, up);
    }
    if (!large->finish) {
        return finish(g, up);
    }
    up->ending = true;
    queue(g, up, large->finish(w, &up->u), end_done);
    return 0;
}

/* Parts that an earlier run has sent. */
static void skip_known(struct upload *up) {
    while (up->next_part < up->u.parts && up->u.tags[up->next_part]) {
        up->next_part++;
    }
}

static void ask_part(struct put_batch *g, struct upload *up) {
    struct web *w = g->b.w;
    size_t i = up->next_part++;
    uint64_t at = i * up->u.part_size;
    struct http_call *c = w->ops->large->part(w, &up->u, i);

    set_body(c, up->u.fd, at,
             at + up->u.part_size < up->u.size ? up->u.part_size : up->u.size - at);
    c->at = i;
    queue(g, up, c, part_done);
}

static int part_done(struct multi *m, struct http_call *c) {
    struct put_batch *g = c->ctx;
    struct upload *up = c->extra;
    struct web *w = g->b.w;

    (void)m;
    up->under_way--;
    int rc = put_error(w, c);
    if (!rc) {
        progress_add(g->b.progress, 0, c->body.len);
        rc = w->ops->large->part_read(w, &up->u, c->at, c);
    }
    up->gone |= up->resumed && c->status == 404;
    if (!rc) {
        note_part(up, c->at);
    }
    note(g, up, rc);
    skip_known(up);
    bool more = !g->b.items[up->item].rc && up->next_part < up->u.parts;
    return up->under_way > 0 || more ? 0 : parts_done(g, up);
}

static int begin_done(struct multi *m, struct http_call *c) {
    struct put_batch *g = c->ctx;
    struct upload *up = c->extra;
    struct web *w = g->b.w;

    (void)m;
    up->under_way--;
    int rc = put_error(w, c);
    if (!rc) {
        rc = w->ops->large->begin_read(w, &up->u, c);
    }
    note(g, up, rc);
    up->begun = !rc;
    if (!rc && worknote_is_open(&up->journal)) {
        note_begin(up);
    }
    return rc ? finish(g, up) : 0;
}

static int whole_done(struct multi *m, struct http_call *c) {
    struct put_batch *g = c->ctx;
    struct upload *up = c->extra;
    struct web *w = g->b.w;

    int rc = put_error(w, c);
    if (rc || !w->ops->put_end) {
        progress_add(g->b.progress, 0, rc ? 0 : c->body.len);
        if (rc) {
            up->under_way--;
            note(g, up, rc);
            return finish(g, up);
        }
        return end_done(m, c);
    }
    up->under_way--;
    rc = check_source(g, up);
    note(g, up, rc);
    if (rc) {
        return finish(g, up);
    }
    queue(g, up, w->ops->put_end(w, &g->b.items[up->item]), end_done);
    return 0;
}

static void plan_parts(struct upload *up, const struct web_large *large) {
    struct web_upload *u = &up->u;

    u->part_size = large->part_min;
    while ((u->size + u->part_size - 1) / u->part_size > large->parts_max) {
        u->part_size *= 2;
    }
    u->parts = (size_t)((u->size + u->part_size - 1) / u->part_size);
    u->tags = arena_alloc(u->arena, u->parts * sizeof *u->tags);
}

static int begin(struct put_batch *g, struct upload *up) {
    const struct web_large *large = g->b.w->ops->large;

    if (large->begin) {
        queue(g, up, large->begin(g->b.w, &up->u), begin_done);
    } else {
        up->begun = true;
    }
    return 0;
}

static int start(struct put_batch *g, struct upload *up) {
    struct web *w = g->b.w;
    const struct web_large *large = w->ops->large;
    struct files_item *item = &g->b.items[up->item];
    struct stat st;

    int rc = g->src->open(g->src->ctx, up->item, &up->u.fd);
    if (!rc && fstat(up->u.fd, &st)) {
        rc = err_errno("cannot read what is to be sent");
    }
    if (rc) {
        note(g, up, rc);
        return finish(g, up);
    }
    item->size = up->u.size = (uint64_t)st.st_size;
    up->u.item = item;
    if (!large || up->u.size <= large->above) {
        struct http_call *c = w->ops->put(w, item, up->u.size);
        set_body(c, up->u.fd, 0, up->u.size);
        queue(g, up, c, whole_done);
        return 0;
    }
    plan_parts(up, large);
    recall(g, up);
    if (up->resumed) {
        skip_known(up);
        return up->next_part == up->u.parts ? parts_done(g, up) : 0;
    }
    return begin(g, up);
}

/* An item that has a part which may go now. */
static struct upload *with_part(struct put_batch *g) {
    const struct web_large *large = g->b.w->ops->large;

    for (struct upload *up = large ? g->all : NULL; up; up = up->next) {
        if (up->begun && !up->ending && up->next_part < up->u.parts && !g->b.items[up->item].rc &&
            (!large->in_order || up->under_way == 0)) {
            return up;
        }
    }
    return NULL;
}

static int put_next(void *ctx) {
    struct put_batch *g = ctx;
    struct upload *up = with_part(g);

    if (up) {
        ask_part(g, up);
        return 1;
    }
    if (g->b.next == g->b.n) {
        return 0;
    }
    up = mem_zalloc(1, sizeof *up);
    up->item = g->b.next++;
    up->u.fd = -1;
    up->journal = (struct worknote)WORKNOTE_INIT;
    up->u.arena = arena_new();
    up->next = g->all;
    if (g->all) {
        g->all->prev = up;
    }
    g->all = up;
    int rc = start(g, up);
    return rc ? rc : 1;
}

int web_put(struct files *f, struct files_item *items, size_t n, const struct files_source *src,
            struct arena *arena, struct progress *p) {
    struct put_batch g = {.src = src, .arena = arena};

    web_batch_init(&g.b, (struct web *)f, items, n, p);
    int rc = g.b.w->ops->put_begin && n > 0 ? g.b.w->ops->put_begin(g.b.w, items, n) : 0;
    if (!rc) {
        rc = multi_run(g.b.w->multi, put_next, &g);
    }
    while (g.all) {
        upload_free(&g, g.all);
    }
    return rc;
}
