/*
 * The trace that -v and -vv show: what was decided and why. Rooms log, only show/ prints: it
 * installs the sink. Safe from any thread. The arguments are not evaluated below the level.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"

enum log_level { LOG_QUIET, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

typedef void log_sink(void *ctx, enum log_level level, const char *text);

void log_init(enum log_level level, log_sink *sink, void *ctx);
enum log_level log_level(void);
void log_write(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

/* Something the user should know although the work goes on: "WARNING: …" on stderr. */
#define log_warn(...) (log_level() >= LOG_WARN ? log_write(LOG_WARN, __VA_ARGS__) : (void)0)
/* Progress in words, on stdout, as DVC's INFO lines: "Running stage 'x':". Gone with -q. */
#define log_info(...)  (log_level() >= LOG_INFO ? log_write(LOG_INFO, __VA_ARGS__) : (void)0)
#define log_debug(...) (log_level() >= LOG_DEBUG ? log_write(LOG_DEBUG, __VA_ARGS__) : (void)0)
#define log_trace(...) (log_level() >= LOG_TRACE ? log_write(LOG_TRACE, __VA_ARGS__) : (void)0)

#endif
