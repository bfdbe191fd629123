/*
 * The identity of a file's content as far as the system tells it without reading.
 */
#ifndef OS_STAT_H
#define OS_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct stat;

struct file_id {
    uint64_t size;    /* bytes */
    int64_t mtime_ns; /* since the epoch */
    int64_t ctime_ns;
    uint64_t inode;
    uint64_t device;
    uint32_t nlink;
    uint32_t mode; /* st_mode, with the type bits */
};

int64_t stat_mtime_ns(const struct stat *st); /* since the epoch */

void file_id_from_stat(struct file_id *id, const struct stat *st);

/* Same size, mtime and inode, and same ctime unless either link count is above 1 (links change
 * it). */
bool file_id_same(const struct file_id *a, const struct file_id *b);

/* lstat relative to dirfd (AT_FDCWD for the working directory). Missing gives ERR_NOT_FOUND. */
int file_id_get(struct file_id *id, int dirfd, const char *path) MUST_CHECK;
/* The same, following a final symlink. */
int file_id_follow(struct file_id *id, int dirfd, const char *path) MUST_CHECK;
/* The same without setting an error: false if there is nothing. */
bool file_id_peek(struct file_id *id, int dirfd, const char *path);

#endif
