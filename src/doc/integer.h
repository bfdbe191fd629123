/*
 * Digits to integers, of any length that Python would take.
 */
#ifndef DOC_INTEGER_H
#define DOC_INTEGER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct node;

/* Python refuses to convert longer ones. */
enum { INTEGER_MAX_DIGITS = 4300 };

/* Makes `n` the integer with these digits; underscores between them count for nothing. False if there is no
 * digit, one that is not of the base (2, 8, 10 or 16), or there are too many. */
bool integer_from_digits(struct node *n, struct arena *arena, const char *digits, size_t len,
                         unsigned base, bool negative);

/* Makes `n` the integer a - b; both are NODE_INT. */
void integer_subtract(struct node *n, struct arena *arena, const struct node *a,
                      const struct node *b);

#endif
