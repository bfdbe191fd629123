#include <string.h>

#include "base/str.h"
#include "doc/edit_plan.h"

/* What stands between two pieces before the second: a blank, or a line break and its indentation where each
 * piece has a line of its own. */
static void add_separator(struct str *out, const struct editor *ed, const struct piece *piece) {
    const struct edit_text *t = &ed->text;
    str_addc(out, ',');
    if (line_begins_at(t, piece->start) && line_start(t, piece->start) > 0) {
        size_t from = line_start(t, piece->start);
        str_addc(out, '\n');
        str_add(out, t->text + from, piece->start - from);
    } else {
        str_addc(out, ' ');
    }
}

static void delete_pieces(struct editor *ed, const struct piece *pieces, size_t len) {
    size_t last = len;
    while (last > 0 && pieces[last - 1].gone) {
        last--;
    }
    for (size_t i = 0; i < last; i++) {
        if (pieces[i].gone) {
            edit_splice(&ed->text, pieces[i].start, pieces[i + 1].start, "");
        }
    }
    if (last < len) {
        edit_splice(&ed->text, pieces[last - 1].end, pieces[len - 1].end, "");
    }
}

void edit_flow(struct editor *ed, const struct piece *pieces, size_t len, size_t at,
               const char *const *added, size_t count) {
    CLEANUP(str_release) struct str text = STR_INIT;
    for (size_t i = 0; i < count; i++) {
        if (at > 0) {
            add_separator(&text, ed, &pieces[at - 1]);
        }
        str_adds(&text, added[i]);
        if (at == 0) {
            add_separator(&text, ed, &pieces[0]);
        }
    }
    if (count) {
        size_t place = at ? pieces[at - 1].end : pieces[0].start;
        edit_splice(&ed->text, place, place, text.buf);
    }
    delete_pieces(ed, pieces, len);
}
