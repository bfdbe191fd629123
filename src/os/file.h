/*
 * Whole files: read, written atomically, listed. Paths are taken relative to `dirfd` where one is
 * given (AT_FDCWD = the working directory). Nothing here checks that a path stays inside a
 * repository: that is os/beneath.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct arena;
struct str;
struct strv;

/* For CLEANUP: closes *fd unless it is negative. */
void fd_closep(int *fd);

/* read(2) and pread(2), which no signal ends. */
ssize_t fd_read(int fd, void *buf, size_t cap);
ssize_t fd_read_at(int fd, void *buf, size_t cap, uint64_t at);

/* Opens a regular file for reading; anything else is refused without blocking. */
int file_open(int *fd, int dirfd, const char *path) MUST_CHECK;
/* Appends what is left of an open file, at most `max` bytes. */
int file_read_open(struct str *out, int fd, const char *path, size_t max) MUST_CHECK;

/* Appends the file to `out`. A file of more than `max` bytes, and anything that is not a regular
 * file (a FIFO, a device), is refused without blocking. */
int file_read(struct str *out, int dirfd, const char *path, size_t max) MUST_CHECK;

/* Temporary file in the same folder, write, fsync, rename, fsync of the folder. Keeps the mode of a
 * file that exists (else 0666 & ~umask). Follows no symlink at `path` itself. */
int file_write_atomic(int dirfd, const char *path, const void *data, size_t len) MUST_CHECK;
/* The same without any sync: for caches that may be lost. */
int file_write_replace(int dirfd, const char *path, const void *data, size_t len) MUST_CHECK;
/* file_write_atomic for a folder whose files other programs list: the temporary file lies in
 * `temp_dir` ("" = dirfd), a folder of the same file system. `fresh`: what is there stays,
 * ERR_EXISTS. */
int file_write_from(int dirfd, const char *temp_dir, const char *path, const void *data, size_t len,
                    bool fresh) MUST_CHECK;

/* file_write_replace with what another file has, at most `max` bytes; nothing is done if there is no such
 * file. For small ones: it is read as a whole. */
int file_copy_small(const char *from, const char *to, size_t max) MUST_CHECK;

/* Makes the file anew, open for reading and appending. Follows no symlink at `path` itself. */
int file_create(int *fd, int dirfd, const char *path) MUST_CHECK;

/* Adds to the end of a file, which is made if it is not there. Follows no symlink at `path` itself. */
int file_append(int dirfd, const char *path, const void *data, size_t len) MUST_CHECK;
int file_write_all(int fd, const void *data, size_t len) MUST_CHECK; /* loops over short writes */
/* The same at a place of its own (a byte offset); the descriptor's is left alone. */
int file_write_at(int fd, const void *data, size_t len, uint64_t at) MUST_CHECK;

/* Gives what will replace `path` the mode of the regular file that is there, if one is. */
int file_take_mode(int fd, int dirfd, const char *path) MUST_CHECK;

bool file_exists(int dirfd, const char *path); /* follows links; false for a dangling one */
bool file_is_dir(int dirfd, const char *path); /* follows links */
bool file_is_link(int dirfd, const char *path);

int dir_make(int dirfd, const char *path,
             mode_t mode) MUST_CHECK; /* with parents; existing is fine */
int dir_remove_tree(int dirfd,
                    const char *path) MUST_CHECK;        /* never follows a link; missing is fine */
int file_remove(int dirfd, const char *path) MUST_CHECK; /* missing is fine */

/* Removes empty folders from `path` upwards, stopping at the base (path relative) or the first one
 * that is not empty. */
void dir_prune(int dirfd, const char *path);

/* Whoever may read it may run it. */
int file_make_executable(int dirfd, const char *path) MUST_CHECK;

/* Renames onto a name that must be free (EEXIST): 0, or -1 and errno. Where the file system cannot
 * promise that, a look before has to do. */
int rename_new(int from_dir, const char *from, int to_dir, const char *to);
/* The same as an error, ERR_EXISTS. */
int file_rename_new(int from_dir, const char *from, int to_dir, const char *to) MUST_CHECK;

/* Appends the names in a folder, sorted; a folder that is not there holds none. */
int dir_names(struct strv *out, struct arena *arena, int dirfd, const char *path) MUST_CHECK;

/* Its time of change becomes now, if it is there and may be changed. */
void file_touch(int dirfd, const char *path);

int dir_sync(int dirfd, const char *path) MUST_CHECK; /* fsync of a folder */

/* Makes all that was written to the file system of fd durable: syncfs on a local one; on a network
 * one, where syncfs can stall on the data of others, returns without work (callers fsync each file
 * there, see fs_is_network). */
int fs_sync(int fd) MUST_CHECK;
bool fs_is_network(int fd);
uint64_t fs_free_bytes(int fd); /* UINT64_MAX if unknown */

char *file_real_path(struct arena *arena,
                     const char *path); /* realpath(3), NULL if there is none */
char *dir_current(struct arena *arena);

#endif
