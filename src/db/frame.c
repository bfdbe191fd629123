#include "db/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/write.h"
#include "db/db.h"
#include "db/moment.h"
#include "db/span.h"

void frame_release(struct frame *f) {
    vec_release(&f->values);
    arena_freep(&f->arena);
}

void frame_clear(struct frame *f) {
    vec_clear(&f->values);
    arena_freep(&f->arena);
    f->rows = 0;
}

void frame_add(struct frame *f, const struct db_value *row) {
    f->arena = f->arena ? f->arena : arena_new();
    for (size_t i = 0; i < f->columns->len; i++) {
        struct db_value v = row[i];
        if (v.type == DB_TEXT || v.type == DB_BLOB || v.type == DB_WIDE) {
            v.text = arena_dup(f->arena, v.text, v.len);
        } else if (v.type == DB_DOC) {
            v.doc = node_clone(f->arena, v.doc);
        }
        vec_push(&f->values, v);
    }
    f->rows++;
}

static const struct db_value *value_at(const struct frame *f, size_t row, size_t column) {
    return &f->values.at[row * f->columns->len + column];
}

static void moment_form(struct column_form *form, const struct frame *f, size_t column) {
    *form = (struct column_form){.kind = COLUMN_MOMENT, .days = true};
    for (size_t row = 0; row < f->rows; row++) {
        const struct db_value *v = value_at(f, row, column);
        if (v->type == DB_NULL) {
            continue;
        }
        int digits = v->whole % 1000 != 0 ? 6 : v->whole % 1000000 != 0 ? 3 : 0;
        form->digits = digits > form->digits ? digits : form->digits;
        form->days = form->days && !v->zoned && moment_of_day(v) == 0;
    }
}

static void span_form(struct column_form *form, const struct frame *f, size_t column) {
    *form = (struct column_form){.kind = COLUMN_SPAN, .days = true};
    for (size_t row = 0; row < f->rows; row++) {
        const struct db_value *v = value_at(f, row, column);
        if (v->type == DB_SPAN) {
            form->digits = v->whole % 1000000 != 0 ? 6 : form->digits;
            form->days = form->days && span_is_days(v->whole);
        }
    }
}

static struct column_form form_of(const struct frame *f, size_t column) {
    struct column_form form = {.kind = COLUMN_MIXED};
    size_t seen[DB_DOC + 1] = {0};
    const struct db_value *first = NULL;
    bool one_zone = true;

    for (size_t row = 0; row < f->rows; row++) {
        const struct db_value *v = value_at(f, row, column);
        seen[v->type]++;
        if (v->type == DB_MOMENT) {
            first = first ? first : v;
            one_zone = one_zone && v->zone == first->zone && v->zoned == first->zoned;
        }
    }
    if (seen[DB_MOMENT] > 0 && seen[DB_MOMENT] + seen[DB_NULL] == f->rows && one_zone) {
        moment_form(&form, f, column);
    } else if (seen[DB_SPAN] > 0 && seen[DB_SPAN] + seen[DB_NULL] == f->rows) {
        span_form(&form, f, column);
    } else if (seen[DB_NULL] + seen[DB_WHOLE] + seen[DB_REAL] < f->rows) {
        return form;
    } else if (seen[DB_REAL] > 0 || (seen[DB_WHOLE] > 0 && seen[DB_NULL] > 0)) {
        form.kind = COLUMN_REAL;
    } else if (seen[DB_WHOLE] > 0) {
        form.kind = COLUMN_WHOLE;
    }
    return form;
}

struct column_form *frame_forms(struct arena *arena, const struct frame *f) {
    struct column_form *forms = arena_alloc(arena, (f->columns->len + 1) * sizeof *forms);

    for (size_t i = 0; i < f->columns->len; i++) {
        forms[i] = form_of(f, i);
    }
    return forms;
}

/* The value as its column makes it. */
static struct db_value formed(const struct db_value *v, const struct column_form *form) {
    return form->kind == COLUMN_REAL && v->type == DB_WHOLE
               ? (struct db_value){.type = DB_REAL, .real = (double)v->whole}
               : *v;
}

/* ---- CSV */

static void add_quoted(struct str *out, const char *text, size_t len) {
    bool quote = memchr(text, ',', len) || memchr(text, '"', len) || memchr(text, '\n', len);

    if (!quote) {
        str_add(out, text, len);
        return;
    }
    str_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        str_add(out, "\"\"", text[i] == '"');
        str_addc(out, text[i]);
    }
    str_addc(out, '"');
}

/* As Python shows bytes: b'\x00a'. */
static void add_bytes(struct str *out, const char *bytes, size_t len) {
    struct str text CLEANUP(str_release) = STR_INIT;
    char quote = memchr(bytes, '\'', len) && !memchr(bytes, '"', len) ? '"' : '\'';

    str_addf(&text, "b%c", quote);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char *named = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
        if (named) {
            str_adds(&text, named);
        } else if (c < 0x20 || c >= 0x7f) {
            str_addf(&text, "\\x%02x", c);
        } else {
            str_adds(&text, c == '\\' || c == (unsigned char)quote ? "\\" : "");
            str_addc(&text, (char)c);
        }
    }
    str_addc(&text, quote);
    add_quoted(out, text.buf, text.len);
}

static void csv_moment(struct str *out, const struct db_value *v, const struct column_form *form) {
    if (form->kind != COLUMN_MOMENT) {
        moment_add(out, v, v->whole % 1000000 != 0 ? 6 : 0);
    } else if (form->days) {
        moment_add_day(out, v);
    } else {
        moment_add(out, v, form->digits);
    }
}

static void csv_doc(struct str *out, const struct node *doc) {
    struct str text CLEANUP(str_release) = STR_INIT;

    python_write(&text, doc);
    add_quoted(out, text.buf, text.len);
}

static void csv_value(struct str *out, const struct db_value *v, const struct column_form *form) {
    char real[NUM_FLOAT_MAX];

    switch (v->type) {
    case DB_NULL:
        return;
    case DB_WHOLE:
        str_addf(out, "%lld", (long long)v->whole);
        return;
    case DB_REAL:
        str_adds(out, isnan(v->real) ? "" : num_float_repr(real, v->real));
        return;
    case DB_BOOL:
        str_adds(out, v->truth ? "True" : "False");
        return;
    case DB_TEXT:
    case DB_WIDE:
        add_quoted(out, v->text, v->len);
        return;
    case DB_BLOB:
        add_bytes(out, v->text, v->len);
        return;
    case DB_MOMENT:
        csv_moment(out, v, form);
        return;
    case DB_SPAN:
        span_add(out, v->whole, form->days, form->digits);
        return;
    case DB_DOC:
        csv_doc(out, v->doc);
        return;
    }
}

/* A line that would be empty says so. */
static void end_line(struct str *out, size_t start) {
    str_adds(out, out->len == start ? "\"\"\n" : "\n");
}

void frame_csv_header(struct str *out, const struct frame *f) {
    size_t start = out->len;

    for (size_t i = 0; i < f->columns->len; i++) {
        str_adds(out, i ? "," : "");
        add_quoted(out, f->columns->at[i], strlen(f->columns->at[i]));
    }
    end_line(out, start);
}

void frame_csv_row(struct str *out, const struct frame *f, const struct column_form *forms,
                   size_t row) {
    size_t start = out->len;

    for (size_t i = 0; i < f->columns->len; i++) {
        struct db_value v = formed(value_at(f, row, i), &forms[i]);
        str_adds(out, i ? "," : "");
        csv_value(out, &v, &forms[i]);
    }
    end_line(out, start);
}

/* ---- JSON */

static void json_escape(struct str *out, uint32_t c) {
    static const char letters[] = "\"\"\\\\//\bb\ff\nn\rr\tt";

    for (const char *l = letters; *l; l += 2) {
        if (c == (unsigned char)l[0]) {
            str_addf(out, "\\%c", l[1]);
            return;
        }
    }
    if (c >= 0x20 && c < 0x80) {
        str_addc(out, (char)c);
    } else if (c < 0x10000) {
        str_addf(out, "\\u%04x", c);
    } else {
        c -= 0x10000;
        str_addf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
    }
}

static bool json_text(struct str *out, const char *text, size_t len) {
    const char *end = text + len;

    if (!utf8_valid(text, len)) {
        return false;
    }
    str_addc(out, '"');
    while (text < end) {
        json_escape(out, utf8_next(&text, end));
    }
    str_addc(out, '"');
    return true;
}

/* Ten digits after the point, where a half goes to the even one. */
static void json_real(struct str *out, double value) {
    const double unit = 1e10, most = 1e16, least = 1e-15;
    double size = fabs(value);
    char digits[16];

    if (!isfinite(value)) {
        str_adds(out, "null");
        return;
    }
    if (size > most || (size > 0 && size < least)) {
        str_addf(out, "%.10g", value);
        return;
    }
    uint64_t whole = (uint64_t)size;
    double scaled = (size - (double)whole) * unit;
    uint64_t part = (uint64_t)scaled;
    double left = scaled - (double)part;
    part += left > 0.5 || (left == 0.5 && (part == 0 || part % 2 == 1));
    if (part >= (uint64_t)unit) {
        part = 0;
        whole++;
    }
    snprintf(digits, sizeof digits, "%010llu", (unsigned long long)part);
    size_t len = strlen(digits);
    while (len > 1 && digits[len - 1] == '0') {
        len--;
    }
    str_addf(out, "%s%llu.%.*s", value < 0 ? "-" : "", (unsigned long long)whole, (int)len, digits);
}

static int64_t milliseconds(int64_t micros) {
    return micros / 1000 - (micros % 1000 < 0);
}

static bool json_doc(struct str *out, const struct node *n) {
    bool fine = true;

    switch (n->kind) {
    case NODE_NULL:
        str_adds(out, "null");
        return true;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "true" : "false");
        return true;
    case NODE_INT:
        if (n->big) {
            str_adds(out, n->big);
        } else {
            str_addf(out, "%lld", (long long)n->integer);
        }
        return true;
    case NODE_FLOAT:
        json_real(out, n->real);
        return true;
    case NODE_STR:
        return json_text(out, n->str.text, n->str.len);
    case NODE_LIST:
        str_addc(out, '[');
        for (size_t i = 0; fine && i < n->list.len; i++) {
            str_adds(out, i ? "," : "");
            fine = json_doc(out, n->list.at[i]);
        }
        str_addc(out, ']');
        return fine;
    case NODE_MAP:
        str_addc(out, '{');
        for (size_t i = 0; fine && i < n->map.len; i++) {
            str_adds(out, i ? "," : "");
            fine = json_doc(out, n->map.at[i].key);
            str_addc(out, ':');
            fine = fine && json_doc(out, n->map.at[i].value);
        }
        str_addc(out, '}');
        return fine;
    }
    return false;
}

static bool json_value(struct str *out, const struct db_value *v) {
    switch (v->type) {
    case DB_NULL:
        str_adds(out, "null");
        return true;
    case DB_WHOLE:
        str_addf(out, "%lld", (long long)v->whole);
        return true;
    case DB_REAL:
        json_real(out, v->real);
        return true;
    case DB_BOOL:
        str_adds(out, v->truth ? "true" : "false");
        return true;
    case DB_TEXT:
    case DB_BLOB:
        return json_text(out, v->text, v->len);
    case DB_WIDE:
        str_add(out, v->text, v->len);
        return true;
    case DB_MOMENT:
    case DB_SPAN:
        str_addf(out, "%lld", (long long)milliseconds(v->whole));
        return true;
    case DB_DOC:
        return json_doc(out, v->doc);
    }
    return false;
}

bool frame_json_row(size_t *bad, struct str *out, const struct frame *f,
                    const struct column_form *forms, size_t row) {
    str_addc(out, '{');
    for (size_t i = 0; i < f->columns->len; i++) {
        struct db_value v = formed(value_at(f, row, i), &forms[i]);
        const char *name = f->columns->at[i];
        *bad = i;
        str_adds(out, i ? "," : "");
        if (!json_text(out, name, strlen(name))) {
            return false;
        }
        str_addc(out, ':');
        if (!json_value(out, &v)) {
            return false;
        }
    }
    str_addc(out, '}');
    return true;
}
