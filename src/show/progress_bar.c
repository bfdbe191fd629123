/*
 * The bar is the last line of the terminal, without a newline: "\r", text, "\033[K". Each change of
 * the screen is one write, so that lines of the working threads and the drawing thread cannot mix
 * within themselves; a line that wants the place first erases the bar, and the next tick draws it
 * again below.
 */
#include "show/progress_bar.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "job/progress.h"
#include "job/ticker.h"
#include "os/cpu.h"
#include "os/term.h"
#include "show/out.h"
#include "show/progress_text.h"

#define FIRST_MS 150
#define EVERY_MS 100

struct progress_bar {
    struct progress *progress;
    struct ticker *ticker;
    atomic_bool drawn;
};

static void tick(void *ctx) {
    struct progress_bar *b = ctx;
    struct progress_view view = {.phase = atomic_load(&b->progress->phase)};
    if (!view.phase) {
        progress_bar_hide(b);
        return;
    }
    view.items = atomic_load(&b->progress->items);
    view.items_total = atomic_load(&b->progress->items_total);
    view.bytes = atomic_load(&b->progress->bytes);
    view.bytes_total = atomic_load(&b->progress->bytes_total);
    view.seconds = (double)(clock_monotonic_ns() - atomic_load(&b->progress->started_ns)) / 1e9;

    struct str line = STR_INIT;
    str_addc(&line, '\r');
    progress_text(&line, &view, term_width(STDERR_FILENO));
    str_adds(&line, "\033[K");
    atomic_store(&b->drawn, true);
    show_aside(line.buf, line.len);
    str_release(&line);
}

struct progress_bar *progress_bar_start(struct progress *p, int verbosity) {
    if (verbosity < 0 || !(term_is_tty(STDERR_FILENO) || env_flag("DVC_IGNORE_ISATTY"))) {
        return NULL;
    }
    struct progress_bar *b = mem_zalloc(1, sizeof *b);
    b->progress = p;
    b->ticker = ticker_start(FIRST_MS, EVERY_MS, tick, b);
    if (!b->ticker) {
        free(b);
        return NULL;
    }
    return b;
}

void progress_bar_stop(struct progress_bar *b) {
    if (b) {
        ticker_stop(b->ticker);
        progress_bar_hide(b);
        free(b);
    }
}

void progress_bar_hide(struct progress_bar *b) {
    if (b && atomic_exchange(&b->drawn, false)) {
        show_aside("\r\033[K", 4);
    }
}
