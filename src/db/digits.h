/*
 * Inside of db/: reading times out of what a database prints, a character at a time.
 */
#ifndef DB_DIGITS_H
#define DB_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

struct digits {
    const char *at, *end;
};

/* Passes over the character if it is the next. */
bool digits_take(struct digits *d, char c);
/* ".5", up to six digits, added to *micros; nothing is read where there is no point. False: a point
 * without digits. */
bool digits_fraction(int64_t *micros, struct digits *d);

#endif
