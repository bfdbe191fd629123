#include "doc/lines.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"

enum { BLOCK = 256 << 10 };

void lines_init(struct lines *l, lines_fill_fn *fill, void *ctx, const char *name) {
    *l = (struct lines){.fill = fill, .ctx = ctx, .name = name, .block = STR_INIT};
}

void lines_release(struct lines *l) {
    str_release(&l->block);
}

void lines_seek(struct lines *l, uint64_t offset) {
    if (offset >= l->block_offset && offset < l->block_offset + l->block.len) {
        l->at = (size_t)(offset - l->block_offset);
        return;
    }
    str_clear(&l->block);
    l->block_offset = offset;
    l->at = 0;
    l->ended = false;
}

/* Reads on behind what is left of the block. */
static int fill_block(struct lines *l) {
    size_t left = l->block.len - l->at, got = 0;

    if (left > LINES_MAX) {
        return err_set(ERR_INVALID, "%s: a line of more than 64 MiB", l->name);
    }
    str_reserve(&l->block, BLOCK);
    memmove(l->block.buf, l->block.buf + l->at, left);
    l->block_offset += l->at;
    l->at = 0;
    l->block.len = left;
    int rc = l->fill(l->ctx, l->block.buf + left, BLOCK, l->block_offset + left, &got);
    if (rc) {
        return rc;
    }
    l->block.len = left + got;
    l->block.buf[l->block.len] = '\0';
    l->ended = got == 0;
    return 0;
}

int lines_next(const char **text, size_t *len, uint64_t *offset, struct lines *l) {
    for (;;) {
        const char *line = l->block.buf + l->at;
        size_t left = l->block.len - l->at;
        const char *end = left ? memchr(line, '\n', left) : NULL;

        if (end || l->ended) {
            *text = line;
            *len = end ? (size_t)(end + 1 - line) : left;
            *offset = l->block_offset + l->at;
            l->at += *len;
            return 0;
        }
        int rc = fill_block(l);
        if (rc) {
            return rc;
        }
    }
}
