#include "net/pace.h"

#define START      16.0
#define LEAST      4.0
#define MOST       128
#define FILES_EACH 3 /* a socket, a file that is read or written, one to spare */
#define FILES_REST 64
#define GROWTH     1.5
#define WORTH_IT   1.1   /* a larger limit has to bring this much more */
#define TOO_MANY   0.2   /* refusals of a window that mean: slower */
#define BUDGET     200.0 /* repeats beside those that landed calls earn */
#define EARNED     0.5   /* repeats that each landed call earns */

void pace_init(struct pace *p, int jobs, int files) {
    int most = (files - FILES_REST) / FILES_EACH;

    *p = (struct pace){.ceiling = jobs > 0 ? jobs : MOST, .fixed = jobs > 0};
    if (most < 1) {
        most = 1;
    }
    if (p->ceiling > most) {
        p->ceiling = most;
    }
    p->limit = p->fixed || START > p->ceiling ? p->ceiling : START;
    p->retries_left = BUDGET;
}

int pace_limit(const struct pace *p) {
    return p->limit < 1 ? 1 : (int)p->limit;
}

/* Two rounds of calls make a window, so that each limit is measured while it holds. A few refusals
 * are weather. */
void pace_ended(struct pace *p, bool refused, int64_t now_ns) {
    p->retries_left += !refused && p->retries_left < BUDGET ? EARNED : 0;
    if (p->since_ns == 0) { /* the first one paid for the connection */
        p->since_ns = now_ns;
        return;
    }
    p->ended++;
    p->refused += refused;
    if (p->fixed || p->ended < 2 * pace_limit(p) || now_ns <= p->since_ns) {
        return;
    }
    double rate = (p->ended - p->refused) * 1e9 / (double)(now_ns - p->since_ns);
    if (p->refused > p->ended * TOO_MANY) {
        p->limit = p->limit / 2 > LEAST ? p->limit / 2 : LEAST;
        p->best = 0;
    } else if (rate > p->best * WORTH_IT) {
        p->best = rate;
        p->limit = p->limit * GROWTH < p->ceiling ? p->limit * GROWTH : p->ceiling;
    }
    p->ended = p->refused = 0;
    p->since_ns = now_ns;
}

bool pace_may_retry(struct pace *p) {
    if (p->retries_left < 1) {
        return false;
    }
    p->retries_left -= 1;
    return true;
}
