/*
 * Points in time for people, in their time zone.
 */
#ifndef SHOW_WHEN_H
#define SHOW_WHEN_H

#include <stdint.h>

enum { WHEN_MAX = 32 };

/* "04:52 PM" for a time of today, else "Nov 21, 2026". Seconds since the epoch. */
void when_text(char out[WHEN_MAX], int64_t seconds);

#endif
