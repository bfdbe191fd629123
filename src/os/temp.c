#include "os/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "os/cpu.h"

enum { LETTERS = TEMP_NAME_MAX - sizeof "..tmp", TRIES = 16 };

/* Before the pool of a fresh machine is ready: the file is opened with O_EXCL in any case. */
static void fill_from_clock(unsigned char *random, size_t len) {
    uint64_t seed = (uint64_t)clock_real_ns();
    for (size_t i = 0; i < len; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        random[i] = (unsigned char)(seed >> 56);
    }
}

void temp_name(char out[TEMP_NAME_MAX]) {
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char random[LETTERS];
    if (getrandom(random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random) {
        fill_from_clock(random, sizeof random);
    }
    out[0] = '.';
    for (size_t i = 0; i < LETTERS; i++) {
        out[i + 1] = alphabet[random[i] % (sizeof alphabet - 1)];
    }
    memcpy(out + 1 + LETTERS, ".tmp", sizeof ".tmp");
}

int temp_open(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir) {
    char path[PATH_MAX];
    for (int i = 0; i < TRIES; i++) {
        temp_name(name);
        int len = snprintf(path, sizeof path, "%s%s%s", dir, dir[0] ? "/" : "", name);
        if ((size_t)len >= sizeof path) {
            errno = ENAMETOOLONG;
            *fd = -1;
            break;
        }
        *fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (*fd >= 0) {
            return 0;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return err_errno("cannot make a temporary file");
}
