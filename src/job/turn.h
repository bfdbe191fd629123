/*
 * Calls of other programs' threads, one at a time: what lies behind include/cairn.h runs on one
 * thread, whichever that is.
 */
#ifndef JOB_TURN_H
#define JOB_TURN_H

void turn_take(void);
void turn_give(void);

#endif
