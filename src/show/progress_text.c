#include "show/progress_text.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

#define BAR_CELLS 20
#define MAX_HOURS 100

/* 0…1, or negative if nothing says how much there is to do. Bytes say more than files. */
static double done_share(const struct progress_view *v) {
    double share = -1;
    if (v->bytes_total) {
        share = (double)v->bytes / (double)v->bytes_total;
    } else if (v->items_total) {
        share = (double)v->items / (double)v->items_total;
    }
    return share > 1 ? 1 : share;
}

static void add_bar(struct str *out, double share) {
    int full = (int)(share * BAR_CELLS);
    str_adds(out, " [");
    for (int i = 0; i < BAR_CELLS; i++) {
        str_addc(out, i < full ? '#' : '-');
    }
    str_addc(out, ']');
}

static void add_items(struct str *out, const struct progress_view *v) {
    str_addf(out, "  %" PRIu64, v->items);
    if (v->items_total) {
        str_addf(out, "/%" PRIu64, v->items_total);
    }
}

static void add_bytes(struct str *out, const struct progress_view *v) {
    char done[24], total[24];
    str_addf(out, "  %sB", num_size(done, v->bytes));
    if (v->bytes_total) {
        str_addf(out, "/%sB", num_size(total, v->bytes_total));
    }
}

static void add_rate(struct str *out, const struct progress_view *v) {
    char rate[24];
    if (v->bytes) {
        str_addf(out, "  %sB/s", num_size(rate, (uint64_t)((double)v->bytes / v->seconds)));
    } else {
        str_addf(out, "  %.0f/s", (double)v->items / v->seconds);
    }
}

static void add_time_left(struct str *out, double seconds) {
    if (seconds < MAX_HOURS * 3600.0) {
        uint64_t left = (uint64_t)(seconds + 0.5);
        if (left >= 3600) {
            str_addf(out, "  %" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " left", left / 3600,
                     left / 60 % 60, left % 60);
        } else {
            str_addf(out, "  %" PRIu64 ":%02" PRIu64 " left", left / 60, left % 60);
        }
    }
}

enum { PARTS = 5 };

/* From the most to the least important. */
static void make_parts(struct str part[PARTS], const struct progress_view *view, double share) {
    bool timed = view->seconds > 0 && (view->items || view->bytes);
    if (share >= 0) {
        str_addf(&part[0], " %3d%%", (int)(share * 100));
    }
    if (view->items || view->items_total) {
        add_items(&part[1], view);
    }
    if (view->bytes || view->bytes_total) {
        add_bytes(&part[2], view);
    }
    if (timed && share > 0 && share < 1) {
        add_time_left(&part[3], view->seconds * (1 - share) / share);
    }
    if (timed) {
        add_rate(&part[4], view);
    }
}

void progress_text(struct str *out, const struct progress_view *view, int width) {
    /* The last column stays free: some terminals wrap when it is written. */
    size_t room = width > 1 ? (size_t)width - 1 : 0;
    size_t phase = utf8_width(view->phase);
    if (phase > room) {
        return;
    }
    str_adds(out, view->phase);
    room -= phase;

    struct str part[PARTS] = {STR_INIT, STR_INIT, STR_INIT, STR_INIT, STR_INIT};
    double share = done_share(view);
    make_parts(part, view, share);
    size_t shown = 0;
    while (shown < PARTS && part[shown].len <= room) {
        room -= part[shown++].len;
    }
    if (share >= 0 && shown == PARTS && room >= BAR_CELLS + 3) {
        add_bar(out, share);
    }
    for (size_t i = 0; i < PARTS; i++) {
        if (i < shown) {
            str_add(out, part[i].buf, part[i].len);
        }
        str_release(&part[i]);
    }
}
