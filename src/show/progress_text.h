/*
 * The words of the progress bar (pure).
 */
#ifndef SHOW_PROGRESS_TEXT_H
#define SHOW_PROGRESS_TEXT_H

#include <stdint.h>

struct str;

/* A struct progress at one moment. Totals are 0 when unknown. */
struct progress_view {
    const char *phase;
    uint64_t items, items_total;
    uint64_t bytes, bytes_total;
    double seconds; /* since the phase began */
};

/* Appends one line that fits in `width` columns; what matters least is left out first. */
void progress_text(struct str *out, const struct progress_view *view, int width);

#endif
