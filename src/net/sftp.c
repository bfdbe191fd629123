#include "net/sftp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/askpass.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/signal.h"

enum {
    LINKS_MAX = 16,
    LINKS_USUAL = 4,
    TASKS_MAX = 64,        /* of one connection */
    SENDING_MAX = 1 << 20, /* bytes that wait to be sent before tasks are asked for more */
    BLOCK_SAFE = 32 << 10, /* what every server takes and gives */
    BLOCK_MAX = 240 << 10,
    CONNECTS_MAX = 4, /* of a run, beyond the first of each connection */
    ERRORS_KEPT = 2048,
    TIMEOUT = 60,
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
    struct sftp_link links[LINKS_MAX];
    int nlinks;     /* as many may run */
    int reconnects; /* left, of this run */
};

/* ---- requests */

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

/* ---- connections */

static void link_reset(struct sftp_link *l) {
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

static int link_start(struct sftp_link *l) {
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
    int timeout = cfg->timeout > 0 ? cfg->timeout : TIMEOUT;
    vec_push(&argv, arena_printf(arena, "-oConnectTimeout=%d", timeout));
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
static int link_lost(struct sftp_link *l, const char *what) {
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
    link_reset(l);
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
    } else if (l->taken > SENDING_MAX) {
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

static int link_read(struct sftp_link *l) {
    if (!drain(&l->in, l->talk.from, (size_t)256 << 10)) {
        while (drain(&l->errors, l->talk.errors, ERRORS_KEPT) && errno != EAGAIN &&
               l->errors.len < ERRORS_KEPT) {
            errno = 0;
        }
        return link_lost(l, "it was closed");
    }
    l->heard_ns = clock_monotonic_ns();
    return link_take(l);
}

static int link_write(struct sftp_link *l) {
    ssize_t n = write(l->talk.to, l->out.buf + l->sent, l->out.len - l->sent);

    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        return l->up ? link_lost(l, "it was closed") : 0; /* reading will tell why */
    }
    l->sent += n > 0 ? (size_t)n : 0;
    if (l->sent == l->out.len) {
        str_clear(&l->out);
        l->sent = 0;
    } else if (l->sent > SENDING_MAX) {
        memmove(l->out.buf, l->out.buf + l->sent, l->out.len - l->sent);
        str_truncate(&l->out, l->out.len - l->sent);
        l->sent = 0;
    }
    return 0;
}

/* Lets tasks that write add what there is room for, in turn. */
static int link_pump(struct sftp_link *l) {
    bool any = true;

    while (any && l->out.len - l->sent < SENDING_MAX) {
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

/* ---- the loop */

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
    return idle && !coming ? link_start(idle) : 0;
}

static int heed(struct sftp *s, struct pollfd *fds) {
    int rc = 0;

    for (int i = 0; !rc && i < s->nlinks; i++) {
        struct sftp_link *l = &s->links[i];
        const struct pollfd *f = &fds[3 * i];
        if (!l->running || f[0].fd < 0) {
            continue;
        }
        if (f[1].revents && !drain(&l->errors, l->talk.errors, ERRORS_KEPT)) {
            fd_closep(&l->talk.errors);
        }
        if (l->errors.len > 2 * ERRORS_KEPT) {
            size_t extra = l->errors.len - ERRORS_KEPT;
            memmove(l->errors.buf, l->errors.buf + extra, ERRORS_KEPT);
            str_truncate(&l->errors, ERRORS_KEPT);
        }
        if (f[2].revents) {
            rc = link_write(l);
        }
        if (!rc && l->running && f[0].revents) {
            rc = link_read(l);
        }
    }
    return rc;
}

static int wait_for_links(struct sftp *s) {
    struct pollfd fds[3 * LINKS_MAX];

    for (int i = 0; i < s->nlinks; i++) {
        const struct sftp_link *l = &s->links[i];
        bool sending = l->running && l->out.len > l->sent;
        fds[3 * i] = (struct pollfd){.fd = l->running ? l->talk.from : -1, .events = POLLIN};
        fds[3 * i + 1] = (struct pollfd){.fd = l->running ? l->talk.errors : -1, .events = POLLIN};
        fds[3 * i + 2] = (struct pollfd){.fd = sending ? l->talk.to : -1, .events = POLLOUT};
    }
    if (poll(fds, (nfds_t)(3 * s->nlinks), 500) < 0 && errno != EINTR) {
        return err_errno("cannot wait for ssh");
    }
    int rc = cancel_check();
    return rc ? rc : heed(s, fds);
}

/* A connection that owes an answer and is silent is given up. */
static int check_silence(struct sftp *s) {
    int seconds = s->cfg.timeout > 0 ? s->cfg.timeout : TIMEOUT;
    int64_t oldest = clock_monotonic_ns() - (int64_t)seconds * 1000000000;
    int rc = 0;

    for (int i = 0; !rc && i < s->nlinks; i++) {
        struct sftp_link *l = &s->links[i];
        /* Until it is up the user may be typing a password: ssh has its own limit there. */
        if (l->up && l->tasks.len > 0 && l->heard_ns < oldest) {
            rc = link_lost(l, "no answer");
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

    for (int i = 0; rc && i < LINKS_MAX; i++) {
        link_reset(&s->links[i]); /* answers to come would find no task */
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
    s->nlinks = cfg->connections <= 0          ? LINKS_USUAL
                : cfg->connections > LINKS_MAX ? LINKS_MAX
                                               : cfg->connections;
    for (int i = 0; i < LINKS_MAX; i++) {
        s->links[i].sftp = s;
        link_reset(&s->links[i]);
    }
    *out = s;
    return 0;
}

void sftp_free(struct sftp *s) {
    if (!s) {
        return;
    }
    for (int i = 0; i < LINKS_MAX; i++) {
        link_reset(&s->links[i]);
    }
    arena_free(s->arena);
    free(s);
}
