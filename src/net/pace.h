/*
 * How many calls go at once, and how many may be repeated. Grows while more of them bring more
 * through, halves when the server says that it is busy. A run may repeat a share of its calls and a
 * fixed number beside: a server that is down is not asked for ever.
 */
#ifndef NET_PACE_H
#define NET_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    double limit;
    int ceiling;
    bool fixed;
    double retries_left;
    /* The window that is being measured. */
    int ended, refused;
    int64_t since_ns;
    double best; /* calls a second of the best window so far */
};

/* jobs: as the user wants, 0 to adapt; files: how many may be open. */
void pace_init(struct pace *p, int jobs, int files);
int pace_limit(const struct pace *p);
/* An attempt has ended; refused: too much was asked (429, 503, no answer in time). */
void pace_ended(struct pace *p, bool refused, int64_t now_ns);
bool pace_may_retry(struct pace *p); /* takes one from the budget */

#endif
