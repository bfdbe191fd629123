#include "db/export.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "os/file.h"
#include "os/signal.h"
#include "db/db.h"
#include "db/frame.h"

enum { ROWS = 10000, BUFFER = 1 << 20 };

/* Up to `most` rows more. */
static int fill(struct frame *f, struct db *db, size_t most) {
    const struct db_value *row;
    int rc = 0;

    while (!rc && f->rows < most) {
        if ((rc = db_next(&row, db)) || !row) {
            return rc;
        }
        for (size_t i = 0; i < f->columns->len; i++) {
            if (row[i].type == DB_TEXT && !utf8_valid(row[i].text, row[i].len)) {
                return err_set(ERR_FAILED, "column '%s' has a text that is not UTF-8",
                               f->columns->at[i]);
            }
        }
        frame_add(f, row);
        rc = f->rows % ROWS == 0 ? cancel_check() : 0;
    }
    return rc;
}

static int flush(int fd, struct str *text, size_t above) {
    int rc = text->len > above ? file_write_all(fd, text->buf, text->len) : 0;

    if (text->len > above) {
        str_clear(text);
    }
    return rc;
}

static int export_csv(int fd, struct frame *f, struct db *db) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc;

    frame_csv_header(&text, f);
    do {
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        frame_clear(f);
        rc = fill(f, db, ROWS);
        const struct column_form *forms = rc ? NULL : frame_forms(arena, f);
        for (size_t row = 0; !rc && row < f->rows; row++) {
            frame_csv_row(&text, f, forms, row);
            rc = flush(fd, &text, BUFFER);
        }
    } while (!rc && f->rows == ROWS);
    return rc ? rc : flush(fd, &text, 0);
}

static int check_names(const struct strv *columns) {
    struct strv names CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < columns->len; i++) {
        vec_push(&names, columns->at[i]);
    }
    strv_sort(&names);
    for (size_t i = 1; i < names.len; i++) {
        if (str_eq(names.at[i - 1], names.at[i])) {
            return err_set(ERR_FAILED, "two columns are called '%s', which JSON cannot hold",
                           names.at[i]);
        }
    }
    return 0;
}

static int export_json(int fd, struct frame *f, struct db *db) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    size_t bad;
    int rc = check_names(f->columns);

    rc = rc ? rc : fill(f, db, SIZE_MAX);
    const struct column_form *forms = rc ? NULL : frame_forms(arena, f);
    str_addc(&text, '[');
    for (size_t row = 0; !rc && row < f->rows; row++) {
        str_adds(&text, row ? "," : "");
        if (!frame_json_row(&bad, &text, f, forms, row)) {
            return err_set(ERR_FAILED,
                           "column '%s' has bytes that are no text: JSON cannot hold "
                           "them, CSV can",
                           f->columns->at[bad]);
        }
        rc = flush(fd, &text, BUFFER);
    }
    str_addc(&text, ']');
    return rc ? rc : flush(fd, &text, 0);
}

int export_table(int fd, struct db *db, enum export_format format) {
    struct frame frame CLEANUP(frame_release) = {.columns = db_columns(db)};

    return (format == EXPORT_JSON ? export_json : export_csv)(fd, &frame, db);
}
