#include "job/thread.h"

#include <signal.h>

enum { STACK_BYTES = 1 << 20 };

bool thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg) {
    pthread_attr_t attr;
    if (pthread_attr_init(&attr)) {
        return false;
    }
    (void)pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigset_t all, old;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    bool started = pthread_create(thread, &attr, fn, arg) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    (void)pthread_attr_destroy(&attr);
    return started;
}
