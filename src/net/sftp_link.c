#include "net/sftp_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "os/askpass.h"
#include "os/cpu.h"
#include "os/file.h"

enum {
    BLOCK_SAFE = 32 << 10, /* what every server takes and gives */
    BLOCK_MAX = 240 << 10,
    ERRORS_KEPT = 2048,
};

void sftp_link_reset(struct sftp_link *l) {
    proc_talk_end(&l->talk);
    str_release(&l->out);
    str_release(&l->in);
    str_release(&l->errors);
    vec_release(&l->waiting);
    vec_release(&l->free_ids);
    vec_release(&l->tasks);
    *l = (struct sftp_link){.sftp = l->sftp,
                            .talk = {.to = -1, .from = -1, .errors = -1},
                            .out = STR_INIT,
                            .in = STR_INIT,
                            .errors = STR_INIT,
                            .read_max = BLOCK_SAFE,
                            .write_max = BLOCK_SAFE};
}

int sftp_link_start(struct sftp_link *l) {
    const struct sftp_config *cfg = &l->sftp->cfg;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *secret = cfg->password ? cfg->password : cfg->passphrase;
    struct strv argv = {0}, env = {0};
    size_t begun = l->out.len;

    const char *fixed[] = {"ssh",
                           "-oForwardX11=no",
                           "-oForwardAgent=no",
                           "-oPermitLocalCommand=no",
                           "-oClearAllForwardings=yes",
                           "-oRemoteCommand=none",
                           "-oRequestTTY=no",
                           "-oServerAliveInterval=15"};
    for (size_t i = 0; i < COUNT_OF(fixed); i++) {
        vec_push(&argv, fixed[i]);
    }
    vec_push(&argv, arena_printf(arena, "-oConnectTimeout=%d", cfg->timeout));
    if (cfg->port) {
        vec_push(&argv, arena_printf(arena, "-p%d", cfg->port));
    }
    if (cfg->user) {
        vec_push(&argv, arena_printf(arena, "-l%s", cfg->user));
    }
    if (cfg->keyfile) {
        vec_push(&argv, arena_printf(arena, "-i%s", cfg->keyfile));
    }
    if (cfg->gss_auth) {
        vec_push(&argv, "-oGSSAPIAuthentication=yes");
    }
    if (cfg->no_agent) {
        vec_push(&argv, "-oIdentityAgent=none");
    }
    if (secret) {
        vec_push(&argv, "-oNumberOfPasswordPrompts=1");
        askpass_env(&env, arena, secret);
    }
    vec_push(&argv, "-s");
    vec_push(&argv, "--");
    vec_push(&argv, cfg->host);
    vec_push(&argv, "sftp");
    vec_push(&argv, NULL);
    vec_push(&env, NULL);

    struct proc_spec spec = {.argv = argv.at, .env = env.at};
    int rc = proc_talk_start(&l->talk, &spec);
    strv_release(&argv);
    strv_release(&env);
    if (rc) {
        return rc;
    }
    l->running = true;
    l->heard_ns = clock_monotonic_ns();
    packet_u32(&l->out, 0);
    str_addc(&l->out, (char)SFTP_INIT);
    packet_u32(&l->out, 3);
    packet_end(&l->out, begun);
    return 0;
}

/* What ssh said last, in one line, as the reason. */
static int link_error(const struct sftp_link *l, const char *what) {
    const char *text = l->errors.buf, *end = text + l->errors.len;

    while (end > text && (end[-1] == '\n' || end[-1] == '\r')) {
        end--;
    }
    const char *line = end;
    while (line > text && line[-1] != '\n') {
        line--;
    }
    int rc = line < end
                 ? err_set(ERR_FAILED, "ssh %s: %.*s", l->sftp->cfg.host, (int)(end - line), line)
                 : err_set(ERR_FAILED, "ssh %s: %s", l->sftp->cfg.host, what);
    if (!l->up) {
        err_hint("try the connection by itself: ssh -s %s sftp </dev/null", l->sftp->cfg.host);
    }
    return rc;
}

/* The tasks of a connection that broke learn it; then it is as new. */
int sftp_link_lost(struct sftp_link *l, const char *what) {
    struct sftp_reply lost = {.type = SFTP_STATUS, .status = SFTP_LOST, .words = ""};
    bool was_up = l->up;
    int rc = 0, running = 0;

    log_debug("the connection to %s broke: %s", l->sftp->cfg.host, what);
    while (!rc && l->tasks.len > 0) {
        struct sftp_task *t = l->tasks.at[l->tasks.len - 1];
        t->waiting = 0;
        sftp_end(t);
        rc = t->reply(t, &lost, 0);
    }
    for (int i = 0; i < l->sftp->nlinks; i++) {
        running += l->sftp->links[i].running;
    }
    /* One that never came up is done without while there are others: servers limit how many. */
    if (!rc && !was_up && running > 1) {
        l->sftp->nlinks = running - 1;
    } else if (!rc && (!was_up || l->sftp->reconnects-- == 0)) {
        rc = link_error(l, what);
    }
    sftp_link_reset(l);
    return rc;
}

/* The server has introduced itself. */
static void link_greet(struct sftp_link *l, const struct sftp_reply *r) {
    l->up = true;
    l->renames_over = packet_offers(r, "posix-rename@openssh.com");
    l->syncs = packet_offers(r, "fsync@openssh.com");
    if (packet_offers(r, "limits@openssh.com")) {
        /* Its id is one that no task has: answers to it are known by their type. */
        size_t begun = packet_begin(&l->out, SFTP_EXTENDED, UINT32_MAX);
        packet_text(&l->out, "limits@openssh.com", strlen("limits@openssh.com"));
        packet_end(&l->out, begun);
        l->limits_asked = true;
    }
}

static size_t bounded(uint64_t limit) {
    return limit < BLOCK_SAFE ? BLOCK_SAFE : limit > BLOCK_MAX ? BLOCK_MAX : (size_t)limit;
}

static int link_answer(struct sftp_link *l, struct sftp_reply *r) {
    if (!l->up) {
        if (r->type != SFTP_VERSION || r->id < 3) {
            return err_set(ERR_INVALID, "ssh %s: what answered is no SFTP server",
                           l->sftp->cfg.host);
        }
        link_greet(l, r);
        return 0;
    }
    if (r->id == UINT32_MAX && l->limits_asked) {
        l->limits_asked = false;
        if (r->type == SFTP_EXTENDED_REPLY) {
            l->read_max = bounded(packet_number(r, 8));
            l->write_max = bounded(packet_number(r, 16));
        }
        return 0;
    }
    if (r->id >= l->waiting.len || !l->waiting.at[r->id].task) {
        return err_set(ERR_INVALID, "ssh %s: an answer to nothing that was asked",
                       l->sftp->cfg.host);
    }
    struct waiting w = l->waiting.at[r->id];
    l->waiting.at[r->id].task = NULL;
    vec_push(&l->free_ids, r->id);
    w.task->waiting--;
    return w.task->reply(w.task, r, w.tag);
}

static uint32_t length_at(const char *at) {
    const unsigned char *b = (const unsigned char *)at;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Answers all whole packets that came. */
static int link_take(struct sftp_link *l) {
    int rc = 0;

    while (!rc && l->in.len - l->taken >= 4) {
        uint32_t len = length_at(l->in.buf + l->taken);
        struct sftp_reply r;
        if (len > SFTP_PACKET_MAX) {
            /* What the user's shell prints on the other side looks like this. */
            return err_set(ERR_INVALID,
                           "ssh %s: what answered is no SFTP server (does the shell there print "
                           "something at login?)",
                           l->sftp->cfg.host);
        }
        if (l->in.len - l->taken - 4 < len) {
            break;
        }
        rc = packet_read(&r, l->in.buf + l->taken + 4, len);
        l->taken += 4 + (size_t)len;
        rc = rc ? rc : link_answer(l, &r);
    }
    if (l->taken == l->in.len) {
        str_clear(&l->in);
        l->taken = 0;
    } else if (l->taken > SFTP_SENDING_MAX) {
        memmove(l->in.buf, l->in.buf + l->taken, l->in.len - l->taken);
        str_truncate(&l->in, l->in.len - l->taken);
        l->taken = 0;
    }
    return rc;
}

/* Reads what is there into the string: 1, or 0 when the other side has closed. */
static int drain(struct str *into, int fd, size_t at_once) {
    str_reserve(into, at_once);
    ssize_t n = read(fd, into->buf + into->len, at_once);
    if (n > 0) {
        str_truncate(into, into->len); /* keeps the NUL where len ends */
        into->len += (size_t)n;
        into->buf[into->len] = '\0';
    }
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

int sftp_link_read(struct sftp_link *l) {
    if (!drain(&l->in, l->talk.from, (size_t)256 << 10)) {
        while (drain(&l->errors, l->talk.errors, ERRORS_KEPT) && errno != EAGAIN &&
               l->errors.len < ERRORS_KEPT) {
            errno = 0;
        }
        return sftp_link_lost(l, "it was closed");
    }
    l->heard_ns = clock_monotonic_ns();
    return link_take(l);
}

int sftp_link_write(struct sftp_link *l) {
    ssize_t n = write(l->talk.to, l->out.buf + l->sent, l->out.len - l->sent);

    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        return l->up ? sftp_link_lost(l, "it was closed") : 0; /* reading will tell why */
    }
    l->sent += n > 0 ? (size_t)n : 0;
    if (l->sent == l->out.len) {
        str_clear(&l->out);
        l->sent = 0;
    } else if (l->sent > SFTP_SENDING_MAX) {
        memmove(l->out.buf, l->out.buf + l->sent, l->out.len - l->sent);
        str_truncate(&l->out, l->out.len - l->sent);
        l->sent = 0;
    }
    return 0;
}

void sftp_link_read_errors(struct sftp_link *l) {
    if (!drain(&l->errors, l->talk.errors, ERRORS_KEPT)) {
        fd_closep(&l->talk.errors);
    }
    if (l->errors.len > 2 * ERRORS_KEPT) {
        size_t extra = l->errors.len - ERRORS_KEPT;
        memmove(l->errors.buf, l->errors.buf + extra, ERRORS_KEPT);
        str_truncate(&l->errors, ERRORS_KEPT);
    }
}
