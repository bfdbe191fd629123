#include "net/sftp.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "net/sftp_link.h"
#include "os/cpu.h"
#include "os/signal.h"

enum {
    LINKS_USUAL = 4,
    TASKS_MAX = 64,   /* of one connection */
    CONNECTS_MAX = 4, /* of a run, beyond the first of each connection */
    TIMEOUT = 60,
};

/* ---- tasks */

void sftp_begin(struct sftp_task *t, struct sftp_link *link) {
    t->link = link;
    t->waiting = 0;
    t->place = link->tasks.len;
    vec_push(&link->tasks, t);
}

void sftp_end(struct sftp_task *t) {
    struct sftp_link *l = t->link;
    struct sftp_task *last = l->tasks.at[--l->tasks.len];

    l->tasks.at[t->place] = last;
    last->place = t->place;
}

/* ---- the loop */

/* Lets tasks that write add what there is room for, in turn. */
static int link_pump(struct sftp_link *l) {
    bool any = true;

    while (any && l->out.len - l->sent < SFTP_SENDING_MAX) {
        any = false;
        for (size_t i = 0; i < l->tasks.len; i++) {
            struct sftp_task *t = l->tasks.at[i];
            int rc = t->more ? t->more(t) : 0;
            if (rc < 0) {
                return rc;
            }
            any |= rc > 0;
        }
    }
    return 0;
}

static size_t tasks_under_way(const struct sftp *s) {
    size_t n = 0;

    for (int i = 0; i < s->nlinks; i++) {
        n += s->links[i].tasks.len;
    }
    return n;
}

/* Gives work to connections with room; makes one more when all that run are busy. Returns whether
 * there was more to do than room. */
static int spread(struct sftp *s, int (*begin)(void *ctx, struct sftp_link *link), void *ctx,
                  bool *more) {
    struct sftp_link *idle = NULL;
    bool coming = false;

    *more = false;
    for (int i = 0; i < s->nlinks; i++) {
        struct sftp_link *l = &s->links[i];
        coming |= l->running && !l->up;
        idle = !l->running && !idle ? l : idle;
        while (l->up && l->tasks.len < TASKS_MAX) {
            int rc = begin(ctx, l);
            if (rc <= 0) {
                return rc;
            }
        }
    }
    *more = true;
    return idle && !coming ? sftp_link_start(idle) : 0;
}

static int heed(struct sftp *s, struct pollfd *fds) {
    int rc = 0;

    for (int i = 0; !rc && i < s->nlinks; i++) {
        struct sftp_link *l = &s->links[i];
        const struct pollfd *f = &fds[3 * i];
        if (!l->running || f[0].fd < 0) {
            continue;
        }
        if (f[1].revents) {
            sftp_link_read_errors(l);
        }
        if (f[2].revents) {
            rc = sftp_link_write(l);
        }
        if (!rc && l->running && f[0].revents) {
            rc = sftp_link_read(l);
        }
    }
    return rc;
}

static int wait_for_links(struct sftp *s) {
    struct pollfd fds[3 * SFTP_LINKS_MAX];
    nfds_t count = (nfds_t)s->nlinks * 3;

    for (int i = 0; i < s->nlinks; i++) {
        const struct sftp_link *l = &s->links[i];
        bool sending = l->running && l->out.len > l->sent;
        fds[3 * i] = (struct pollfd){.fd = l->running ? l->talk.from : -1, .events = POLLIN};
        fds[3 * i + 1] = (struct pollfd){.fd = l->running ? l->talk.errors : -1, .events = POLLIN};
        fds[3 * i + 2] = (struct pollfd){.fd = sending ? l->talk.to : -1, .events = POLLOUT};
    }
    if (poll(fds, count, 500) < 0 && errno != EINTR) {
        return err_errno("cannot wait for ssh");
    }
    int rc = cancel_check();
    return rc ? rc : heed(s, fds);
}

/* A connection that owes an answer and is silent is given up. */
static int check_silence(struct sftp *s) {
    int64_t oldest = clock_monotonic_ns() - (int64_t)s->cfg.timeout * 1000000000;
    int rc = 0;

    for (int i = 0; !rc && i < s->nlinks; i++) {
        struct sftp_link *l = &s->links[i];
        /* Until it is up the user may be typing a password: ssh has its own limit there. */
        if (l->up && l->tasks.len > 0 && l->heard_ns < oldest) {
            rc = sftp_link_lost(l, "no answer");
        }
    }
    return rc;
}

static int run(struct sftp *s, int (*begin)(void *ctx, struct sftp_link *link), void *ctx) {
    for (;;) {
        bool more;
        int rc = spread(s, begin, ctx, &more);
        if (rc) {
            return rc;
        }
        if (!more && tasks_under_way(s) == 0) {
            return 0;
        }
        for (int i = 0; !rc && i < s->nlinks; i++) {
            rc = link_pump(&s->links[i]);
        }
        rc = rc ? rc : wait_for_links(s);
        rc = rc ? rc : check_silence(s);
        if (rc) {
            return rc;
        }
    }
}

int sftp_run(struct sftp *s, int (*begin)(void *ctx, struct sftp_link *link), void *ctx) {
    s->reconnects = CONNECTS_MAX;
    int rc = run(s, begin, ctx);

    for (int i = 0; rc && i < SFTP_LINKS_MAX; i++) {
        sftp_link_reset(&s->links[i]); /* answers to come would find no task */
    }
    return rc;
}

static int refuse_option(const char *what, const char *text) {
    if (!text || (*text != '-' && *text != '\0')) {
        return 0;
    }
    return err_set(ERR_CONFIG, "'%s' is no %s for ssh", text, what);
}

int sftp_new(struct sftp **out, const struct sftp_config *cfg) {
    int rc = refuse_option("host", cfg->host);

    rc = rc ? rc : refuse_option("user", cfg->user);
    if (rc) {
        return rc;
    }
    struct sftp *s = mem_zalloc(1, sizeof *s);
    s->arena = arena_new();
    s->cfg = *cfg;
    s->cfg.host = arena_strdup(s->arena, cfg->host);
    s->cfg.user = cfg->user ? arena_strdup(s->arena, cfg->user) : NULL;
    s->cfg.keyfile = cfg->keyfile ? arena_strdup(s->arena, cfg->keyfile) : NULL;
    s->cfg.password = cfg->password ? arena_strdup(s->arena, cfg->password) : NULL;
    s->cfg.passphrase = cfg->passphrase ? arena_strdup(s->arena, cfg->passphrase) : NULL;
    s->cfg.timeout = cfg->timeout > 0 ? cfg->timeout : TIMEOUT;
    s->nlinks = cfg->connections <= 0               ? LINKS_USUAL
                : cfg->connections > SFTP_LINKS_MAX ? SFTP_LINKS_MAX
                                                    : cfg->connections;
    for (int i = 0; i < SFTP_LINKS_MAX; i++) {
        s->links[i].sftp = s;
        sftp_link_reset(&s->links[i]);
    }
    *out = s;
    return 0;
}

void sftp_free(struct sftp *s) {
    if (!s) {
        return;
    }
    if (s->requests > 0) {
        log_debug("%llu requests over ssh", (unsigned long long)s->requests);
    }
    for (int i = 0; i < SFTP_LINKS_MAX; i++) {
        sftp_link_reset(&s->links[i]);
    }
    arena_free(s->arena);
    free(s);
}
