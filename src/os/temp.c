#include "os/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/err.h"
#include "os/file.h"
#include "os/random.h"

enum { LETTERS = TEMP_NAME_MAX - sizeof "..tmp", TRIES = 16 };

static void name_from_bytes(char out[TEMP_NAME_MAX], const unsigned char bytes[LETTERS]) {
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    out[0] = '.';
    for (size_t i = 0; i < LETTERS; i++) {
        out[i + 1] = alphabet[bytes[i] % (sizeof alphabet - 1)];
    }
    memcpy(out + 1 + LETTERS, ".tmp", sizeof ".tmp");
}

void temp_name(char out[TEMP_NAME_MAX]) {
    unsigned char random[LETTERS];
    random_fill(random, sizeof random);
    name_from_bytes(out, random);
}

void temp_name_for(char out[TEMP_NAME_MAX], const char *base) {
    unsigned char bytes[LETTERS];
    size_t len = strlen(base);
    for (size_t i = 0; i < LETTERS; i++) {
        bytes[i] = (unsigned char)(XXH3_64bits_withSeed(base, len, i) >> 56);
    }
    name_from_bytes(out, bytes);
}

/* Whether fd is still the file of that name. */
static bool still_named(int fd, int folder, const char *name) {
    struct stat ours, named;
    return fstat(fd, &ours) == 0 && S_ISREG(ours.st_mode) &&
           fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

/* Makes the file and takes its lock; 0, or -1 and errno: EAGAIN when it was removed as a dead one
 * before the lock. */
static int claim(int *fd, int folder, const char *name) {
    *fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*fd < 0) {
        return -1;
    }
    /* Where there are no locks nobody removes it either. */
    while (flock(*fd, LOCK_EX) && errno == EINTR) {
    }
    if (still_named(*fd, folder, name)) {
        return 0;
    }
    fd_closep(fd);
    errno = EAGAIN;
    return -1;
}

static int open_folder(int dirfd, const char *dir) {
    return openat(dirfd, dir[0] ? dir : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int temp_open(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir) {
    CLEANUP(fd_closep) int folder = open_folder(dirfd, dir);
    *fd = -1;
    for (int i = 0; folder >= 0 && i < TRIES; i++) {
        temp_name(name);
        if (claim(fd, folder, name) == 0) {
            return 0;
        }
        if (errno != EEXIST && errno != EAGAIN) {
            break;
        }
    }
    return err_errno("cannot make a temporary file");
}

/* Removes a file whose writer has died: nobody holds its lock. True when it is gone. */
static bool remove_dead(int folder, const char *name) {
    CLEANUP(fd_closep)
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT;
    }
    if (fs_is_network(fd) || flock(fd, LOCK_EX | LOCK_NB)) {
        return false;
    }
    return still_named(fd, folder, name) && unlinkat(folder, name, 0) == 0;
}

int temp_open_for(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir, const char *base) {
    CLEANUP(fd_closep) int folder = open_folder(dirfd, dir);
    temp_name_for(name, base);
    if (folder >= 0 &&
        (claim(fd, folder, name) == 0 ||
         (errno == EEXIST && remove_dead(folder, name) && claim(fd, folder, name) == 0))) {
        return 0;
    }
    return temp_open(fd, name, dirfd, dir);
}

int temp_memory(int *fd, const void *data, size_t len) {
    *fd = memfd_create("file", MFD_CLOEXEC);
    int rc = *fd < 0 ? err_errno("cannot make a file in memory") : file_write_all(*fd, data, len);
    if (!rc && lseek(*fd, 0, SEEK_SET)) {
        rc = err_errno("cannot read a file in memory");
    }
    if (rc) {
        fd_closep(fd);
    }
    return rc;
}
