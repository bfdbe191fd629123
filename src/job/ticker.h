/*
 * One thread that calls a function every few milliseconds until it is stopped: the progress
 * display.
 */
#ifndef JOB_TICKER_H
#define JOB_TICKER_H

struct ticker;
struct ticker *ticker_start(int first_ms, int every_ms, void (*fn)(void *ctx),
                            void *ctx); /* NULL if no thread */
void ticker_stop(struct ticker *t);     /* waits for the thread; NULL is fine */

#endif
