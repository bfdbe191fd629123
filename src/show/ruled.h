/*
 * A wide table between horizontal rules: titles, a rule, rows; columns three blanks apart. Colours are
 * left out where stdout has none.
 */
#ifndef SHOW_RULED_H
#define SHOW_RULED_H

#include <stdbool.h>

#include "show/out.h"

struct ruled;

struct ruled *ruled_new(void);
void ruled_column(struct ruled *t, const char *title, bool right);
void ruled_row(struct ruled *t,
               enum show_color color); /* begins a row; of its cells without colour */
/* Text is copied, control characters escaped. */
void ruled_cell(struct ruled *t, const char *text, enum show_color color);
void ruled_print(const struct ruled *t, struct show *s);
void ruled_free(struct ruled *t);

#endif
