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
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/signal.h"

/* Open folders on the way down are at most this many; deeper ones are reached by path from the top. */
#define DEPTH_MAX 2000

struct name {
    const char *text;
    unsigned char type; /* d_type; DT_DIR for links to folders once known */
    bool link;
    struct file_id id; /* filled for files */
};

struct level {
    const struct level *up;
    uint64_t device, inode;
};

struct walker {
    struct walk *out;
    struct arena *arena;
    walk_skip_fn *skip;
    void *ctx;
    struct str path; /* of the folder being read, relative to the top */
    const char *top; /* for messages */
    int depth;
};

/* Files compare by name, folders as name + "/": then the whole listing comes out sorted by full path. */
static int name_compare(const void *a, const void *b) {
    const struct name *x = a, *y = b;
    const unsigned char *s = (const unsigned char *)x->text, *t = (const unsigned char *)y->text;
    int cs, ct;

    while (*s == *t && *s != '\0') {
        s++;
        t++;
    }
    cs = *s != '\0' ? *s : x->type == DT_DIR ? '/' : 0;
    ct = *t != '\0' ? *t : y->type == DT_DIR ? '/' : 0;
    return cs - ct;
}

static int unfit(const struct walker *w, const char *name, const char *what) {
    return err_set(ERR_FAILED, "'%s%s%s%s%s' is %s", w->top, w->path.len > 0 ? "/" : "",
                   w->path.buf, name[0] != '\0' ? "/" : "", name, what);
}

/* Finds out what the entry is; type becomes DT_DIR or DT_REG, or DT_UNKNOWN to leave it out. */
static int classify(const struct walker *w, int fd, struct name *n) {
    struct stat st;

    if (fstatat(fd, n->text, &st, n->link ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT && !n->link) {
            n->type = DT_UNKNOWN; /* vanished since the folder was read */
            return 0;
        }
        return n->link ? unfit(w, n->text,
                               errno == ELOOP ? "a loop of symbolic links"
                                              : "a symbolic link that leads nowhere")
                       : err_errno("cannot look at '%s/%s/%s'", w->top, w->path.buf, n->text);
    }
    if (!n->link && S_ISLNK(st.st_mode)) {
        n->link = true;
        return classify(w, fd, n);
    }
    if (S_ISDIR(st.st_mode)) {
        n->type = DT_DIR;
    } else if (S_ISREG(st.st_mode)) {
        n->type = DT_REG;
        file_id_from_stat(&n->id, &st);
    } else {
        return unfit(w, n->text, "neither a file nor a folder");
    }
    return 0;
}

struct names VEC_OF(struct name);

static bool left_out(struct walker *w, const char *name, bool is_dir) {
    size_t len = w->path.len;
    bool skip;

    if (w->skip == NULL) {
        return false;
    }
    if (len > 0) {
        str_addc(&w->path, '/');
    }
    str_adds(&w->path, name);
    skip = w->skip(w->ctx, w->path.buf, is_dir);
    str_truncate(&w->path, len);
    return skip;
}

/* All entries of the folder, stat'ed and sorted. */
static int read_names(struct walker *w, int fd, struct names *names) {
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *e;

    if (dir == NULL) {
        rc = err_errno("cannot read the folder '%s/%s'", w->top, w->path.buf);
        fd_closep(&copy);
        return rc;
    }
    while (rc == 0 && (errno = 0, e = readdir(dir)) != NULL) {
        struct name n = {.type = e->d_type, .link = e->d_type == DT_LNK};

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        /* Ignored names are not even looked at: a FIFO or a dead link among them does no harm. */
        if (e->d_type != DT_UNKNOWN && e->d_type != DT_LNK &&
            left_out(w, e->d_name, e->d_type == DT_DIR)) {
            continue;
        }
        n.text = e->d_name;
        if (n.type == DT_LNK || n.type == DT_UNKNOWN) {
            if (left_out(w, e->d_name, false)) {
                continue;
            }
            rc = classify(w, fd, &n);
            if (rc == 0 && n.type == DT_DIR && left_out(w, e->d_name, true)) {
                continue;
            }
        } else if (n.type != DT_DIR) {
            rc = classify(w, fd, &n);
        }
        if (rc == 0 && n.type != DT_UNKNOWN) {
            n.text = arena_strdup(w->arena, e->d_name);
            vec_push(names, n);
        }
    }
    if (rc == 0 && errno != 0) {
        rc = err_errno("cannot read the folder '%s/%s'", w->top, w->path.buf);
    }
    (void)closedir(dir);
    if (names->len > 1) {
        qsort(names->at, names->len, sizeof *names->at, name_compare);
    }
    return rc;
}

static int walk_dir(struct walker *w, int fd, const struct level *up);

static int enter(struct walker *w, int fd, const struct name *n, const struct level *level) {
    CLEANUP(fd_closep)
    int sub = openat(fd, n->text, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (n->link ? 0 : O_NOFOLLOW));

    if (sub < 0) {
        return errno == ENOENT ? 0 : unfit(w, "", strerror(errno));
    }
    return walk_dir(w, sub, level);
}

static int emit(struct walker *w, int fd, const struct names *names, const struct level *level) {
    size_t i, len = w->path.len;
    int rc = 0;

    for (i = 0; rc == 0 && i < names->len; i++) {
        const struct name *n = &names->at[i];

        if (len > 0) {
            str_addc(&w->path, '/');
        }
        str_adds(&w->path, n->text);
        if (n->type == DT_DIR) {
            rc = enter(w, fd, n, level);
        } else {
            struct walk_entry entry = {.path = arena_strndup(w->arena, w->path.buf, w->path.len),
                                       .id = n->id,
                                       .link = n->link};

            vec_push(w->out, entry);
        }
        str_truncate(&w->path, len);
    }
    return rc;
}

static int walk_dir(struct walker *w, int fd, const struct level *up) {
    struct level level = {.up = up};
    const struct level *l;
    struct names names = {0};
    struct stat st;
    int rc = cancel_check();

    if (rc != 0) {
        return rc;
    }
    if (fstat(fd, &st) != 0) {
        return err_errno("cannot look at '%s/%s'", w->top, w->path.buf);
    }
    level.device = (uint64_t)st.st_dev;
    level.inode = (uint64_t)st.st_ino;
    for (l = up; l != NULL; l = l->up) {
        if (l->device == level.device && l->inode == level.inode) {
            return unfit(w, "", "a symbolic link to a folder that holds it");
        }
    }
    if (++w->depth > DEPTH_MAX) {
        return unfit(w, "", "too deep");
    }
    rc = read_names(w, fd, &names);
    if (rc == 0) {
        rc = emit(w, fd, &names, &level);
    }
    w->depth--;
    vec_release(&names);
    return rc;
}

int walk_tree(struct walk *out, struct arena *arena, int dirfd, const char *top, walk_skip_fn *skip,
              void *ctx) {
    struct walker w = {
        .out = out, .arena = arena, .skip = skip, .ctx = ctx, .path = STR_INIT, .top = top};
    CLEANUP(fd_closep) int fd = openat(dirfd, top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;

    if (fd < 0) {
        return err_errno("cannot read the folder '%s'", top);
    }
    rc = walk_dir(&w, fd, NULL);
    str_release(&w.path);
    return rc;
}

void walk_release(struct walk *w) {
    vec_release(w);
}
