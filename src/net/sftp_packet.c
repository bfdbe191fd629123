#include "net/sftp_packet.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"

enum { HAS_SIZE = 1, HAS_OWNER = 2, HAS_MODE = 4, HAS_TIMES = 8 };
#define HAS_EXTENDED 0x80000000u

void packet_u32(struct str *out, uint32_t value) {
    unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
                              (unsigned char)(value >> 8), (unsigned char)value};

    str_add(out, bytes, sizeof bytes);
}

void packet_u64(struct str *out, uint64_t value) {
    packet_u32(out, (uint32_t)(value >> 32));
    packet_u32(out, (uint32_t)value);
}

void packet_text(struct str *out, const void *data, size_t len) {
    packet_u32(out, (uint32_t)len);
    str_add(out, data, len);
}

size_t packet_begin(struct str *out, enum sftp_type type, uint32_t id) {
    size_t begun = out->len;

    packet_u32(out, 0);
    str_addc(out, (char)type);
    packet_u32(out, id);
    return begun;
}

void packet_end(struct str *out, size_t begun) {
    size_t len = out->len - begun - 4;

    for (int i = 0; i < 4; i++) {
        out->buf[begun + (size_t)i] = (char)(len >> (24 - 8 * i));
    }
}

/* Takes n bytes off the front; NULL if there are not so many. */
static const uint8_t *take(struct sftp_reply *r, size_t n) {
    const uint8_t *at = r->at;

    if ((size_t)(r->end - at) < n) {
        return NULL;
    }
    r->at += n;
    return at;
}

static bool take_u32(uint32_t *out, struct sftp_reply *r) {
    const uint8_t *b = take(r, 4);

    if (b) {
        *out = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    return b != NULL;
}

static bool take_u64(uint64_t *out, struct sftp_reply *r) {
    uint32_t high, low;

    if (!take_u32(&high, r) || !take_u32(&low, r)) {
        return false;
    }
    *out = (uint64_t)high << 32 | low;
    return true;
}

static bool take_text(const uint8_t **data, size_t *len, struct sftp_reply *r) {
    uint32_t n;

    if (!take_u32(&n, r)) {
        return false;
    }
    *len = n;
    *data = take(r, n);
    return *data != NULL;
}

static bool take_attrs(struct sftp_attrs *a, struct sftp_reply *r) {
    uint32_t flags, ignored, count = 0;
    const uint8_t *text;
    size_t len;

    *a = (struct sftp_attrs){0};
    bool ok = take_u32(&flags, r);
    if (ok && flags & HAS_SIZE) {
        ok = a->has_size = take_u64(&a->size, r);
    }
    if (ok && flags & HAS_OWNER) {
        ok = take_u32(&ignored, r) && take_u32(&ignored, r);
    }
    if (ok && flags & HAS_MODE) {
        ok = a->has_mode = take_u32(&a->mode, r);
    }
    if (ok && flags & HAS_TIMES) {
        ok = a->has_times = take_u32(&ignored, r) && take_u32(&a->mtime, r);
    }
    if (ok && flags & HAS_EXTENDED) {
        ok = take_u32(&count, r);
    }
    for (; ok && count > 0; count--) {
        ok = take_text(&text, &len, r) && take_text(&text, &len, r);
    }
    return ok;
}

static bool read_body(struct sftp_reply *r) {
    const uint8_t *words;

    switch (r->type) {
    case SFTP_STATUS:
        if (!take_u32(&r->status, r)) {
            return false;
        }
        if (take_text(&words, &r->words_len, r)) { /* old servers leave it out */
            r->words = (const char *)words;
        } else {
            r->words = "";
            r->words_len = 0;
        }
        return true;
    case SFTP_HANDLE:
        return take_text(&r->data, &r->len, r) && r->len <= 256;
    case SFTP_DATA:
        return take_text(&r->data, &r->len, r);
    case SFTP_ATTRS:
        return take_attrs(&r->attrs, r);
    case SFTP_NAME:
        return take_u32(&r->names, r);
    case SFTP_EXTENDED_REPLY:
        r->data = r->at;
        r->len = (size_t)(r->end - r->at);
        return true;
    case SFTP_VERSION:
        return true;
    default:
        return false;
    }
}

int packet_read(struct sftp_reply *out, const void *data, size_t len) {
    *out = (struct sftp_reply){.at = data, .end = (const uint8_t *)data + len};
    const uint8_t *type = take(out, 1);

    if (!type || !take_u32(&out->id, out)) {
        return err_set(ERR_INVALID, "the SFTP server sent too short an answer");
    }
    out->type = *type;
    if (!read_body(out)) {
        return err_set(ERR_INVALID, "the SFTP server sent an answer that cannot be read (type %u)",
                       out->type);
    }
    return 0;
}

int packet_name(struct sftp_name *out, struct sftp_reply *r) {
    const uint8_t *name, *shown;
    size_t len, shown_len;

    if (r->names == 0) {
        return 0;
    }
    if (!take_text(&name, &len, r) || !take_text(&shown, &shown_len, r) ||
        !take_attrs(&out->attrs, r)) {
        return err_set(ERR_INVALID, "the SFTP server sent a listing that cannot be read");
    }
    r->names--;
    out->name = (const char *)name;
    out->len = len;
    return 1;
}

bool packet_offers(const struct sftp_reply *r, const char *name) {
    struct sftp_reply rest = *r;
    const uint8_t *key, *value;
    size_t len, value_len, want = strlen(name);

    while (take_text(&key, &len, &rest) && take_text(&value, &value_len, &rest)) {
        if (len == want && memcmp(key, name, want) == 0) {
            return true;
        }
    }
    return false;
}

uint64_t packet_number(const struct sftp_reply *r, size_t at) {
    struct sftp_reply rest = {.at = r->data, .end = r->data + r->len};
    uint64_t value = 0;

    return take(&rest, at) && take_u64(&value, &rest) ? value : 0;
}
