/*
 * What a struct show writes to the standard streams, as text. Begin, use the show, end: the text is
 * the caller's to free.
 */
#ifndef TESTS_SHOW_CAPTURED_H
#define TESTS_SHOW_CAPTURED_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct captured {
    int stream, saved, file;
};

static struct captured capture_begin(int stream) {
    struct captured c = {.stream = stream, .saved = dup(stream), .file = memfd_create("text", 0)};
    (void)dup2(c.file, stream);
    return c;
}

static char *capture_end(struct captured *c) {
    (void)dup2(c->saved, c->stream);
    off_t size = lseek(c->file, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    if (text && pread(c->file, text, (size_t)size, 0) != size) {
        text[0] = '\0';
    }
    (void)close(c->file);
    (void)close(c->saved);
    return text;
}

#endif
