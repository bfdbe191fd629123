#include "remote/ssh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "job/progress.h"
#include "net/url.h"
#include "os/term.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/ssh_batch.h"

/* A name of a listing costs about a hundredth of a round trip. */
#define LIST_PAGE 64

const char *ssh_path(const struct ssh *s, struct arena *arena, const char *key) {
    return key[0] ? arena_printf(arena, "%s/%s", s->base, key) : s->base[0] ? s->base : "/";
}

/* ---- batches */

static int begin_next(void *ctx, struct sftp_link *link) {
    struct ssh_batch *b = ctx;
    size_t item;

    if (b->again.len > 0) {
        item = b->again.at[--b->again.len];
    } else if (b->next < b->n) {
        item = b->next++;
    } else {
        return 0;
    }
    int rc = b->begin(b, link, item);
    return rc ? rc : 1;
}

int ssh_batch_run(struct ssh_batch *b) {
    b->arena = arena_new();
    int rc = sftp_run(b->ssh->sftp, begin_next, b);
    arena_free(b->arena);
    b->arena = NULL;
    vec_release(&b->again);
    return rc;
}

int ssh_batch_end(struct ssh_batch *b, size_t item, int rc) {
    b->items[item].rc = 0;
    if (rc == ERR_INTERRUPTED || (rc == ERR_IO && err_system())) {
        return rc; /* of this machine */
    }
    if (rc) {
        files_fail(&b->items[item], rc);
    }
    progress_add(b->progress, 1, 0);
    return 0;
}

void ssh_batch_again(struct ssh_batch *b, size_t item) {
    vec_push(&b->again, item);
}

/* ---- one request for each item: stat, remove */

struct single {
    struct sftp_task task;
    struct ssh_batch *batch;
    size_t item;
    const char *path;
};

static struct single *single_begin(struct ssh_batch *b, struct sftp_link *link, size_t i,
                                   int (*reply)(struct sftp_task *, struct sftp_reply *,
                                                uint64_t)) {
    struct single *s = arena_alloc(b->arena, sizeof *s);

    *s = (struct single){.task.reply = reply, .batch = b, .item = i};
    s->path = ssh_path(b->ssh, b->arena, b->items[i].key);
    sftp_begin(&s->task, link);
    return s;
}

/* True when the connection broke; then the item is begun again. */
static bool single_lost(struct single *s, const struct sftp_reply *r) {
    if (r->type != SFTP_STATUS || r->status != SFTP_LOST) {
        sftp_end(&s->task);
        return false;
    }
    ssh_batch_again(s->batch, s->item);
    return true;
}

static int stat_reply(struct sftp_task *t, struct sftp_reply *r, uint64_t tag) {
    struct single *s = (struct single *)t;
    struct files_item *item = &s->batch->items[s->item];

    (void)tag;
    if (single_lost(s, r)) {
        return 0;
    }
    if (r->type != SFTP_ATTRS) {
        return ssh_batch_end(s->batch, s->item, sftp_error(r, s->path));
    }
    item->size = r->attrs.has_size ? r->attrs.size : FILES_SIZE_UNKNOWN;
    item->mtime_ns = r->attrs.has_times ? (int64_t)r->attrs.mtime * 1000000000 : 0;
    item->is_dir = r->attrs.has_mode && S_ISDIR(r->attrs.mode);
    return ssh_batch_end(s->batch, s->item, 0);
}

static int stat_begin(struct ssh_batch *b, struct sftp_link *link, size_t i) {
    struct single *s = single_begin(b, link, i, stat_reply);

    sftp_stat(&s->task, s->path, 0);
    return 0;
}

static int ssh_stat(struct files *f, struct files_item *items, size_t n, struct arena *arena,
                    struct progress *p) {
    struct ssh_batch b = {.ssh = (struct ssh *)f, .items = items, .n = n, .progress = p};

    (void)arena; /* no etags here */
    b.begin = stat_begin;
    return ssh_batch_run(&b);
}

static int remove_reply(struct sftp_task *t, struct sftp_reply *r, uint64_t tag) {
    struct single *s = (struct single *)t;

    (void)tag;
    if (single_lost(s, r)) {
        return 0;
    }
    int rc = sftp_error(r, s->path);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    return ssh_batch_end(s->batch, s->item, rc);
}

static int remove_begin(struct ssh_batch *b, struct sftp_link *link, size_t i) {
    struct single *s = single_begin(b, link, i, remove_reply);

    sftp_remove(&s->task, s->path, 0);
    return 0;
}

static int ssh_remove(struct files *f, struct files_item *items, size_t n, struct progress *p) {
    struct ssh_batch b = {.ssh = (struct ssh *)f, .items = items, .n = n, .progress = p};

    b.begin = remove_begin;
    return ssh_batch_run(&b);
}

/* ---- opening */

static void ssh_close(struct files *f) {
    struct ssh *s = (struct ssh *)f;

    sftp_free(s->sftp);
    free(s->base);
    free(s->url);
    free(s);
}

static const struct files_ops ssh_ops = {
    .scheme = "ssh",
    .stat = ssh_stat,
    .get = ssh_get,
    .put = ssh_put,
    .list = ssh_list,
    .remove = ssh_remove,
    .close = ssh_close,
};

static int number(int *out, const struct remote_config *cfg, const char *key) {
    const char *text = remote_option(cfg, key);
    uint64_t value;

    if (!text) {
        return 0;
    }
    if (!num_uint(&value, text) || value > 1000000) {
        return err_set(ERR_CONFIG, "remote '%s': '%s' is no %s", cfg->name, text, key);
    }
    *out = (int)value;
    return 0;
}

static const char *expand_home(struct arena *arena, const char *path) {
    const char *home = env_get("HOME");

    return path && home && strncmp(path, "~/", 2) == 0 ? path_join(arena, home, path + 2) : path;
}

int remote_ssh_open(struct files **out, const struct remote_config *cfg) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct sftp_config c = {0};
    struct url url;

    int rc = remote_url(&url, arena, cfg, "host");
    c.host = rc ? NULL : url.host;
    c.port = rc ? 0 : url.port;
    rc = rc ? rc : number(&c.port, cfg, "port");
    rc = rc ? rc : number(&c.timeout, cfg, "timeout");
    rc = rc ? rc : number(&c.connections, cfg, "max_sessions");
    if (rc) {
        return rc;
    }
    c.user = remote_option(cfg, "user") ? remote_option(cfg, "user") : url.user;
    c.password = remote_option(cfg, "password") ? remote_option(cfg, "password") : url.password;
    c.passphrase = remote_option(cfg, "passphrase");
    c.keyfile = expand_home(arena, remote_option(cfg, "keyfile"));
    c.gss_auth = remote_flag(cfg, "gss_auth", false);
    c.progress = cfg->progress;
    c.no_agent = !remote_flag(cfg, "allow_agent", true);

    struct ssh *s = mem_zalloc(1, sizeof *s);
    rc = sftp_new(&s->sftp, &c);
    if (rc) {
        free(s);
        return err_wrap(rc, "remote '%s'", cfg->name);
    }
    s->base = mem_strdup(url.path);
    s->url = mem_strdup(url_shown(arena, cfg->url));
    s->files =
        (struct files){.ops = &ssh_ops, .name = cfg->name, .url = s->url, .list_page = LIST_PAGE};
    *out = &s->files;
    return 0;
}
