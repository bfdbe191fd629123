/*
 * Sums of numbers as Python's decimal module makes them, with 28 digits: by them Hydra counts ranges,
 * and from 0 in steps of 0.1 comes to 0.3, where doubles come to 0.30000000000000004.
 */
#ifndef EXP_DECIMAL_H
#define EXP_DECIMAL_H

#include <stdbool.h>

enum { DECIMAL_WHOLE = 40, DECIMAL_PART = 80, DECIMAL_DIGITS = DECIMAL_WHOLE + DECIMAL_PART };

struct decimal {
    bool negative;
    unsigned char digit[DECIMAL_DIGITS]; /* of which DECIMAL_WHOLE stand before the point */
};

/* The exact value; false for what is no number or beyond 1e39. */
bool decimal_from(struct decimal *out, double value);
double decimal_value(const struct decimal *d);
int decimal_compare(const struct decimal *a, const struct decimal *b);
void decimal_add(struct decimal *sum, const struct decimal *more); /* and round to 28 digits */

#endif
