#include "show/when.h"

#include <time.h>

#include "os/cpu.h"

void when_text(char out[WHEN_MAX], int64_t seconds) {
    time_t at = (time_t)seconds, now = (time_t)(clock_real_ns() / 1000000000);
    struct tm when, today;

    out[0] = '\0';
    if (!localtime_r(&at, &when) || !localtime_r(&now, &today)) {
        return;
    }
    if (when.tm_year == today.tm_year && when.tm_yday == today.tm_yday) {
        (void)strftime(out, WHEN_MAX, "%I:%M %p", &when);
    } else {
        (void)strftime(out, WHEN_MAX, "%b %d, %Y", &when);
    }
}
