#include "remote/presence.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "job/progress.h"

#define ASK_EACH 8    /* so few are not worth a listing */
#define PROBE    1000 /* keys of the first page */
#define FANS     256
#define HALVES   16
#define WIDE     128 /* pages from which on 256 ranges are listed beside each other */
#define NARROW   3

struct search {
    struct files *f;
    const char *layout;
    enum hash_algo algo;
    const struct digest *want;
    size_t n;
    bool *have;
    size_t *order; /* indexes of `want`, by digest */
    uint64_t told; /* keys of the probe, and the last of them */
    struct digest last;
};

bool presence_digest(struct digest *out, const char *layout, enum hash_algo algo, const char *key) {
    char text[DIGEST_TEXT_MAX];
    size_t len = strlen(layout);

    if (strncmp(key, layout, len) != 0) {
        return false;
    }
    key += len;
    if (strlen(key) < 4 || strlen(key) >= sizeof text || key[2] != '/') {
        return false;
    }
    memcpy(text, key, 2);
    memcpy(text + 2, key + 3, strlen(key + 3) + 1);
    /* Only the spelling that we write counts. */
    char again[DIGEST_TEXT_MAX];
    return digest_from_text(out, algo, text) && strcmp(digest_text(again, out), text) == 0;
}

static int by_digest(const void *a, const void *b, void *ctx) {
    const struct digest *want = ctx;

    return digest_compare(&want[*(const size_t *)a], &want[*(const size_t *)b]);
}

static int mark(void *ctx, const struct files_item *item) {
    struct search *s = ctx;
    struct digest found;
    size_t low = 0, high = s->n;

    if (!presence_digest(&found, s->layout, s->algo, item->key)) {
        return 0;
    }
    s->told++;
    s->last = found;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (digest_compare(&s->want[s->order[mid]], &found) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < s->n && digest_equal(&s->want[s->order[low]], &found); low++) {
        s->have[s->order[low]] = true;
    }
    return 0;
}

static const char *object_key(struct arena *arena, const struct search *s, const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    digest_text(hex, d);
    return arena_printf(arena, "%s%.2s/%s", s->layout, hex, hex + 2);
}

/* Asks for those from `from` on, in the order of digests. `may_list`: a refusal may then mean that
 * there is none, for who may not list is not told what is missing. */
static int ask_each(struct search *s, size_t from, bool may_list, struct progress *p) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t n = s->n - from;
    struct files_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);

    for (size_t i = 0; i < n; i++) {
        items[i].key = object_key(arena, s, &s->want[s->order[from + i]]);
    }
    int rc = n > 0 ? s->f->ops->stat(s->f, items, n, NULL, p) : 0;
    bool refused = rc == ERR_DENIED && !may_list; /* all of them, asked or not */
    if (refused) {
        err_clear();
        rc = 0;
    }
    for (size_t i = 0; !rc && i < n; i++) {
        if (items[i].rc == 0 && items[i].html) {
            rc = err_set(ERR_FAILED, "remote '%s' answers with web pages: is a login wanted?",
                         s->f->name);
        }
        bool absent = items[i].rc == ERR_NOT_FOUND || (items[i].rc == ERR_DENIED && !may_list);
        s->have[s->order[from + i]] = !refused && items[i].rc == 0;
        if (items[i].rc && !absent) {
            rc = err_set((enum err_code)items[i].rc, "remote '%s': %s", s->f->name, items[i].why);
        }
    }
    files_release(items, n);
    return rc;
}

/* Lists all beginnings of `digits` hex digits from `first` on, beside each other. */
static int list_fans(struct files *f, const char *layout, unsigned digits, unsigned first,
                     files_list_fn *fn, void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct files_range ranges[FANS] = {{0}};
    unsigned count = digits == 2 ? FANS : HALVES;
    size_t n = 0;

    for (unsigned i = first; i < count; i++) {
        ranges[n++].prefix = arena_printf(arena, "%s%0*x", layout, (int)digits, i);
    }
    return f->ops->list(f, ranges, n, fn, ctx);
}

int presence_list(struct files *f, const char *layout, files_list_fn *fn, void *ctx) {
    return list_fans(f, layout, 2, 0, fn, ctx);
}

/* How many pages a listing of all takes, judged by how far the first one came. */
static double pages_of(const struct search *s) {
    double part =
        (s->last.byte[0] * 65536.0 + s->last.byte[1] * 256.0 + s->last.byte[2] + 1.0) / 16777216.0;

    return (double)s->told / part / PROBE;
}

/* The first of `order` that the probe has not reached. */
static size_t behind_probe(const struct search *s) {
    size_t i = 0;

    while (i < s->n && digest_compare(&s->want[s->order[i]], &s->last) <= 0) {
        i++;
    }
    return i;
}

static int ignore(void *ctx, const struct files_item *item) {
    (void)ctx;
    (void)item;
    return 0;
}

/* The answer to a HEAD does not say why it is refused; that to a listing does. */
static int ask_few(struct search *s, struct progress *p) {
    struct files_range one = {.prefix = s->layout, .max = 1};

    int rc = ask_each(s, 0, true, p);
    if (rc != ERR_DENIED || !s->f->ops->list) {
        return rc;
    }
    err_clear();
    rc = s->f->ops->list(s->f, &one, 1, ignore, NULL);
    if (rc == ERR_DENIED) {
        err_clear();
        return ask_each(s, 0, false, p);
    }
    return rc ? rc : ask_each(s, 0, true, p);
}

static int search(struct search *s, struct progress *p) {
    struct files_range all = {.prefix = s->layout, .max = PROBE};

    if (s->n <= ASK_EACH || !s->f->ops->list || s->f->list_page == 0) {
        return ask_few(s, p);
    }
    int rc = s->f->ops->list(s->f, &all, 1, mark, s);
    if (rc == ERR_DENIED) {
        log_debug("remote '%s' may not be listed: asking for each object", s->f->name);
        err_clear();
        return ask_each(s, 0, false, p);
    }
    if (rc || !all.more || s->told == 0) {
        return rc;
    }
    size_t from = behind_probe(s);
    double pages = pages_of(s);
    log_debug("remote '%s' has about %.0f objects", s->f->name, pages * PROBE);
    if (pages * PROBE / s->f->list_page > (double)(s->n - from)) {
        return ask_each(s, from, true, p);
    }
    unsigned first = s->last.byte[0];
    return pages >= WIDE     ? list_fans(s->f, s->layout, 2, first, mark, s)
           : pages >= NARROW ? list_fans(s->f, s->layout, 1, first >> 4, mark, s)
                             : (all.max = 0, s->f->ops->list(s->f, &all, 1, mark, s));
}

int presence_find(struct files *f, const char *layout, enum hash_algo algo,
                  const struct digest *want, size_t n, bool *have, struct progress *p) {
    struct search s = {.f = f, .layout = layout, .algo = algo, .want = want, .n = n, .have = have};

    memset(have, 0, n * sizeof *have);
    s.order = mem_zalloc(n + 1, sizeof *s.order);
    for (size_t i = 0; i < n; i++) {
        s.order[i] = i;
    }
    if (n > 1) {
        qsort_r(s.order, n, sizeof *s.order, by_digest, (void *)(uintptr_t)want);
    }
    int rc = search(&s, p);
    free(s.order);
    return rc;
}
