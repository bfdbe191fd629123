#include "show/diag.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "show/escape.h"
#include "show/out.h"

static void log_to_stderr(struct show *s, enum show_color color, const char *label,
                          const char *text) {
    struct str safe = STR_INIT;
    escape_control(&safe, text, ESCAPE_KEEP_LAYOUT);
    show_note(s, color, label, safe.buf);
    str_release(&safe);
}

static void sink(void *ctx, enum log_level level, const char *text) {
    struct show *s = ctx;
    switch (level) {
    case LOG_QUIET:
        return;
    case LOG_WARN:
        log_to_stderr(s, SHOW_YELLOW, "WARNING", text);
        return;
    case LOG_INFO:
        show_now(s, text);
        return;
    case LOG_DEBUG:
        log_to_stderr(s, SHOW_BLUE, "DEBUG", text);
        return;
    case LOG_TRACE:
        log_to_stderr(s, SHOW_GREEN, "TRACE", text);
        return;
    }
}

void diag_init(struct show *s, int verbosity) {
    static const enum log_level level[] = {LOG_QUIET, LOG_INFO, LOG_DEBUG, LOG_TRACE};
    int i = verbosity < -1 ? 0 : verbosity > 2 ? 3 : verbosity + 1;
    log_init(level[i], sink, s);
}

void diag_error(struct show *s) {
    if (log_level() != LOG_QUIET) {
        struct str safe = STR_INIT;
        escape_control(&safe, err_text(), ESCAPE_ALL);
        show_note(s, SHOW_RED, "ERROR", safe.buf);
        if (err_hint_text()) {
            str_clear(&safe);
            escape_control(&safe, err_hint_text(), ESCAPE_KEEP_LAYOUT);
            show_note(s, SHOW_PLAIN, NULL, safe.buf);
        }
        str_release(&safe);
    }
    err_clear();
}
