/*
 * A bump allocator: many small values that live and die together. Not thread-safe; one arena
 * belongs to one owner (a repo, a command, a parsed document).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);   /* NULL is fine */
void arena_freep(struct arena **arena); /* for CLEANUP */

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len); /* adds the NUL */
char *arena_text(struct arena *arena, size_t len); /* room for so many bytes and a NUL, all NUL */
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF(2, 3);
void *arena_dup(struct arena *arena, const void *data, size_t size);

/* Gives back a large value that is not needed any more; what shares its memory with other values
 * stays until the end. NULL is fine. */
void arena_drop(struct arena *arena, void *value);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#endif
