#include "os/random.h"

#include <stdint.h>
#include <sys/random.h>
#include <sys/types.h>

#include "os/cpu.h"

/* The pool of a fresh machine may not be ready; nobody waits for it. */
static void fill_from_clock(unsigned char *out, size_t len) {
    uint64_t seed = (uint64_t)clock_real_ns();
    for (size_t i = 0; i < len; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        out[i] = (unsigned char)(seed >> 56);
    }
}

void random_fill(void *out, size_t len) {
    if (getrandom(out, len, GRND_NONBLOCK) != (ssize_t)len) {
        fill_from_clock(out, len);
    }
}
