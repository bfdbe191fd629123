/*
 * Allocation that never returns NULL: out of memory ends the process with a message, for a command
 * line tool has no better plan. Sizes are checked for overflow.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/attr.h"

void *mem_alloc(size_t size);                /* uninitialised */
void *mem_zalloc(size_t count, size_t size); /* zeroed */
void *mem_realloc(void *old, size_t count, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);

/* Gives memory that was freed back to the system: after much was used in small pieces. */
void mem_trim(void);

/* For CLEANUP(mem_freep): frees *(void **)at. */
void mem_freep(void *at);

#endif
