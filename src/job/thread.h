/*
 * Starting threads, for this room alone.
 */
#ifndef JOB_THREAD_H
#define JOB_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* All signals are blocked in the thread: they are for the main one. False if there is no thread. */
bool thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg);

#endif
