/*
 * Files on another machine over the user's own ssh: `ssh -s HOST sftp`, so that keys, agents, jump
 * hosts and host-key checks are what the user has set up. A few connections, each with many requests
 * under way; a task is one file's sequence of requests, driven by the answers.
 *
 * One thread: all callbacks run on the caller's.
 */
#ifndef NET_SFTP_H
#define NET_SFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "net/sftp_packet.h"

struct progress;
struct sftp;
struct sftp_link; /* one connection */

/* Texts are copied. */
struct sftp_config {
    const char *host;
    const char *user, *keyfile;        /* NULL: as ssh finds them */
    const char *password, *passphrase; /* answered when ssh asks; NULL: ssh asks the user */
    int port;                          /* 0: as ssh finds it */
    int timeout;                       /* seconds to connect, and without an answer; 0: 60 */
    int connections;                   /* at most; 0: 4 */
    bool gss_auth, no_agent;
    struct progress *progress; /* counts the requests; may be NULL */
};

/* A file that is open on the other side. */
struct sftp_handle {
    size_t len;
    uint8_t byte[256];
};

/* Embedded first in what a task is about. */
struct sftp_task {
    /* An answer to one of its requests, with the tag given there; status SFTP_LOST: it will never
     * come, and the task is over. An error ends the run. */
    int (*reply)(struct sftp_task *t, struct sftp_reply *r, uint64_t tag);
    /* There is room for more to be sent: for tasks that write. Returns whether it sent something,
     * or an error. NULL: not asked. */
    int (*more)(struct sftp_task *t);
    struct sftp_link *link;
    unsigned waiting; /* answers to come */
    size_t place;     /* of the link */
};

/* What the server takes and gives at once, in bytes. */
size_t sftp_read_max(const struct sftp_link *link);
size_t sftp_write_max(const struct sftp_link *link);

/* Nothing is started before the first run. ERR_CONFIG for a host or user that ssh would take for an
 * option. */
int sftp_new(struct sftp **out, const struct sftp_config *cfg) MUST_CHECK;
void sftp_free(struct sftp *s); /* NULL is fine */

/* Runs until all tasks are over. `begin` is asked for the next task whenever a connection has room:
 * it calls sftp_begin and returns 1, or 0 when it has none for now (it is asked again after each
 * answer), or an error, which ends the run and drops the tasks unanswered. A connection that breaks
 * is made anew a few times. */
int sftp_run(struct sftp *s, int (*begin)(void *ctx, struct sftp_link *link), void *ctx) MUST_CHECK;

void sftp_begin(struct sftp_task *t, struct sftp_link *link);
void sftp_end(struct sftp_task *t); /* no answer may be outstanding; frees nothing */

/* Requests. Paths are absolute. */
void sftp_open_read(struct sftp_task *t, const char *path, uint64_t tag);
void sftp_open_new(struct sftp_task *t, const char *path, uint64_t tag); /* must not be there */
void sftp_close(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag);
void sftp_read(struct sftp_task *t, const struct sftp_handle *h, uint64_t at, size_t len,
               uint64_t tag);
void sftp_write(struct sftp_task *t, const struct sftp_handle *h, uint64_t at, const void *data,
                size_t len, uint64_t tag);
void sftp_stat(struct sftp_task *t, const char *path, uint64_t tag);
void sftp_fstat(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag);
void sftp_open_dir(struct sftp_task *t, const char *path, uint64_t tag);
void sftp_read_dir(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag);
void sftp_make_dir(struct sftp_task *t, const char *path, uint64_t tag);
void sftp_remove(struct sftp_task *t, const char *path, uint64_t tag);
/* Onto the target if the server can do that; else it has to be removed before. */
void sftp_rename(struct sftp_task *t, const char *from, const char *to, uint64_t tag);
bool sftp_renames_over(const struct sftp_link *link);
/* False, and nothing asked, if the server has no such thing. */
bool sftp_sync(struct sftp_task *t, const struct sftp_handle *h, uint64_t tag);

bool sftp_take_handle(struct sftp_handle *h, const struct sftp_reply *r); /* false: it is none */

/* A refusal as an error: "<path>: permission denied"; 0 for SFTP_OK. ERR_NOT_FOUND for SFTP_NO_FILE.
 */
int sftp_error(const struct sftp_reply *r, const char *path) MUST_CHECK;

#endif
