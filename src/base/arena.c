#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_MIN = 4 << 10, BLOCK_MAX = 256 << 10 };

struct block {
    struct block *next;
    size_t size, used;
    bool own; /* of one large value */
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *first; /* the one being filled */
    size_t next_size;
    size_t used;
};

struct arena *arena_new(void) {
    struct arena *arena = mem_zalloc(1, sizeof *arena);
    arena->next_size = BLOCK_MIN;
    return arena;
}

void arena_free(struct arena *arena) {
    if (!arena) {
        return;
    }
    struct block *next;
    for (struct block *block = arena->first; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void arena_freep(struct arena **arena) {
    arena_free(*arena);
    *arena = NULL;
}

/* Blocks come zeroed, and no byte is handed out twice. */
static struct block *block_new(size_t size) {
    if (size > PTRDIFF_MAX - sizeof(struct block)) {
        size = PTRDIFF_MAX; /* refused below */
    }
    struct block *block = mem_zalloc(1, sizeof *block + size);
    block->size = size;
    return block;
}

static void *arena_take(struct arena *arena, size_t size, size_t align) {
    arena->used += size;
    struct block *block = arena->first;
    if (block) {
        size_t at = (block->used + align - 1) & ~(align - 1);
        if (at <= block->size && size <= block->size - at) {
            block->used = at + size;
            return block->data + at;
        }
    }

    /* A large value gets a block of its own behind the first, whose rest stays in use. */
    if (block && size > BLOCK_MAX / 4) {
        struct block *own = block_new(size);
        own->used = size;
        own->own = true;
        own->next = block->next;
        block->next = own;
        return own->data;
    }
    block = block_new(size > arena->next_size ? size : arena->next_size);
    block->used = size;
    block->next = arena->first;
    arena->first = block;
    if (arena->next_size < BLOCK_MAX) {
        arena->next_size *= 2;
    }
    return block->data;
}

void *arena_alloc(struct arena *arena, size_t size) {
    return arena_take(arena, size, alignof(max_align_t));
}

char *arena_strdup(struct arena *arena, const char *text) {
    return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t len) {
    char *copy = arena_take(arena, len + 1, 1);
    if (len) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *arena_text(struct arena *arena, size_t len) {
    return arena_take(arena, len + 1, 1);
}

char *arena_printf(struct arena *arena, const char *fmt, ...) {
    char small[256];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (len < 0) {
        return arena_strdup(arena, "");
    }
    if ((size_t)len < sizeof small) {
        return arena_strndup(arena, small, (size_t)len);
    }

    char *text = arena_take(arena, (size_t)len + 1, 1);
    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return text;
}

void *arena_dup(struct arena *arena, const void *data, size_t size) {
    void *copy = arena_alloc(arena, size);
    if (size) {
        memcpy(copy, data, size);
    }
    return copy;
}

void arena_drop(struct arena *arena, void *value) {
    for (struct block **at = &arena->first; value && *at; at = &(*at)->next) {
        struct block *block = *at;
        if (block->own && block->data == value) {
            *at = block->next;
            free(block);
            return;
        }
    }
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}
