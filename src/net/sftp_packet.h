/*
 * SFTP, version 3, as bytes (draft-ietf-secsh-filexfer-02, with the extensions of OpenSSH): requests
 * are appended to a string, answers are read with every length checked, for they come from a
 * stranger.
 */
#ifndef NET_SFTP_PACKET_H
#define NET_SFTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct str;

enum sftp_type {
    SFTP_INIT = 1,
    SFTP_VERSION = 2,
    SFTP_OPEN = 3,
    SFTP_CLOSE = 4,
    SFTP_READ = 5,
    SFTP_WRITE = 6,
    SFTP_FSTAT = 8,
    SFTP_OPENDIR = 11,
    SFTP_READDIR = 12,
    SFTP_REMOVE = 13,
    SFTP_MKDIR = 14,
    SFTP_STAT = 17,
    SFTP_RENAME = 18,
    SFTP_STATUS = 101,
    SFTP_HANDLE = 102,
    SFTP_DATA = 103,
    SFTP_NAME = 104,
    SFTP_ATTRS = 105,
    SFTP_EXTENDED = 200,
    SFTP_EXTENDED_REPLY = 201,
};

enum sftp_status {
    SFTP_OK = 0,
    SFTP_EOF = 1,
    SFTP_NO_FILE = 2,
    SFTP_DENIED = 3,
    SFTP_FAILURE = 4,
    SFTP_UNSUPPORTED = 8,
    SFTP_LOST = 1000, /* ours: the connection ended before the answer came */
};

#define SFTP_PACKET_MAX ((size_t)1 << 20) /* of an answer; servers send at most 256 KiB */

/* A request: begin, fields, end. Fields are appended as the protocol writes them. */
size_t packet_begin(struct str *out, enum sftp_type type, uint32_t id);
void packet_u32(struct str *out, uint32_t value);
void packet_u64(struct str *out, uint64_t value);
void packet_text(struct str *out, const void *data, size_t len);
void packet_end(struct str *out, size_t begun); /* fills the length in */

struct sftp_attrs {
    bool has_size, has_mode, has_times;
    uint64_t size;
    uint32_t mode, mtime; /* seconds since the epoch */
};

/* One name of a folder; points into the packet, not NUL-terminated. */
struct sftp_name {
    const char *name;
    size_t len;
    struct sftp_attrs attrs;
};

struct sftp_reply {
    uint32_t type; /* enum sftp_type */
    uint32_t id;
    uint32_t status;   /* SFTP_STATUS: enum sftp_status, or what else the server says */
    const char *words; /* SFTP_STATUS: words_len bytes, not NUL-terminated */
    size_t words_len;
    const uint8_t *data; /* SFTP_HANDLE, SFTP_DATA, SFTP_EXTENDED_REPLY */
    size_t len;
    struct sftp_attrs attrs; /* SFTP_ATTRS */
    uint32_t names;          /* SFTP_NAME: so many are still to be taken */
    const uint8_t *at, *end; /* the rest of the packet */
};

/* The packet without its length field. SFTP_VERSION keeps the version in `id`. ERR_INVALID. */
int packet_read(struct sftp_reply *out, const void *data, size_t len) MUST_CHECK;
/* The next name of a SFTP_NAME: 1, 0 at the end, ERR_INVALID. */
int packet_name(struct sftp_name *out, struct sftp_reply *r) MUST_CHECK;
/* Whether a SFTP_VERSION offers the extension of this name (and any version of it). */
bool packet_offers(const struct sftp_reply *r, const char *name);
/* A number of 64 bits at `at` bytes of SFTP_EXTENDED_REPLY; 0 if it is not there. */
uint64_t packet_number(const struct sftp_reply *r, size_t at);

#endif
