#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

/* Set once at the start, before there are threads. */
static enum log_level log_limit = LOG_QUIET;
static log_sink *log_out;
static void *log_ctx;

void log_init(enum log_level level, log_sink *sink, void *ctx) {
    log_limit = level;
    log_out = sink;
    log_ctx = ctx;
}

enum log_level log_level(void) {
    return log_limit;
}

void log_write(enum log_level level, const char *fmt, ...) {
    if (!log_out || level > log_limit) {
        return;
    }
    struct str text CLEANUP(str_release) = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    log_out(log_ctx, level, text.buf);
}
