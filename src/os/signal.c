#include "os/signal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

enum { EXIT_INTERRUPTED = 252 };

/* Written by handlers, so lock-free types. */
static atomic_int signal_received;
static atomic_int signal_children[SIGNAL_CHILDREN_MAX]; /* 0: free */

static void tell_children(int number) {
    for (size_t i = 0; i < SIGNAL_CHILDREN_MAX; i++) {
        int child = atomic_load(&signal_children[i]);
        if (child) {
            (void)kill(child, number);
        }
    }
}

/* Whether a command runs that shares our terminal, or else that has a group of its own. */
static bool has_child(bool shares_terminal) {
    for (size_t i = 0; i < SIGNAL_CHILDREN_MAX; i++) {
        int child = atomic_load(&signal_children[i]);
        if (shares_terminal ? child > 0 : child < 0) {
            return true;
        }
    }
    return false;
}

static void signal_note(int number) {
    int kept = errno;
    bool again = number == SIGINT && atomic_load(&signal_received);
    if (number == SIGINT && has_child(true)) {
        return;
    }
    if (again && !has_child(false)) {
        _exit(EXIT_INTERRUPTED);
    }
    atomic_store(&signal_received, number);
    tell_children(again ? SIGKILL : number);
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

int cancel_pause(int ms) {
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    (void)nanosleep(&pause, NULL);
    return cancel_check();
}

/* Replaces a value of the table. */
static bool swap_child(pid_t from, pid_t to) {
    for (size_t i = 0; i < SIGNAL_CHILDREN_MAX; i++) {
        int seen = from;
        if (atomic_compare_exchange_strong(&signal_children[i], &seen, to)) {
            return true;
        }
    }
    return false;
}

void signal_add_child(pid_t child) {
    (void)swap_child(0, child);
    int number = atomic_load(&signal_received);
    if (number && (child < 0 || number != SIGINT)) {
        (void)kill(child, number);
    }
}

void signal_drop_child(pid_t child) {
    (void)swap_child(child, 0);
}
