#include "cmd/measure_rows.h"

#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/session.h"
#include "exp/table.h"

#define DEFAULT_PRECISION 5

void measure_failures_warn(struct session *s, const char *what, const struct strv *revs,
                           const struct strv *errors) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!revs->len) {
        return;
    }
    str_addf(&text, "some %s could not be loaded for these revisions: '", what);
    for (size_t i = 0; i < revs->len; i++) {
        str_addf(&text, "%s%s", i ? ", " : "", revs->at[i]);
    }
    str_adds(&text, "'.");
    show_note(s->out, SHOW_PLAIN, NULL, text.buf);
    for (size_t i = 0; i < errors->len; i++) {
        show_note(s->out, SHOW_PLAIN, NULL, errors->at[i]);
    }
}

void measure_rows_warn(struct session *s, const struct measure_comparison *found) {
    measure_failures_warn(s, "values", &found->failed, &found->errors);
}

static void print_side(struct json *j, const char *key, const struct node *value) {
    if (value) {
        json_node(j, key, value);
    } else {
        json_null(j, key);
    }
}

void measure_error_json(struct json *j, const char *type, const char *text) {
    json_map(j, "error");
    json_str(j, "type", type);
    json_str(j, "msg", text);
    json_close(j);
}

void measure_files_json(struct json *j, const char *key, const struct measure_files *files) {
    json_map(j, key);
    for (size_t i = 0; i < files->len; i++) {
        const struct measure_file *f = &files->at[i];

        json_map(j, f->path);
        if (f->data) {
            json_node(j, "data", f->data);
        } else {
            measure_error_json(j, f->error_type, f->error_text);
        }
        json_close(j);
    }
    json_close(j);
}

void measure_rows_json(struct json *j, const char *key, const struct measure_changes *changes) {
    json_map(j, key);
    for (size_t i = 0; i < changes->len; i++) {
        const struct measure_change *c = &changes->at[i];

        if (!i || !str_eq(changes->at[i - 1].path, c->path)) {
            json_map(j, c->path);
        }
        json_map(j, c->key);
        print_side(j, "old", c->old);
        print_side(j, "new", c->new);
        if (c->diff) {
            json_node(j, "diff", c->diff);
        }
        json_close(j);
        if (i + 1 == changes->len || !str_eq(changes->at[i + 1].path, c->path)) {
            json_close(j);
        }
    }
    json_close(j);
}

static void print_cell(struct session *s, struct table *t, const struct measure_rows *a,
                       const struct node *value, int precision, const char *fill) {
    if (a->experiments) {
        table_cell(t, value ? exp_value_text(s->arena, value, precision) : fill);
    } else {
        table_cell_value(t, value, precision);
    }
}

void measure_rows_table(struct session *s, const struct measure_changes *changes,
                        const struct measure_rows *a) {
    bool metrics = a->kind == MEASURE_METRICS;
    int precision = a->precision ? a->precision : !metrics || a->csv ? -1 : DEFAULT_PRECISION;
    bool change = metrics || a->experiments;
    struct table *t = table_new();

    if (!a->no_path) {
        table_column(t, "Path");
    }
    table_column(t, metrics ? "Metric" : "Param");
    table_column(t, a->old_title);
    table_column(t, a->new_title);
    if (change) {
        table_column(t, "Change");
    }
    for (size_t i = 0; i < changes->len; i++) {
        const struct measure_change *c = &changes->at[i];

        table_row(t);
        if (!a->no_path) {
            table_cell(t, c->path);
        }
        table_cell(t, c->key);
        print_cell(s, t, a, c->old, precision, "-");
        print_cell(s, t, a, c->new, precision, "-");
        if (change) {
            print_cell(s, t, a, c->diff, precision, "diff not supported");
        }
    }
    table_print(t, s->out, a->csv ? TABLE_CSV : a->markdown ? TABLE_MARKDOWN : TABLE_PLAIN);
    table_free(t);
}
