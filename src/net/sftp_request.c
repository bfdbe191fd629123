/*
 * The requests of SFTP, each appended to what its connection is to send.
 */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "job/progress.h"
#include "net/sftp.h"
#include "net/sftp_link.h"

static struct str *ask(size_t *begun, struct sftp_task *t, enum sftp_type type, uint64_t tag) {
    struct sftp_link *l = t->link;
    uint32_t id;

    if (l->free_ids.len > 0) {
        id = l->free_ids.at[--l->free_ids.len];
    } else {
        id = (uint32_t)l->waiting.len;
        vec_push(&l->waiting, (struct waiting){0});
    }
    l->waiting.at[id] = (struct waiting){.task = t, .tag = tag};
    t->waiting++;
    l->sftp->requests++;
    progress_request(l->sftp->cfg.progress, false);
    *begun = packet_begin(&l->out, type, id);
    return &l->out;
}

static void ask_path(struct sftp_task *t, enum sftp_type type, const char *path, uint64_t tag) {
    size_t begun;
    struct str *out = ask(&begun, t, type, tag);

    packet_text(out, path, strlen(path));
    if (type == SFTP_MKDIR) {
        packet_u32(out, 0); /* no attributes */
    }
    packet_end(out, begun);
}

static void ask_handle(struct sftp_task *t, enum sftp_type type, const struct sftp_handle *h,
                       uint64_t tag) {
    size_t begun;
    struct str *out = ask(&begun, t, type, tag);

    packet_text(out, h->byte, h->len);
    packet_end(out, begun);
}

static void ask_open(struct sftp_task *t, const char *path, uint32_t flags, uint64_t tag) {
    size_t begun;
    struct str *out = ask(&begun, t, SFTP_OPEN, tag);

    packet_text(out, path, strlen(path));
    packet_u32(out, flags);
    packet_u32(out, 0);
    packet_end(out, begun);
}

void sftp_open_read(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_open(t, path, 1, tag);
}

void sftp_open_new(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_open(t, path, 2 | 8 | 32, tag); /* write, create, exclusive */
}

void sftp_close(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag) {
    ask_handle(t, SFTP_CLOSE, h, tag);
}

void sftp_read(struct sftp_task *t, const struct sftp_handle *h, uint64_t at, size_t len,
               uint64_t tag) {
    size_t begun;
    struct str *out = ask(&begun, t, SFTP_READ, tag);

    packet_text(out, h->byte, h->len);
    packet_u64(out, at);
    packet_u32(out, (uint32_t)len);
    packet_end(out, begun);
}

void sftp_write(struct sftp_task *t, const struct sftp_handle *h, uint64_t at, const void *data,
                size_t len, uint64_t tag) {
    size_t begun;
    struct str *out = ask(&begun, t, SFTP_WRITE, tag);

    packet_text(out, h->byte, h->len);
    packet_u64(out, at);
    packet_text(out, data, len);
    packet_end(out, begun);
}

void sftp_stat(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_path(t, SFTP_STAT, path, tag);
}

void sftp_fstat(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag) {
    ask_handle(t, SFTP_FSTAT, h, tag);
}

void sftp_open_dir(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_path(t, SFTP_OPENDIR, path, tag);
}

void sftp_read_dir(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag) {
    ask_handle(t, SFTP_READDIR, h, tag);
}

void sftp_make_dir(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_path(t, SFTP_MKDIR, path, tag);
}

void sftp_remove(struct sftp_task *t, const char *path, uint64_t tag) {
    ask_path(t, SFTP_REMOVE, path, tag);
}

static struct str *ask_extended(size_t *begun, struct sftp_task *t, const char *name,
                                uint64_t tag) {
    struct str *out = ask(begun, t, SFTP_EXTENDED, tag);

    packet_text(out, name, strlen(name));
    return out;
}

void sftp_rename(struct sftp_task *t, const char *from, const char *to, uint64_t tag) {
    size_t begun;
    struct str *out = t->link->renames_over
                          ? ask_extended(&begun, t, "posix-rename@openssh.com", tag)
                          : ask(&begun, t, SFTP_RENAME, tag);

    packet_text(out, from, strlen(from));
    packet_text(out, to, strlen(to));
    packet_end(out, begun);
}

bool sftp_renames_over(const struct sftp_link *link) {
    return link->renames_over;
}

bool sftp_sync(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag) {
    size_t begun;

    if (!t->link->syncs) {
        return false;
    }
    struct str *out = ask_extended(&begun, t, "fsync@openssh.com", tag);
    packet_text(out, h->byte, h->len);
    packet_end(out, begun);
    return true;
}

size_t sftp_read_max(const struct sftp_link *link) {
    return link->read_max;
}

size_t sftp_write_max(const struct sftp_link *link) {
    return link->write_max;
}

bool sftp_take_handle(struct sftp_handle *h, const struct sftp_reply *r) {
    if (r->type != SFTP_HANDLE) {
        return false;
    }
    h->len = r->len;
    memcpy(h->byte, r->data, r->len);
    return true;
}

int sftp_error(const struct sftp_reply *r, const char *path) {
    if (r->type != SFTP_STATUS) {
        return err_set(ERR_INVALID, "%s: the SFTP server gave an answer of another kind", path);
    }
    switch (r->status) {
    case SFTP_OK:
        return 0;
    case SFTP_NO_FILE:
        return err_set(ERR_NOT_FOUND, "%s: not there", path);
    case SFTP_DENIED:
        return err_set(ERR_FAILED, "%s: permission denied", path);
    case SFTP_LOST:
        return err_set(ERR_IO, "%s: the connection broke", path);
    default:
        return err_set(ERR_FAILED, "%s: %.*s", path, (int)(r->words_len > 200 ? 200 : r->words_len),
                       r->words);
    }
}
