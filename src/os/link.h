/*
 * Making one file out of another: reflink, hardlink, symlink, copy.
 */
#ifndef OS_LINK_H
#define OS_LINK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

enum link_type { LINK_REFLINK, LINK_HARDLINK, LINK_SYMLINK, LINK_COPY };

const char *link_type_name(enum link_type type); /* "reflink" … */
bool link_type_from_name(enum link_type *out, const char *name);

/* Makes `name` in folder dst_dirfd, which must not exist, from `src` (absolute path; relative to
 * src_dirfd otherwise). A copy or reflink is written under a temporary name, gets `mode`, and is
 * renamed. ERR_UNSUPPORTED when the file systems cannot do this type (EXDEV, EOPNOTSUPP, EMLINK,
 * EPERM): try the next. */
int link_make(enum link_type type, int src_dirfd, const char *src, int dst_dirfd, const char *name,
              mode_t mode) MUST_CHECK;

/* Gives the name a file of its own: a symlink to a file, or a name that shares its file with others,
 * becomes a copy, put in place of it at once; a write-protected file gets its write bits. *changed
 * tells whether anything was. */
int link_break(bool *changed, int dirfd, const char *name) MUST_CHECK;

/* The rest of one file to another, both from where they stand, which is the same offset; holes stay
 * holes. copy_file_range, else read and write. Stops at cancel. */
int fd_copy(int from, int to) MUST_CHECK;
/* The bytes from `at` up to `end` of a file to a descriptor of any kind, at its place. */
int fd_copy_part(int from, off_t at, off_t end, int to) MUST_CHECK;
/* FICLONE; false if the file systems cannot. */
bool fd_clone(int from, int to);

#endif
