#include "base/ustar.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define BLOCK 512

/* A header is one block; numbers are octal digits with a NUL behind them. */
struct header {
    char name[USTAR_NAME_MAX];
    char mode[8], uid[8], gid[8];
    char size[12], mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6], version[2];
    char rest[BLOCK - 265];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static void put_octal(char *field, size_t size, size_t value) {
    field[--size] = '\0';
    while (size-- > 0) {
        field[size] = (char)('0' + (value & 7));
        value >>= 3;
    }
}

static void add_zeros(struct str *archive, size_t n) {
    static const char zeros[BLOCK];

    str_add(archive, zeros, n);
}

void ustar_add(struct str *archive, const char *name, const char *data, size_t len) {
    struct header h = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    const unsigned char *bytes = (const unsigned char *)&h;
    size_t sum = 0;

    (void)snprintf(h.name, sizeof h.name, "%s", name);
    put_octal(h.mode, sizeof h.mode, 0644);
    put_octal(h.uid, sizeof h.uid, 0);
    put_octal(h.gid, sizeof h.gid, 0);
    put_octal(h.size, sizeof h.size, len);
    put_octal(h.mtime, sizeof h.mtime, 0);
    memset(h.checksum, ' ', sizeof h.checksum); /* what the sum is taken over */
    for (size_t i = 0; i < BLOCK; i++) {
        sum += bytes[i];
    }
    put_octal(h.checksum, sizeof h.checksum - 1, sum);
    str_add(archive, (const char *)&h, sizeof h);
    str_add(archive, data, len);
    add_zeros(archive, (BLOCK - len % BLOCK) % BLOCK);
}

void ustar_end(struct str *archive) {
    add_zeros(archive, BLOCK);
    add_zeros(archive, BLOCK);
}
