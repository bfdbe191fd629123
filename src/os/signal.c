#include "os/signal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "base/err.h"

enum { EXIT_INTERRUPTED = 252 };

/* Written by handlers, so lock-free types. */
static atomic_int signal_received;
static atomic_int signal_child;

static void signal_note(int number) {
    int kept = errno;
    int child = atomic_load(&signal_child);
    if (number == SIGINT && child > 0) {
        return;
    }
    if (number == SIGINT && atomic_load(&signal_received)) {
        _exit(EXIT_INTERRUPTED);
    }
    atomic_store(&signal_received, number);
    if (child > 0) {
        (void)kill(child, number);
    }
    errno = kept;
}

void signal_init(void) {
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction note = {.sa_handler = signal_note};
    (void)sigemptyset(&note.sa_mask);
    for (size_t i = 0; i < COUNT_OF(ending); i++) {
        /* Without SA_RESTART: calls that wait return, and their loops look at the flag. */
        struct sigaction old;
        if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(ending[i], &note, NULL);
        }
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

bool signal_cancelled(void) {
    return signal_number() != 0;
}

int signal_number(void) {
    return atomic_load_explicit(&signal_received, memory_order_relaxed);
}

int cancel_check(void) {
    return signal_cancelled() ? err_set(ERR_INTERRUPTED, "interrupted") : 0;
}

void signal_set_child(pid_t child) {
    atomic_store(&signal_child, child);
    int number = atomic_load(&signal_received);
    if (child > 0 && (number == SIGTERM || number == SIGHUP)) {
        (void)kill(child, number);
    }
}
