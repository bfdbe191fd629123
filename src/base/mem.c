#include "base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything above would only unwind to main; all writes are ordered so that ending here loses
 * nothing. */
static NORETURN void mem_exhausted(void) {
    static const char text[] = "fatal: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(255);
}

static size_t mem_product(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX) {
        mem_exhausted();
    }
    return bytes ? bytes : 1;
}

void *mem_alloc(size_t size) {
    void *data = malloc(mem_product(size, 1));
    if (!data) {
        mem_exhausted();
    }
    return data;
}

void *mem_zalloc(size_t count, size_t size) {
    void *data = calloc(1, mem_product(count, size));
    if (!data) {
        mem_exhausted();
    }
    return data;
}

void *mem_realloc(void *old, size_t count, size_t size) {
    void *data = realloc(old, mem_product(count, size));
    if (!data) {
        mem_exhausted();
    }
    return data;
}

void mem_trim(void) {
    (void)malloc_trim(0);
}

char *mem_strdup(const char *text) {
    return mem_strndup(text, strlen(text));
}

char *mem_strndup(const char *text, size_t len) {
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

void mem_freep(void *at) {
    void *data;
    memcpy(&data, at, sizeof data);
    free(data);
}
