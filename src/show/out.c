#include "show/out.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/term.h"
#include "show/pager.h"
#include "show/progress_bar.h"

#define OUT_BUFFER ((size_t)64 * 1024)

struct show {
    struct str buf;
    struct progress_bar *bar;
    int failed; /* errno of the first write that failed: from then on all is dropped */
    bool color;
    bool paged;       /* the buffer is a page that grows until the end */
    atomic_flag busy; /* held while a line goes out at once */
};

static const char *const color_code[] = {
    [SHOW_PLAIN] = "\033[0m",   [SHOW_RED] = "\033[31m",  [SHOW_GREEN] = "\033[32m",
    [SHOW_YELLOW] = "\033[33m", [SHOW_BLUE] = "\033[34m", [SHOW_BOLD] = "\033[1m",
};

struct show *show_new(void) {
    struct show *s = mem_zalloc(1, sizeof *s);
    str_init(&s->buf);
    s->color = term_has_color(STDOUT_FILENO);
    atomic_flag_clear(&s->busy);
    return s;
}

void show_free(struct show *s) {
    if (s) {
        str_release(&s->buf);
        free(s);
    }
}

/* Writes without touching the chain of an error that is on its way up; returns the errno. */
static int write_quietly(int fd, const char *text, size_t len) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    int failed = 0;
    if (file_write_all(fd, text, len)) {
        failed = err_system() ? err_system() : EIO;
        err_clear();
    }
    return failed;
}

static void write_buffer(struct show *s) {
    if (s->paged) {
        return;
    }
    if (!s->failed && s->buf.len) {
        progress_bar_hide(s->bar);
        s->failed = write_quietly(STDOUT_FILENO, s->buf.buf, s->buf.len);
    }
    str_clear(&s->buf);
}

PRINTF(2, 0)
static void show_vtext(struct show *s, const char *fmt, va_list args) {
    str_vaddf(&s->buf, fmt, args);
    if (s->buf.len >= OUT_BUFFER) {
        write_buffer(s);
    }
}

void show_text(struct show *s, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    show_vtext(s, fmt, args);
    va_end(args);
}

void show_line(struct show *s, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    show_vtext(s, fmt, args);
    va_end(args);
    str_addc(&s->buf, '\n');
}

void show_color(struct show *s, enum show_color color) {
    if (s->color) {
        str_adds(&s->buf, color_code[color]);
    }
}

void show_page(struct show *s) {
    write_buffer(s);
    s->paged = term_is_tty(STDOUT_FILENO);
}

/* Without a pager that works the page is written as everything is. */
static void end_page(struct show *s) {
    s->paged = false;
    if (s->buf.len && !s->failed) {
        progress_bar_hide(s->bar);
        if (pager_show(&s->buf)) {
            str_clear(&s->buf);
        }
    }
}

static int write_failure(const struct show *s) {
    if (!s->failed) {
        return 0;
    }
    if (s->failed == EPIPE) {
        return err_set(ERR_PIPE, "nobody reads the output");
    }
    return err_set(ERR_IO, "cannot write the output: %s", strerror(s->failed));
}

int show_bytes(struct show *s, const void *data, size_t len) {
    str_add(&s->buf, data, len);
    if (s->buf.len >= OUT_BUFFER) {
        write_buffer(s);
    }
    return write_failure(s);
}

int show_flush(struct show *s) {
    if (s->paged) {
        end_page(s);
    }
    write_buffer(s);
    return write_failure(s);
}

/* Lines are rare and short: a thread that finds another one writing lets it run. */
static void lock(struct show *s) {
    while (atomic_flag_test_and_set(&s->busy)) {
        sched_yield();
    }
}

static void unlock(struct show *s) {
    atomic_flag_clear(&s->busy);
}

void show_now(struct show *s, const char *text) {
    lock(s);
    str_adds(&s->buf, text);
    str_addc(&s->buf, '\n');
    write_buffer(s);
    unlock(s);
}

void show_note(struct show *s, enum show_color color, const char *label, const char *text) {
    struct str line = STR_INIT;
    if (label) {
        bool colored = color != SHOW_PLAIN && term_has_color(STDERR_FILENO);
        str_addf(&line, "%s%s%s: ", colored ? color_code[color] : "", label,
                 colored ? color_code[SHOW_PLAIN] : "");
    }
    str_adds(&line, text);
    str_addc(&line, '\n');

    lock(s);
    write_buffer(s);
    progress_bar_hide(s->bar);
    show_aside(line.buf, line.len);
    unlock(s);
    str_release(&line);
}

void show_aside(const char *text, size_t len) {
    (void)write_quietly(STDERR_FILENO, text, len); /* nobody is left to be told of a failure */
}

void show_attach(struct show *s, struct progress_bar *bar) {
    s->bar = bar;
}
