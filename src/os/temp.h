/*
 * Temporary names: ".<22 letters and digits>.tmp", the form that DVC's own listings and ours pass
 * over.
 */
#ifndef OS_TEMP_H
#define OS_TEMP_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

#define TEMP_NAME_MAX 28

/* A new random name. */
void temp_name(char out[TEMP_NAME_MAX]);

/* The temporary name of the file `base`: always the same, so that who writes it next finds what a
 * killed run left. */
void temp_name_for(char out[TEMP_NAME_MAX], const char *base);

/* Makes a new file (0666 & ~umask) in folder `dir` ("" = dirfd itself), open for writing; `name`
 * becomes its last component. */
int temp_open(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir) MUST_CHECK;

/* The same for the file `base` of that folder: under temp_name_for, where a dead run's is removed
 * first; while its writer lives, and where locks do not tell, under a random name. A lock holds it
 * until fd is closed: rename it before. */
int temp_open_for(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir,
                  const char *base) MUST_CHECK;

/* A nameless file in memory with these bytes, open at its beginning. */
int temp_memory(int *fd, const void *data, size_t len) MUST_CHECK;

#endif
