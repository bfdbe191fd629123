#include "job/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "job/parallel.h"
#include "os/file.h"

enum {
    DEPTH_MAX = 2000, /* deeper is nothing that was made by hand */
    LISTING_BYTES = 64 << 10,
    FOLDERS_ALONE = 16, /* up to so many, more threads cost more than they save */
    FILES_ALONE = 256,
    LOOKS_ALONG = 4096, /* of one folder; what is more is shared out */
    MANY = 100000,
};

/* What a folder holds: a name in folder.names, and, once it is known to be wanted, a path. */
struct member {
    size_t name; /* offset */
    bool is_dir;
    const char *path;     /* relative to the top */
    struct folder *below; /* of a folder that is read too */
    struct file_id id;    /* of a file looked at along with the listing; else mode 0 */
};

struct folder {
    const char *path; /* relative to the top */
    struct str names; /* of the members, each with its NUL */
    int error;        /* errno of the listing */
    VEC(struct member) members;
};

struct walker {
    struct walk *out;
    struct arena *arena;
    walk_skip_fn *skip;
    void *ctx;
    const char *top; /* for messages */
    int top_fd;
    VEC(struct folder *) folders; /* all of them, level by level */
    size_t level;                 /* where the level being read starts in `folders` */
    bool along;                   /* files of the level are looked at while folders are read */
};

static void walker_release(struct walker *w) {
    for (size_t i = 0; i < w->folders.len; i++) {
        str_release(&w->folders.at[i]->names);
        vec_release(&w->folders.at[i]->members);
    }
    vec_release(&w->folders);
}

static int unfit(const struct walker *w, const char *path, const char *what) {
    return err_set(ERR_FAILED, "'%s%s%s' is %s", w->top, path[0] && w->top[0] ? "/" : "", path,
                   what);
}

static int unread(const struct walker *w, const char *path) {
    return err_errno("cannot read '%s%s%s'", w->top, path[0] && w->top[0] ? "/" : "", path);
}

/* Files compare by name, folders as name + "/": then the whole listing comes out sorted by full
 * path. */
static int member_compare(const void *a, const void *b, void *ctx) {
    const struct member *x = a, *y = b;
    const char *names = ctx;
    const unsigned char *s = (const unsigned char *)names + x->name;
    const unsigned char *t = (const unsigned char *)names + y->name;

    while (*s == *t && *s) {
        s++;
        t++;
    }
    int left = *s ? *s : x->is_dir ? '/' : 0;
    int right = *t ? *t : y->is_dir ? '/' : 0;
    return left - right;
}

/* A file is looked at right away if that can be: its name has just been touched by the kernel, and
 * is looked up in its folder. Whether it is wanted comes later, so nothing is said of what fails. */
static void add_member(struct folder *f, int fd, const struct dirent64 *e, bool along) {
    struct member m = {.name = f->names.len, .is_dir = e->d_type == DT_DIR};
    struct stat st;

    if (str_eq(e->d_name, ".") || str_eq(e->d_name, "..")) {
        return;
    }
    bool look =
        e->d_type == DT_UNKNOWN || (along && e->d_type == DT_REG && f->members.len < LOOKS_ALONG);
    if (look && !fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
        m.is_dir = S_ISDIR(st.st_mode);
        if (S_ISREG(st.st_mode)) {
            file_id_from_stat(&m.id, &st);
        }
    }
    str_add(&f->names, e->d_name, strlen(e->d_name) + 1);
    vec_push(&f->members, m);
}

/* Lists one folder of the level, sorted. */
static int list_folder(void *ctx, size_t item, int worker) {
    const struct walker *w = ctx;
    struct folder *f = w->folders.at[w->level + item];
    char *listing CLEANUP(mem_freep) = mem_alloc(LISTING_BYTES);
    ssize_t n = 0;

    (void)worker;
    /* The top may be reached through a link, its folders may not. */
    int fd CLEANUP(fd_closep) =
        f->path[0] ? openat(w->top_fd, f->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                   : dup(w->top_fd);
    while (fd >= 0 && (n = getdents64(fd, listing, LISTING_BYTES)) > 0) {
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *e = (const struct dirent64 *)(const void *)(listing + at);
            at += e->d_reclen;
            add_member(f, fd, e, w->along);
        }
    }
    f->error = fd < 0 || n < 0 ? errno : 0;
    if (f->members.len > 1) {
        qsort_r(f->members.at, f->members.len, sizeof *f->members.at, member_compare, f->names.buf);
    }
    return 0;
}

static struct folder *folder_new(struct walker *w, const char *path) {
    struct folder *f = arena_alloc(w->arena, sizeof *f);

    *f = (struct folder){.path = path, .names = STR_INIT};
    vec_push(&w->folders, f);
    return f;
}

/* Gives paths to the members that are wanted, and queues the folders among them. What is left out
 * is not looked at: a FIFO or a dead link does no harm there. */
static int choose(struct walker *w, struct folder *f) {
    size_t kept = 0, folder_len = strlen(f->path);

    if (f->error == ENOENT && f->path[0]) {
        return 0; /* gone since its folder was listed */
    }
    if (f->error) {
        errno = f->error;
        return unread(w, f->path);
    }
    if (f->members.len == 0 && f->path[0]) {
        vec_push(&w->out->empty, f->path);
    }
    for (size_t i = 0; i < f->members.len; i++) {
        struct member m = f->members.at[i];
        const char *name = f->names.buf + m.name;
        size_t len = strlen(name);
        char *path = arena_text(w->arena, folder_len + (folder_len > 0) + len), *end = path;

        if (folder_len) {
            memcpy(end, f->path, folder_len);
            end += folder_len;
            *end++ = '/';
        }
        memcpy(end, name, len + 1);
        if (w->skip && w->skip(w->ctx, path, m.is_dir)) {
            continue;
        }
        m.path = path;
        m.below = m.is_dir ? folder_new(w, path) : NULL;
        f->members.at[kept++] = m;
    }
    f->members.len = kept;
    str_release(&f->names);
    return 0;
}

/* Names and shape of the whole tree, level by level: folders are read on all cores, but `skip` is
 * asked on this thread alone. */
static int list_all(struct walker *w) {
    folder_new(w, "");
    for (int depth = 0; w->level < w->folders.len; depth++) {
        size_t n = w->folders.len - w->level;
        if (depth > DEPTH_MAX) {
            return unfit(w, w->folders.at[w->level]->path, "too deep");
        }
        w->along = n > FOLDERS_ALONE;
        int rc = parallel_for_jobs(n, w->along ? parallel_workers(n) : 1, list_folder, w);
        for (size_t i = 0; !rc && i < n; i++) {
            rc = choose(w, w->folders.at[w->level + i]);
        }
        if (rc) {
            return rc;
        }
        w->level += n;
    }
    return 0;
}

static void put_in_order(struct walker *w, struct folder *f) {
    for (size_t i = 0; i < f->members.len; i++) {
        const struct member *m = &f->members.at[i];
        if (m->below) {
            put_in_order(w, m->below);
        } else {
            struct walk_entry entry = {.path = m->path, .id = m->id};
            vec_push(w->out, entry);
        }
    }
    vec_release(&f->members);
}

/* Fills the identity of one file; what is no file any more, or leads to a folder, keeps none. */
static int look_at(void *ctx, size_t item, int worker) {
    const struct walker *w = ctx;
    struct walk_entry *e = &w->out->at[item];
    struct stat st;

    (void)worker;
    if (e->id.mode != 0) {
        return 0;
    }
    if (fstatat(w->top_fd, e->path, &st, AT_SYMLINK_NOFOLLOW)) {
        return errno == ENOENT ? 0 : unread(w, e->path); /* gone since its folder was listed */
    }
    e->link = S_ISLNK(st.st_mode);
    if (e->link && fstatat(w->top_fd, e->path, &st, 0)) {
        return errno == ENOENT ? unfit(w, e->path, "a symbolic link that leads nowhere")
                               : unread(w, e->path);
    }
    if (S_ISREG(st.st_mode)) {
        file_id_from_stat(&e->id, &st);
        return 0;
    }
    return S_ISDIR(st.st_mode) ? 0 : unfit(w, e->path, "neither a file nor a folder");
}

/* All wanted members, with room for exactly so many. */
static void gather(struct walker *w) {
    size_t n = 0;

    for (size_t i = 0; i < w->folders.len; i++) {
        n += w->folders.at[i]->members.len;
    }
    vec_reserve(w->out, n);
    put_in_order(w, w->folders.at[0]);
}

static int look_at_all(struct walker *w) {
    struct walk *out = w->out;
    size_t kept = 0;
    int jobs = out->len <= FILES_ALONE ? 1 : parallel_workers(out->len);
    int rc = parallel_for_jobs(out->len, jobs, look_at, w);

    for (size_t i = 0; i < out->len; i++) {
        if (out->at[i].id.mode != 0) {
            out->at[kept++] = out->at[i];
        }
    }
    out->len = kept;
    return rc;
}

int walk_tree(struct walk *out, struct arena *arena, int dirfd, const char *top, walk_skip_fn *skip,
              void *ctx) {
    CLEANUP(walker_release)
    struct walker w = {.out = out, .arena = arena, .skip = skip, .ctx = ctx, .top = top};
    int fd CLEANUP(fd_closep) =
        openat(dirfd, top[0] ? top : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return unread(&w, "");
    }
    w.top_fd = fd;
    int rc = list_all(&w);
    if (rc) {
        return rc;
    }
    gather(&w);
    return look_at_all(&w);
}

void walk_release(struct walk *w) {
    if (w->cap > MANY) {
        mem_trim(); /* the listings of its folders */
    }
    vec_release(w);
    vec_release(&w->empty);
}
