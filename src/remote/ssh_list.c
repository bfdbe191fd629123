/*
 * Listings over SFTP: folders are read beside each other, those found in them too.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "remote/ssh_batch.h"

#define FOLDERS_MAX ((size_t)1 << 22) /* a server may send us round in circles */

/* A folder to be read. */
struct folder {
    const char *key;    /* "" is the url itself */
    const char *filter; /* what names begin with */
    struct files_range *range;
};

struct listing {
    struct ssh *ssh;
    struct arena *arena;
    VEC(struct folder) folders;
    size_t next;
    uint64_t told; /* of all ranges; a range is ended by its own count */
    files_list_fn *fn;
    void *ctx;
};

struct reading {
    struct sftp_task task;
    struct listing *listing;
    struct folder folder;
    const char *path;
    struct sftp_handle handle;
    uint64_t told;
};

enum { OPENED, READ, CLOSED };

/* A name that can be part of a key. */
static bool is_name(const struct sftp_name *n) {
    bool dots = n->len <= 2 && memcmp(n->name, "..", n->len) == 0;

    return n->len > 0 && !dots && !memchr(n->name, '/', n->len) && !memchr(n->name, '\0', n->len);
}

static int tell(struct reading *r, const struct sftp_name *n) {
    struct listing *l = r->listing;
    const struct folder *f = &r->folder;
    size_t filter = strlen(f->filter);
    bool is_dir = n->attrs.has_mode && S_ISDIR(n->attrs.mode);

    if (!is_name(n) || n->len < filter || memcmp(n->name, f->filter, filter) != 0) {
        return 0;
    }
    const char *key =
        arena_printf(l->arena, "%s%s%.*s", f->key, f->key[0] ? "/" : "", (int)n->len, n->name);
    if (is_dir && !f->range->level) {
        if (l->folders.len == FOLDERS_MAX) {
            return err_set(ERR_INVALID, "%s: too many folders", l->ssh->files.url);
        }
        vec_push(&l->folders, ((struct folder){.key = key, .filter = "", .range = f->range}));
        return 0;
    }
    if (f->range->max > 0 && r->told >= f->range->max) {
        f->range->more = true;
        return 0;
    }
    struct files_item item = {.key = key,
                              .size = n->attrs.has_size ? n->attrs.size : FILES_SIZE_UNKNOWN,
                              .mtime_ns =
                                  n->attrs.has_times ? (int64_t)n->attrs.mtime * 1000000000 : 0,
                              .is_dir = is_dir};
    r->told++;
    return l->fn(l->ctx, &item);
}

static int take_names(struct reading *r, struct sftp_reply *reply) {
    struct sftp_name name;
    int rc, any;

    while ((any = packet_name(&name, reply)) > 0) {
        if ((rc = tell(r, &name))) {
            return rc;
        }
    }
    return any;
}

static int list_reply(struct sftp_task *t, struct sftp_reply *reply, uint64_t tag) {
    struct reading *r = (struct reading *)t;
    bool status = reply->type == SFTP_STATUS;

    if (status && reply->status == SFTP_LOST) {
        return sftp_error(reply, r->path); /* part of it was told: it cannot begin again */
    }
    if (tag == OPENED && sftp_take_handle(&r->handle, reply)) {
        sftp_read_dir(t, &r->handle, READ);
        return 0;
    }
    if (tag == READ && reply->type == SFTP_NAME) {
        int rc = take_names(r, reply);
        if (!rc && !r->folder.range->more) {
            sftp_read_dir(t, &r->handle, READ);
        } else if (!rc) {
            sftp_close(t, &r->handle, CLOSED);
        }
        return rc;
    }
    if (tag == READ && status && reply->status == SFTP_EOF) {
        sftp_close(t, &r->handle, CLOSED);
        return 0;
    }
    sftp_end(t);
    if (tag == CLOSED || (tag == OPENED && status && reply->status == SFTP_NO_FILE)) {
        return 0; /* a missing folder has no keys */
    }
    int rc = sftp_error(reply, r->path);
    return rc ? rc : err_set(ERR_INVALID, "%s: the SFTP server gave no listing", r->path);
}

static int list_begin(void *ctx, struct sftp_link *link) {
    struct listing *l = ctx;

    if (l->next == l->folders.len) {
        return 0;
    }
    struct reading *r = arena_alloc(l->arena, sizeof *r);
    *r = (struct reading){
        .task.reply = list_reply, .listing = l, .folder = l->folders.at[l->next++]};
    r->path = ssh_path(l->ssh, l->arena, r->folder.key);
    sftp_begin(&r->task, link);
    sftp_open_dir(&r->task, r->path, OPENED);
    return 1;
}

int ssh_list(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn, void *ctx) {
    struct listing l = {.ssh = (struct ssh *)f, .arena = arena_new(), .fn = fn, .ctx = ctx};

    for (size_t i = 0; i < n; i++) {
        const char *prefix = ranges[i].prefix, *slash = strrchr(prefix, '/');
        struct folder folder = {.filter = slash ? slash + 1 : prefix, .range = &ranges[i]};
        folder.key = slash ? arena_strndup(l.arena, prefix, (size_t)(slash - prefix)) : "";
        ranges[i].more = false;
        vec_push(&l.folders, folder);
    }
    int rc = sftp_run(l.ssh->sftp, list_begin, &l);
    vec_release(&l.folders);
    arena_free(l.arena);
    return rc;
}
