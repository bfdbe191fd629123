/*
 * Points in time as databases write them: "2020-01-02", "2020-01-02 03:04:05.5", with a zone after
 * it "+02", "-03:30".
 */
#ifndef DB_MOMENT_H
#define DB_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct db_value;
struct str;

/* The whole text, of years 1 to 9999; false for anything else. */
bool moment_parse(struct db_value *out, const char *text, size_t len);

/* "2020-01-02 03:04:05.500000+02:00" with so many digits of the second (0, 3, 6). */
void moment_add(struct str *out, const struct db_value *v, int digits);
/* "2020-01-02". */
void moment_add_day(struct str *out, const struct db_value *v);

/* Of its day, in its zone, in microseconds. */
int64_t moment_of_day(const struct db_value *v);

/* A time of day "01:02:03.5+02" as Python writes it: "01:02:03.500000+02:00"; other text stays. */
const char *moment_clock(struct arena *arena, const char *text);

#endif
