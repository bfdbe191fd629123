#include "cmd/changes.h"

#include "base/str.h"
#include "show/out.h"
#include "cli/session.h"
#include "data/checkout.h"

static void show_outs(struct session *s, enum show_color color, char letter,
                      const struct strv *outs) {
    for (size_t i = 0; i < outs->len; i++) {
        show_color(s->out, color);
        show_text(s->out, "%c", letter);
        show_color(s->out, SHOW_PLAIN);
        show_line(s->out, "       %s", outs->at[i]); /* DVC prints its tabs as blanks */
    }
}

void changes_list(struct session *s, const struct strv *modified, const struct strv *added,
                  const struct strv *deleted) {
    if (s->verbosity < 0) {
        return;
    }
    show_outs(s, SHOW_YELLOW, 'M', modified);
    show_outs(s, SHOW_GREEN, 'A', added);
    show_outs(s, SHOW_RED, 'D', deleted);
}

void changes_show(struct session *s, const struct checkout_result *r) {
    changes_list(s, &r->modified, &r->added, &r->deleted);
}

void changes_count(struct session *s, const struct change_count *counts, size_t n,
                   const char *none) {
    struct str line CLEANUP(str_release) = STR_INIT;
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        left += counts[i].files > 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (counts[i].files == 0) {
            continue;
        }
        left--;
        str_addf(&line, "%llu file%s %s%s", (unsigned long long)counts[i].files,
                 counts[i].files > 1 ? "s" : "", counts[i].verb,
                 left > 1    ? ", "
                 : left == 1 ? " and "
                             : "");
    }
    if (s->verbosity >= 0) {
        show_line(s->out, "%s", line.len ? line.buf : none);
    }
}
