#include "os/signal.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/err.h"

#define EXIT_INTERRUPTED 252

static volatile sig_atomic_t received;

static void note(int number) {
    /* A second Ctrl-C ends the process where it stands: what is on disk is whole at any moment. */
    if (received != 0 && number == SIGINT) {
        _exit(EXIT_INTERRUPTED);
    }
    received = number;
}

void signal_init(void) {
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    size_t i;

    (void)sigemptyset(&action.sa_mask);
    for (i = 0; i < COUNT_OF(ending); i++) {
        struct sigaction old;

        /* What our parent ignores (nohup) stays ignored. */
        if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(ending[i], &action, NULL);
        }
    }
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

bool signal_cancelled(void) {
    return received != 0;
}

int signal_number(void) {
    return received;
}

int cancel_check(void) {
    return signal_cancelled() ? err_set(ERR_INTERRUPTED, "interrupted") : 0;
}
