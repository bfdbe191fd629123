/*
 * Lengths of time as databases write them: "01:02:03.5", "-838:59:59", "1 year 2 mons -3 days
 * 04:05:06", where a month has 30 days and a year 365, as Python's drivers take them.
 */
#ifndef DB_SPAN_H
#define DB_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_value;
struct str;

/* The whole text; false for anything else, and for more than 2,000 centuries. */
bool span_parse(struct db_value *out, const char *text, size_t len);

bool span_is_days(int64_t micros);
/* "-1 days +23:59:59.500000", days downwards, as pandas; `days` leaves the clock out. */
void span_add(struct str *out, int64_t micros, bool days, int digits);

#endif
