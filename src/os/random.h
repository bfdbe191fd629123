/*
 * Random bytes for names and pauses, not for secrets.
 */
#ifndef OS_RANDOM_H
#define OS_RANDOM_H

#include <stddef.h>

void random_fill(void *out, size_t len);

#endif
