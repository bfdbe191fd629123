#include "os/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "os/cpu.h"

#define RANDOM_LETTERS 22
#define TRIES          16

void temp_name(char out[TEMP_NAME_MAX]) {
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char random[RANDOM_LETTERS];
    size_t i;

    if (getrandom(random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random) {
        uint64_t seed = (uint64_t)clock_real_ns();

        for (i = 0; i < sizeof random; i++) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            random[i] = (unsigned char)(seed >> 56);
        }
    }
    out[0] = '.';
    for (i = 0; i < RANDOM_LETTERS; i++) {
        out[i + 1] = letters[random[i] % (sizeof letters - 1)];
    }
    memcpy(out + 1 + RANDOM_LETTERS, ".tmp", 5);
}

int temp_open(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    int try;

    for (try = 0; try < TRIES; try++) {
        temp_name(name);
        *fd = openat(dirfd, path_join(arena, dir, name),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (*fd >= 0 || errno != EEXIST) {
            break;
        }
    }
    return *fd < 0 ? err_errno("cannot make a temporary file") : 0;
}
