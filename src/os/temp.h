/*
 * Temporary names: ".<22 letters and digits>.tmp", the form that DVC's own listings and ours pass over.
 */
#ifndef OS_TEMP_H
#define OS_TEMP_H

#include <sys/types.h>

#include "base/attr.h"

#define TEMP_NAME_MAX 28

/* A new random name. */
void temp_name(char out[TEMP_NAME_MAX]);

/* Makes a new file (0666 & ~umask) in folder `dir` ("" = dirfd itself), open for writing; `name` becomes its last
 * component. */
int temp_open(int *fd, char name[TEMP_NAME_MAX], int dirfd, const char *dir) MUST_CHECK;

#endif
