#include "os/walk.h"

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
#include "os/file.h"
#include "os/signal.h"

enum {
    DEPTH_MAX = 2000, /* each level keeps a folder open; deeper is nothing that was made by hand */
    LISTING_BYTES = 64 << 10,
};

struct found {
    struct walk_entry entry;
    const char *name; /* last component of entry.path */
    bool is_dir;
};

struct walker {
    struct walk *out;
    struct arena *arena;
    walk_skip_fn *skip;
    void *ctx;
    const char *top;           /* for messages */
    struct str path;           /* relative to the top: the folder being read, or an entry of it */
    char *listing;             /* what the kernel last told of a folder */
    VEC(struct found) pending; /* of the folders on the way down, one after the other */
};

static void walker_release(struct walker *w) {
    str_release(&w->path);
    free(w->listing);
    vec_release(&w->pending);
}

/* Files compare by name, folders as name + "/": then the whole listing comes out sorted by full
 * path. */
static int found_compare(const void *a, const void *b) {
    const struct found *x = a, *y = b;
    const unsigned char *s = (const unsigned char *)x->name, *t = (const unsigned char *)y->name;
    while (*s == *t && *s) {
        s++;
        t++;
    }
    int left = *s ? *s : x->is_dir ? '/' : 0;
    int right = *t ? *t : y->is_dir ? '/' : 0;
    return left - right;
}

/* The errors of what w->path names. */
static int unfit(const struct walker *w, const char *what) {
    return err_set(ERR_FAILED, "'%s%s%s' is %s", w->top, w->path.len && w->top[0] ? "/" : "",
                   w->path.buf, what);
}

static int unread(const struct walker *w) {
    return err_errno("cannot read '%s%s%s'", w->top, w->path.len && w->top[0] ? "/" : "",
                     w->path.buf);
}

static bool left_out(const struct walker *w, bool is_dir) {
    return w->skip && w->skip(w->ctx, w->path.buf, is_dir);
}

static void add_found(struct walker *w, size_t name_len, const struct stat *st, bool link) {
    struct found found = {.is_dir = !st, .entry.link = link};
    found.entry.path = arena_strndup(w->arena, w->path.buf, w->path.len);
    found.name = found.entry.path + w->path.len - name_len;
    if (st) {
        file_id_from_stat(&found.entry.id, st);
    }
    vec_push(&w->pending, found);
}

/* Notes the entry that w->path names, unless it is left out. What is left out is not even looked
 * at: a FIFO or a dead link does no harm there. */
static int look_at(struct walker *w, int fd, const struct dirent64 *e) {
    size_t name_len = strlen(e->d_name);
    bool is_dir = e->d_type == DT_DIR;
    struct stat st = {0};
    if (e->d_type == DT_UNKNOWN) {
        if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
            return errno == ENOENT ? 0 : unread(w);
        }
        is_dir = S_ISDIR(st.st_mode);
    }
    if (left_out(w, is_dir)) {
        return 0;
    }
    if (is_dir) {
        add_found(w, name_len, NULL, false);
        return 0;
    }

    if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
        return errno == ENOENT ? 0 : unread(w); /* gone since the folder was listed */
    }
    bool link = S_ISLNK(st.st_mode);
    if (link && fstatat(fd, e->d_name, &st, 0)) {
        return errno == ENOENT ? unfit(w, "a symbolic link that leads nowhere") : unread(w);
    }
    if (S_ISREG(st.st_mode)) {
        add_found(w, name_len, &st, link);
        return 0;
    }
    return S_ISDIR(st.st_mode) ? 0 : unfit(w, "neither a file nor a folder");
}

/* Appends the entries of the folder w->path to w->pending. */
static int list_dir(struct walker *w, int fd) {
    size_t folder_len = w->path.len;
    for (;;) {
        ssize_t n = getdents64(fd, w->listing, LISTING_BYTES);
        if (n <= 0) {
            return n < 0 ? unread(w) : 0;
        }
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *e = (const struct dirent64 *)(const void *)(w->listing + at);
            at += e->d_reclen;
            if (str_eq(e->d_name, ".") || str_eq(e->d_name, "..")) {
                continue;
            }
            if (folder_len) {
                str_addc(&w->path, '/');
            }
            str_adds(&w->path, e->d_name);
            int rc = look_at(w, fd, e);
            if (rc) {
                return rc;
            }
            str_truncate(&w->path, folder_len);
        }
    }
}

/* Takes the folder w->path, opened as fd. */
static int walk_dir(struct walker *w, int fd, int depth) {
    int rc = cancel_check();
    if (rc) {
        return rc;
    }
    if (depth > DEPTH_MAX) {
        return unfit(w, "too deep");
    }
    size_t first = w->pending.len;
    if ((rc = list_dir(w, fd))) {
        return rc;
    }
    size_t end = w->pending.len;
    if (end - first > 1) {
        qsort(w->pending.at + first, end - first, sizeof *w->pending.at, found_compare);
    }
    for (size_t i = first; i < end; i++) {
        struct found found = w->pending.at[i];
        if (!found.is_dir) {
            vec_push(w->out, found.entry);
            continue;
        }
        str_clear(&w->path);
        str_adds(&w->path, found.entry.path);
        CLEANUP(fd_closep)
        int sub = openat(fd, found.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (sub < 0 && errno != ENOENT) {
            return unread(w);
        }
        if (sub >= 0 && (rc = walk_dir(w, sub, depth + 1))) {
            return rc;
        }
    }
    w->pending.len = first;
    return 0;
}

int walk_tree(struct walk *out, struct arena *arena, int dirfd, const char *top, walk_skip_fn *skip,
              void *ctx) {
    CLEANUP(walker_release)
    struct walker w = {
        .out = out, .arena = arena, .skip = skip, .ctx = ctx, .top = top, .path = STR_INIT};
    CLEANUP(fd_closep)
    int fd = openat(dirfd, top[0] ? top : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return unread(&w);
    }
    w.listing = mem_alloc(LISTING_BYTES);
    return walk_dir(&w, fd, 0);
}

void walk_release(struct walk *w) {
    vec_release(w);
}
