/*
 * Tar archives (POSIX ustar) of small files, built in memory.
 */
#ifndef BASE_USTAR_H
#define BASE_USTAR_H

#include <stddef.h>

struct str;

#define USTAR_NAME_MAX 100 /* with its NUL; a longer name is cut */

/* Appends a file that its owner may write and all may read, without a date. */
void ustar_add(struct str *archive, const char *name, const char *data, size_t len);
/* Appends the end. */
void ustar_end(struct str *archive);

#endif
