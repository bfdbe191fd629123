#include "os/write_round.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/temp.h"

/* Two descriptors each; and what a crash can lose is little. */
#define ROUND_MAX 256
/* With so few, other programs' data need not go to the disk with theirs. */
#define SYNC_EACH 4

struct waiting {
    int dir; /* shared with the one before if it is the same folder */
    int fd;  /* its lock holds the temporary name */
    dev_t device;
    char temp[TEMP_NAME_MAX]; /* "": it has its name, or none */
    char *name;
};

struct write_round {
    VEC(struct waiting) files;
};

struct write_round *write_round_new(void) {
    return mem_zalloc(1, sizeof(struct write_round));
}

static bool same_folder(int a, int b) {
    struct stat x, y;

    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The last file of its folder gives back the descriptor. */
static bool is_last_of_folder(const struct write_round *w, size_t i) {
    return i + 1 == w->files.len || w->files.at[i + 1].dir != w->files.at[i].dir;
}

static void drop(struct waiting *f, bool with_folder) {
    if (f->temp[0]) {
        (void)unlinkat(f->dir, f->temp, 0);
    }
    if (with_folder) {
        fd_closep(&f->dir);
    }
    fd_closep(&f->fd);
    free(f->name);
}

static void drop_all(struct write_round *w) {
    for (size_t i = 0; i < w->files.len; i++) {
        drop(&w->files.at[i], is_last_of_folder(w, i));
    }
    vec_clear(&w->files);
}

void write_round_free(struct write_round *w) {
    if (w) {
        drop_all(w);
        vec_release(&w->files);
        free(w);
    }
}

static int fill(struct waiting *f, const void *data, size_t len) {
    struct stat now;
    int rc = file_write_all(f->fd, data, len);

    f->device = fstat(f->fd, &now) ? 0 : now.st_dev;
    return rc ? rc : file_take_mode(f->fd, f->dir, f->name);
}

int write_round_add(struct write_round *w, int dir, const char *name, const void *data,
                    size_t len) {
    struct waiting f = {.fd = -1};
    int last = w->files.len ? w->files.at[w->files.len - 1].dir : -1;
    bool same = last >= 0 && same_folder(last, dir);
    int rc = 0;

    f.dir = same ? last : fcntl(dir, F_DUPFD_CLOEXEC, 0);
    f.name = mem_strdup(name);
    if (f.dir < 0) {
        rc = err_errno("cannot make a file");
    } else if ((rc = temp_open_for(&f.fd, f.temp, f.dir, "", name))) {
        f.temp[0] = '\0';
    } else {
        rc = fill(&f, data, len);
    }
    if (rc) {
        drop(&f, !same);
        return err_wrap(rc, "cannot write '%s'", name);
    }
    vec_push(&w->files, f);
    return w->files.len < ROUND_MAX ? 0 : write_round_end(w);
}

static int make_durable(const struct write_round *w) {
    for (size_t i = 0; i < w->files.len; i++) {
        const struct waiting *f = &w->files.at[i];
        int rc = 0;

        if (w->files.len <= SYNC_EACH || fs_is_network(f->fd)) {
            rc = fsync(f->fd) ? err_errno("cannot sync '%s'", f->name) : 0;
        } else if (i == 0 || f->device != w->files.at[i - 1].device) {
            rc = fs_sync(f->fd);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

static int give_names(struct write_round *w) {
    for (size_t i = 0; i < w->files.len; i++) {
        struct waiting *f = &w->files.at[i];

        if (renameat(f->dir, f->temp, f->dir, f->name)) {
            return err_errno("cannot write '%s'", f->name);
        }
        f->temp[0] = '\0';
    }
    return 0;
}

static int sync_folders(const struct write_round *w) {
    for (size_t i = 0; i < w->files.len; i++) {
        if (is_last_of_folder(w, i)) {
            int rc = dir_sync(w->files.at[i].dir, "");
            if (rc) {
                return rc;
            }
        }
    }
    return 0;
}

int write_round_end(struct write_round *w) {
    int rc = 0;

    if (w->files.len && !(rc = make_durable(w)) && !(rc = give_names(w))) {
        rc = sync_folders(w);
    }
    drop_all(w);
    return rc;
}
