#include "cmd/listing.h"

#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/session.h"
#include "data/list.h"

struct columns {
    bool size, hash;
};

/* DVC's key of the two digests that it knows; others are not shown. */
static const char *hash_text(char out[DIGEST_TEXT_MAX], const struct list_entry *e) {
    bool shown = e->digest.algo == HASH_MD5 || e->digest.algo == HASH_MD5_DOS2UNIX;

    return shown && digest_is_set(&e->digest) ? digest_text(out, &e->digest) : NULL;
}

void listing_json(struct session *s, const struct list_entries *list) {
    struct json *j = json_begin(s->out);
    char hash[DIGEST_TEXT_MAX];

    json_list(j, NULL);
    for (size_t i = 0; i < list->len; i++) {
        const struct list_entry *e = &list->at[i];

        json_map(j, NULL);
        json_bool(j, "isout", e->isout);
        json_bool(j, "isdir", e->isdir);
        json_bool(j, "isexec", e->isexec);
        if (e->size < 0) {
            json_null(j, "size");
        } else {
            json_int(j, "size", e->size);
        }
        json_str(j, "md5", hash_text(hash, e));
        json_str(j, "path", e->path);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static void add_row(struct table *t, const struct columns *a, const struct list_entry *e,
                    const char *name) {
    char size[24], hash[DIGEST_TEXT_MAX];
    const char *text = hash_text(hash, e);

    table_row(t);
    if (a->size) {
        bool blank = e->size < 0 || (e->size == 0 && e->isdir);
        table_cell(t, blank ? "" : num_size(size, (uint64_t)e->size));
    }
    if (a->hash) {
        table_cell(t, text ? text : "-");
    }
    table_cell(t, name);
}

static struct table *entry_table(const struct columns *a) {
    struct table *t = table_new();

    if (a->size) {
        table_untitled(t, TABLE_RIGHT);
    }
    if (a->hash) {
        table_untitled(t, TABLE_LEFT);
    }
    table_untitled(t, TABLE_LEFT);
    return t;
}

void listing_lines(struct session *s, const struct list_entries *list, bool size, bool hash) {
    const struct columns columns = {size, hash};
    struct table *t = entry_table(&columns);

    for (size_t i = 0; i < list->len; i++) {
        if (size || hash) {
            add_row(t, &columns, &list->at[i], list->at[i].path);
        } else {
            show_line(s->out, "%s", list->at[i].path);
        }
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
}

/* `bars` has what stands before the entries of a folder, and becomes what stands before those in an
 * entry. */
void listing_tree(struct session *s, const struct list_entries *list, bool size, bool hash) {
    const struct columns columns = {size, hash};
    static const char edge[] = "├── ", line[] = "│   ", corner[] = "└── ", blank[] = "    ";
    struct table *t = entry_table(&columns);
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str bars CLEANUP(str_release) = STR_INIT;
    VEC(size_t) lengths = {0}; /* of `bars` for each depth */

    table_keep_blanks(t);
    for (size_t i = 0; i < list->len; i++) {
        const struct list_entry *e = &list->at[i];
        size_t depth = (size_t)e->depth;

        if (depth < lengths.len) {
            lengths.len = depth;
        }
        str_truncate(&bars, lengths.len > 0 ? lengths.at[lengths.len - 1] : 0);
        str_clear(&text);
        str_addf(&text, "%s%s%s", bars.buf, depth == 0 ? "" : e->last ? corner : edge, e->path);
        str_adds(&bars, depth == 0 ? "" : e->last ? blank : line);
        vec_push(&lengths, bars.len);
        add_row(t, &columns, e, text.buf);
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
    vec_release(&lengths);
}

int listing_level(int *level, const char *text) {
    int64_t n;

    *level = LIST_ALL_LEVELS;
    if (!text) {
        return 0;
    }
    if (!num_int(&n, text) || n < 0 || n > INT32_MAX) {
        return err_set(ERR_USAGE, "--level: '%s' is no depth", text);
    }
    *level = (int)n;
    return 0;
}
