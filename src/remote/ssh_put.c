/*
 * Uploads over SFTP: written under a name of their own beside the target, synced where the server
 * can, then renamed. Folders are made when a file cannot be opened for want of one.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "job/progress.h"
#include "os/file.h"
#include "os/temp.h"
#include "remote/ssh_batch.h"

enum { WRITES_MAX = 64 };

/* What a task does next, and its requests' tags. */
enum step {
    STEP_OPEN,
    STEP_FOLDER,
    STEP_WRITE,
    STEP_SYNC,
    STEP_CLOSE,
    STEP_UNSEAT,
    STEP_NAME,
    STEP_DROP
};

struct put_batch {
    struct ssh_batch b;
    const struct files_source *source;
    char *block; /* one block of a file, on its way into the packet */
};

struct upload {
    struct sftp_task task;
    struct put_batch *batch;
    size_t item;
    const char *path, *draft;
    int fd;
    struct sftp_handle handle;
    enum step step;
    bool is_open, made_folders;
    uint64_t size, sent;
    struct err_chain *failure; /* why it ends early, or NULL */
};

static void give_up(struct upload *u, int rc) {
    if (u->failure) {
        err_clear(); /* the first reason counts */
        return;
    }
    u->failure = err_take(rc);
}

static int finish(struct upload *u) {
    int rc = err_give(u->failure);

    fd_closep(&u->fd);
    sftp_end(&u->task);
    if (!rc) {
        u->batch->b.items[u->item].size = u->size;
    }
    return ssh_batch_end(&u->batch->b, u->item, rc);
}

/* All folders above the file, from the top: those that are there refuse, which is fine. */
static void make_folders(struct upload *u) {
    char *path CLEANUP(mem_freep) = mem_strdup(u->path);

    u->made_folders = true;
    for (char *slash = path; (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
        *slash = '\0';
        sftp_make_dir(&u->task, path, STEP_FOLDER);
    }
}

static void close_draft(struct upload *u) {
    u->is_open = false;
    u->step = STEP_CLOSE;
    sftp_close(&u->task, &u->handle, STEP_CLOSE);
}

/* All is written; or nothing more is to come, and the draft goes. */
static void end_writing(struct upload *u) {
    const struct files_source *source = u->batch->source;
    int rc = u->failure || !source->check ? 0 : source->check(source->ctx, u->item, u->fd);

    if (rc) {
        give_up(u, rc);
    }
    u->step = STEP_SYNC;
    if (u->failure || !sftp_sync(&u->task, &u->handle, STEP_SYNC)) {
        close_draft(u);
    }
}

/* One more block; ends the writing when there is none. Called when the connection has room. */
static int put_more(struct sftp_task *t) {
    struct upload *u = (struct upload *)t;
    size_t block = sftp_write_max(t->link);

    if (u->step != STEP_WRITE || u->failure || u->sent == u->size || t->waiting >= WRITES_MAX) {
        return 0;
    }
    size_t want = u->size - u->sent < block ? (size_t)(u->size - u->sent) : block;
    ssize_t n = pread(u->fd, u->batch->block, want, (off_t)u->sent);
    if (n != (ssize_t)want) {
        give_up(u, n < 0 ? err_errno("cannot read what is to be sent")
                         : err_set(ERR_FAILED, "%s: it got shorter while it was sent", u->path));
        if (t->waiting == 0) {
            end_writing(u);
        }
        return 0;
    }
    sftp_write(t, &u->handle, u->sent, u->batch->block, want, STEP_WRITE);
    u->sent += want;
    progress_add(u->batch->b.progress, 0, want);
    return 1;
}

static void opened(struct upload *u, const struct sftp_reply *r) {
    if (sftp_take_handle(&u->handle, r)) {
        u->is_open = true;
        u->step = STEP_WRITE;
        if (u->size == 0) {
            end_writing(u);
        }
        return;
    }
    int rc = sftp_error(r, u->path);
    if (rc == ERR_NOT_FOUND && !u->made_folders) {
        err_clear();
        u->step = STEP_FOLDER;
        make_folders(u);
    } else {
        give_up(u, rc);
    }
}

/* The draft is closed: it gets its name, or goes. */
static void closed(struct upload *u) {
    if (u->failure) {
        u->step = STEP_DROP;
        sftp_remove(&u->task, u->draft, STEP_DROP);
    } else if (sftp_renames_over(u->task.link)) {
        u->step = STEP_NAME;
        sftp_rename(&u->task, u->draft, u->path, STEP_NAME);
    } else {
        u->step = STEP_UNSEAT;
        sftp_remove(&u->task, u->path, STEP_UNSEAT);
    }
}

/* Takes the next step when all answers of the one before are there. */
static int advance(struct upload *u) {
    switch (u->step) {
    case STEP_OPEN:
        return finish(u); /* it could not be opened */
    case STEP_FOLDER:
        u->step = STEP_OPEN;
        sftp_open_new(&u->task, u->draft, STEP_OPEN);
        return 0;
    case STEP_WRITE:
        if (u->failure || u->sent == u->size) {
            end_writing(u);
        }
        return 0;
    case STEP_SYNC:
        close_draft(u);
        return 0;
    case STEP_CLOSE:
        closed(u);
        return 0;
    case STEP_UNSEAT:
        u->step = STEP_NAME;
        sftp_rename(&u->task, u->draft, u->path, STEP_NAME);
        return 0;
    case STEP_NAME:
        if (u->failure) {
            u->step = STEP_DROP;
            sftp_remove(&u->task, u->draft, STEP_DROP);
            return 0;
        }
        return finish(u);
    case STEP_DROP:
        return finish(u);
    }
    return 0;
}

static int put_reply(struct sftp_task *t, struct sftp_reply *r, uint64_t tag) {
    struct upload *u = (struct upload *)t;

    if (r->type == SFTP_STATUS && r->status == SFTP_LOST) {
        fd_closep(&u->fd);
        err_drop(u->failure);
        ssh_batch_again(&u->batch->b, u->item);
        return 0;
    }
    if (tag == STEP_OPEN) {
        opened(u, r);
    } else if (tag == STEP_WRITE || tag == STEP_SYNC || tag == STEP_CLOSE || tag == STEP_NAME) {
        int rc = sftp_error(r, u->path);
        if (rc) {
            give_up(u, rc);
        }
    }
    return t->waiting > 0 || (tag == STEP_OPEN && u->step == STEP_WRITE) ? 0 : advance(u);
}

static int put_begin(struct ssh_batch *b, struct sftp_link *link, size_t i) {
    struct put_batch *p = (struct put_batch *)b;
    char name[TEMP_NAME_MAX];
    struct stat st;
    int fd = -1;

    int rc = p->source->open(p->source->ctx, i, &fd);
    if (!rc && fstat(fd, &st)) {
        rc = err_errno("cannot look at what is to be sent");
    }
    if (rc) {
        fd_closep(&fd);
        return ssh_batch_end(b, i, rc);
    }
    struct upload *u = arena_alloc(b->arena, sizeof *u);
    *u = (struct upload){
        .task.reply = put_reply, .task.more = put_more, .batch = p, .item = i, .fd = fd};
    u->size = (uint64_t)st.st_size;
    u->path = ssh_path(b->ssh, b->arena, b->items[i].key);
    temp_name(name);
    u->draft = path_join(b->arena, path_dir(b->arena, u->path), name);
    sftp_begin(&u->task, link);
    sftp_open_new(&u->task, u->draft, STEP_OPEN);
    return 0;
}

int ssh_put(struct files *f, struct files_item *items, size_t n, const struct files_source *src,
            struct arena *arena, struct progress *p) {
    struct put_batch b = {.b = {.ssh = (struct ssh *)f, .items = items, .n = n, .progress = p},
                          .source = src,
                          .block = mem_alloc((size_t)256 << 10)};

    (void)arena; /* neither versions nor etags here */
    b.b.begin = put_begin;
    int rc = ssh_batch_run(&b.b);
    mem_freep(&b.block);
    return rc;
}
