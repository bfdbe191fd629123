/*
 * Inside of the SFTP client: one connection, that is one ssh with what it was asked and what it has
 * answered. sftp.c runs several of them.
 */
#ifndef NET_SFTP_LINK_H
#define NET_SFTP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"
#include "base/vec.h"
#include "net/sftp.h"
#include "os/proc.h"

struct arena;

enum {
    SFTP_LINKS_MAX = 16,
    SFTP_SENDING_MAX = 1 << 20, /* bytes that wait to be sent before tasks are asked for more */
};

struct waiting {
    struct sftp_task *task; /* NULL: free */
    uint64_t tag;
};

struct sftp_link {
    struct sftp *sftp;
    struct proc_talk talk;
    bool running, up;
    struct str out; /* to be sent, from `sent` on */
    size_t sent;
    struct str in; /* came, taken up to `taken` */
    size_t taken;
    struct str errors;           /* the end of what ssh says */
    VEC(struct waiting) waiting; /* by id */
    VEC(uint32_t) free_ids;
    VEC(struct sftp_task *) tasks;
    size_t read_max, write_max;
    bool renames_over, syncs, limits_asked;
    int64_t heard_ns; /* when the last byte came */
};

struct sftp {
    struct arena *arena;
    struct sftp_config cfg;
    struct sftp_link links[SFTP_LINKS_MAX];
    int nlinks;     /* as many may run */
    int reconnects; /* left, of this run */
    uint64_t requests;
};

/* As new: the ssh is ended, its tasks are forgotten. */
void sftp_link_reset(struct sftp_link *l);
int sftp_link_start(struct sftp_link *l) MUST_CHECK;
/* Its tasks learn that it broke; then it is as new. An error when it cannot be done without: it
 * never came up, or broke too often. */
int sftp_link_lost(struct sftp_link *l, const char *what) MUST_CHECK;

/* What poll found: something to be read, said on stderr, or room to write. */
int sftp_link_read(struct sftp_link *l) MUST_CHECK;
void sftp_link_read_errors(struct sftp_link *l);
int sftp_link_write(struct sftp_link *l) MUST_CHECK;

#endif
