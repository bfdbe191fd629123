#include "review/sheet_diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/signal.h"
#include "model/suggest.h"
#include "review/sheet.h"

enum { FIRST_SLOTS = 1 << 16, CANCEL_EVERY = 1 << 14 };
#define ROWS_KEPT ((uint64_t)3 << 20)
#define SEEN      UINT64_MAX /* as offset: the new table has the row, too */

/* A row of the old table. Two rows that are not equal share a hash once in a lifetime. */
struct kept {
    uint64_t key;    /* hash of the key's cells, of the whole row without a key; 0: a free slot */
    uint64_t row;    /* hash of the row; without a key how many there are */
    uint64_t offset; /* in the file */
};

struct differ {
    struct sheet_diff *d;
    struct sheet *old, *old_again, *now;
    sheet_diff_fn *fn;
    void *ctx;
    struct strv columns; /* that are compared; empty: all that a row has */
    struct kept *slots;  /* a power of two of them */
    uint64_t nslots, used;
    uint64_t part, parts; /* keys are taken in parts, by their hash */
    struct str text;      /* what is hashed */
    uint64_t steps;
};

static int step(struct differ *x) {
    return ++x->steps % CANCEL_EVERY ? 0 : cancel_check();
}

static void add_cell(struct str *text, const struct sheet_cell *cell, bool named) {
    if (named) {
        str_add(text, cell->name, strlen(cell->name) + 1);
    }
    str_add(text, cell ? cell->text : "", cell ? cell->len : 0);
    str_addc(text, cell ? '\0' : '\1'); /* a cell that is not there is none that is empty */
}

static uint64_t hash_text(const struct str *text) {
    uint64_t hash = XXH3_64bits(text->buf, text->len);

    return hash ? hash : 1;
}

static uint64_t hash_row(struct differ *x, const struct sheet_row *row) {
    str_clear(&x->text);
    for (size_t i = 0; i < x->columns.len; i++) {
        /* Nearly always the cell of that column stands there. */
        const struct sheet_cell *cell = i < row->len && str_eq(row->at[i].name, x->columns.at[i])
                                            ? &row->at[i]
                                            : sheet_find(row, x->columns.at[i]);
        add_cell(&x->text, cell, false);
    }
    for (size_t i = 0; i < row->len && !x->columns.len; i++) {
        add_cell(&x->text, &row->at[i], true);
    }
    return hash_text(&x->text);
}

static int hash_key(uint64_t *out, struct differ *x, const struct sheet_row *row) {
    if (!x->d->key.len) {
        *out = hash_row(x, row);
        return 0;
    }
    str_clear(&x->text);
    for (size_t i = 0; i < x->d->key.len; i++) {
        const struct sheet_cell *cell = sheet_find(row, x->d->key.at[i]);

        if (!cell) {
            return err_set(ERR_INVALID, "row %" PRIu64 " has no '%s'", row->number,
                           x->d->key.at[i]);
        }
        add_cell(&x->text, cell, false);
    }
    *out = hash_text(&x->text);
    return 0;
}

static bool is_of_part(const struct differ *x, uint64_t key) {
    return (key >> 40) % x->parts == x->part;
}

static struct kept *find_slot(const struct differ *x, uint64_t key) {
    uint64_t i = key & (x->nslots - 1);

    while (x->slots[i].key && x->slots[i].key != key) {
        i = (i + 1) & (x->nslots - 1);
    }
    return &x->slots[i];
}

static void make_room(struct differ *x) {
    struct kept *old = x->slots;
    uint64_t n = x->nslots;

    if (x->used * 4 < n * 3) {
        return;
    }
    x->nslots = n ? n * 2 : FIRST_SLOTS;
    x->slots = mem_zalloc(x->nslots, sizeof *x->slots);
    for (uint64_t i = 0; i < n; i++) {
        if (old[i].key) {
            *find_slot(x, old[i].key) = old[i];
        }
    }
    free(old);
}

static int key_is_none(const struct differ *x, const struct sheet_row *row) {
    const struct sheet_cell *cell = sheet_find(row, x->d->key.at[0]);

    return err_set(ERR_INVALID,
                   "the key does not tell rows apart: two have '%s', one of them row %" PRIu64,
                   cell ? cell->text : "", row->number);
}

/* With all rows in one part, *rows is how many there are, kept or not. */
static int keep_old(uint64_t *rows, struct differ *x, uint64_t room) {
    struct sheet_row row;
    bool more = true;
    uint64_t key;
    int rc;

    *rows = 0;
    while (!(rc = sheet_next(&row, &more, x->old)) && more) {
        if ((rc = step(x)) || (rc = hash_key(&key, x, &row))) {
            return rc;
        }
        if (!is_of_part(x, key) || ++*rows > room) {
            continue;
        }
        make_room(x);
        struct kept *slot = find_slot(x, key);
        if (slot->key && x->d->key.len) {
            return key_is_none(x, &row);
        }
        if (slot->key) {
            slot->row++;
            continue;
        }
        x->used++;
        *slot = (struct kept){
            .key = key, .row = x->d->key.len ? hash_row(x, &row) : 1, .offset = row.offset};
    }
    return rc;
}

/* The old row again. Several rows may begin at one offset, where lines end in unusual ways. */
static int look_up(struct sheet_row *out, struct differ *x, uint64_t key, uint64_t offset) {
    uint64_t found = 0;
    bool more = true;
    int rc = 0;

    sheet_seek(x->old_again, offset);
    while (!rc && found != key && !(rc = sheet_next(out, &more, x->old_again))) {
        if (!more) {
            return err_set(ERR_FAILED, "the old table changed while it was read");
        }
        rc = hash_key(&found, x, out);
    }
    return rc;
}

static int compare_now(struct differ *x, const struct sheet_row *row, uint64_t key) {
    struct kept *slot = find_slot(x, key);
    struct sheet_row old;
    int rc;

    if (!slot->key || (!x->d->key.len && !slot->row)) {
        x->d->added++;
        return x->fn(x->ctx, ROW_ADDED, NULL, row);
    }
    if (!x->d->key.len) {
        slot->row--;
        return 0;
    }
    if (slot->offset == SEEN) {
        return key_is_none(x, row);
    }
    uint64_t offset = slot->offset;
    slot->offset = SEEN;
    if (slot->row == hash_row(x, row)) {
        return 0;
    }
    x->d->changed++;
    rc = look_up(&old, x, key, offset);
    return rc ? rc : x->fn(x->ctx, ROW_CHANGED, &old, row);
}

static int read_now(struct differ *x) {
    struct sheet_row row;
    bool more = true;
    uint64_t key;
    int rc;

    while (!(rc = sheet_next(&row, &more, x->now)) && more) {
        if ((rc = step(x)) || (rc = hash_key(&key, x, &row)) ||
            (is_of_part(x, key) && (rc = compare_now(x, &row, key)))) {
            return rc;
        }
    }
    return rc;
}

static int compare_offsets(const void *a, const void *b) {
    uint64_t x = ((const struct kept *)a)->offset, y = ((const struct kept *)b)->offset;

    return (x > y) - (x < y);
}

/* What the new table lacks, in the order of the old one: the slots are no table after this. */
static int tell_removed(struct differ *x) {
    uint64_t n = 0;
    struct sheet_row row;

    for (uint64_t i = 0; i < x->nslots; i++) {
        const struct kept *k = &x->slots[i];

        if (k->key && k->offset != SEEN && k->row) {
            x->slots[n++] = *k;
        }
    }
    if (n) {
        qsort(x->slots, n, sizeof *x->slots, compare_offsets);
    }
    for (uint64_t i = 0; i < n; i++) {
        uint64_t times = x->d->key.len ? 1 : x->slots[i].row;
        int rc = look_up(&row, x, x->slots[i].key, x->slots[i].offset);

        for (uint64_t k = 0; k < times && !rc; k++) {
            x->d->removed++;
            rc = x->fn(x->ctx, ROW_REMOVED, &row, NULL);
        }
        if (rc || (rc = step(x))) {
            return rc;
        }
    }
    return 0;
}

static int begin_part(struct differ *x) {
    int rc = sheet_rewind(x->old);

    x->used = 0;
    if (x->slots) {
        memset(x->slots, 0, x->nslots * sizeof *x->slots);
    }
    make_room(x);
    return rc ? rc : sheet_rewind(x->now);
}

/* In one part if there is room, else in as many as make each fit, more or less. */
static int run(struct differ *x) {
    uint64_t room = x->d->rows_kept ? x->d->rows_kept : ROWS_KEPT, rows;
    int rc;

    x->parts = 1;
    if ((rc = begin_part(x)) || (rc = keep_old(&rows, x, room))) {
        return rc;
    }
    if (rows <= room) {
        rc = read_now(x);
        return rc ? rc : tell_removed(x);
    }
    x->parts = rows / room + 1;
    for (x->part = 0; x->part < x->parts; x->part++) {
        if ((rc = begin_part(x)) || (rc = keep_old(&rows, x, UINT64_MAX)) || (rc = read_now(x)) ||
            (rc = tell_removed(x))) {
            return rc;
        }
    }
    return 0;
}

static int check_key(const struct sheet_diff *d, const struct strv *columns) {
    for (size_t i = 0; i < d->key.len; i++) {
        const char *name = d->key.at[i];

        if (!strv_has(columns, name)) {
            int rc = err_set(ERR_FAILED, "the table has no column '%s'", name);
            const char *near = suggest_name(name, columns);
            if (near) {
                err_hint("did you mean '%s'?", near);
            }
            return rc;
        }
    }
    return 0;
}

static int choose_columns(struct differ *x) {
    const struct strv *old = sheet_columns(x->old), *now = sheet_columns(x->now);

    if (!old->len && !now->len) {
        return 0; /* of JSONL each row has its own; or both tables are empty */
    }
    for (size_t i = 0; i < old->len; i++) {
        vec_push(strv_has(now, old->at[i]) ? &x->columns : &x->d->gone, old->at[i]);
    }
    for (size_t i = 0; i < now->len; i++) {
        if (!strv_has(old, now->at[i])) {
            vec_push(&x->d->come, now->at[i]);
        }
    }
    int rc = check_key(x->d, old);
    return rc ? rc : check_key(x->d, now);
}

void sheet_diff_release(struct sheet_diff *d) {
    strv_release(&d->gone);
    strv_release(&d->come);
}

int sheet_diff(struct sheet_diff *d, struct sheet *old, struct sheet *old_again, struct sheet *now,
               sheet_diff_fn *fn, void *ctx) {
    struct differ x = {
        .d = d, .old = old, .old_again = old_again, .now = now, .fn = fn, .ctx = ctx};
    int rc;

    str_init(&x.text);
    rc = choose_columns(&x);
    rc = rc ? rc : run(&x);
    strv_release(&x.columns);
    str_release(&x.text);
    free(x.slots);
    return rc;
}
