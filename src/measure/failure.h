/*
 * What clients of DVC's JSON know errors by: names of Python's exceptions.
 */
#ifndef MEASURE_FAILURE_H
#define MEASURE_FAILURE_H

#include <stddef.h>

/* The name for the error `rc` of reading the file `path`; `text` is what was read of it, if
 * anything. To be asked before err_clear. */
const char *failure_type(int rc, const char *path, const char *text, size_t len);

#endif
