#include "os/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/temp.h"

#define LIBRARY "libarchive.so.13"

enum { BLOCK = 256 << 10 };

/* What is used of the library, under its own names. */
#define FUNCTIONS(X)                                                                               \
    X(archive_write_new)                                                                           \
    X(archive_write_set_format_gnutar)                                                             \
    X(archive_write_add_filter_zstd)                                                               \
    X(archive_write_set_filter_option)                                                             \
    X(archive_write_open_fd)                                                                       \
    X(archive_write_header)                                                                        \
    X(archive_write_data)                                                                          \
    X(archive_write_close)                                                                         \
    X(archive_write_fail)                                                                          \
    X(archive_write_free)                                                                          \
    X(archive_read_new)                                                                            \
    X(archive_read_support_format_tar)                                                             \
    X(archive_read_support_filter_zstd)                                                            \
    X(archive_read_open_fd)                                                                        \
    X(archive_read_next_header)                                                                    \
    X(archive_read_data)                                                                           \
    X(archive_read_free)                                                                           \
    X(archive_errno)                                                                               \
    X(archive_error_string)                                                                        \
    X(archive_entry_new)                                                                           \
    X(archive_entry_free)                                                                          \
    X(archive_entry_set_pathname)                                                                  \
    X(archive_entry_set_filetype)                                                                  \
    X(archive_entry_set_perm)                                                                      \
    X(archive_entry_set_size)                                                                      \
    X(archive_entry_pathname)                                                                      \
    X(archive_entry_filetype)                                                                      \
    X(archive_entry_hardlink)                                                                      \
    X(archive_entry_size)                                                                          \
    X(archive_entry_size_is_set)

struct library {
    void *handle;
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

struct tarball_writer {
    struct library lib;
    struct archive *archive;
    struct arena *arena;
    const char *path;
    int folder, fd;
    char temp[TEMP_NAME_MAX]; /* "" when there is none to be removed */
};

struct tarball_reader {
    struct library lib;
    struct archive *archive;
    char *path;
    int fd;
};

#ifdef CAIRN_STATIC /* what is used of it is inside our program */
static int library_load(struct library *lib) {
    lib->handle = NULL;
#define TAKE(name) lib->name = name;
    FUNCTIONS(TAKE)
#undef TAKE
    return 0;
}
#else
/* False if the library is too old to have it. */
static bool find_function(void *slot, const struct library *lib, const char *name) {
    void *found = dlsym(lib->handle, name);

    memcpy(slot, &found, sizeof found); /* C has no cast from data to code */
    return found != NULL;
}

static int library_load(struct library *lib) {
    lib->handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool complete = lib->handle != NULL;
#define FIND(name) complete = complete && find_function(&lib->name, lib, #name);
    FUNCTIONS(FIND)
#undef FIND
    if (complete) {
        return 0;
    }
    int rc = err_set(ERR_UNSUPPORTED, "archives need libarchive, and %s cannot be loaded", LIBRARY);
    err_hint("on Debian: apt install libarchive13");
    return rc;
}
#endif

static void library_release(struct library *lib) {
    if (lib->handle) {
        dlclose(lib->handle);
    }
}

/* ---- writing */

static int write_failed(const struct tarball_writer *w) {
    const char *text = w->lib.archive_error_string(w->archive);

    return err_set(ERR_IO, "cannot write '%s': %s", w->path, text ? text : "unknown error");
}

static int open_draft(struct tarball_writer *w) {
    const char *folder = path_dir(w->arena, w->path);

    w->folder = open(*folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->folder < 0) {
        return err_errno("cannot write '%s'", w->path);
    }
    int rc = temp_open_for(&w->fd, w->temp, w->folder, "", path_base(w->path));
    if (rc) {
        w->temp[0] = '\0';
    }
    return err_wrap(rc, "cannot write '%s'", w->path);
}

int tarball_create(struct tarball_writer **out, const char *path) {
    struct tarball_writer *w = mem_zalloc(1, sizeof *w);
    char threads[16];

    *out = w;
    w->folder = w->fd = -1;
    w->arena = arena_new();
    w->path = arena_strdup(w->arena, path);
    int rc = library_load(&w->lib);
    rc = rc ? rc : open_draft(w);
    if (rc) {
        return rc;
    }
    w->archive = w->lib.archive_write_new();
    if (!w->archive || w->lib.archive_write_set_format_gnutar(w->archive) != ARCHIVE_OK ||
        w->lib.archive_write_add_filter_zstd(w->archive) != ARCHIVE_OK) {
        return err_set(ERR_UNSUPPORTED, "this libarchive cannot write zstd");
    }
    (void)snprintf(threads, sizeof threads, "%d", cpu_count());
    /* A library that knows no threads does without. */
    (void)w->lib.archive_write_set_filter_option(w->archive, "zstd", "threads", threads);
    return w->lib.archive_write_open_fd(w->archive, w->fd) == ARCHIVE_OK ? 0 : write_failed(w);
}

int tarball_begin(struct tarball_writer *w, const char *name, uint64_t size) {
    struct archive_entry *e = w->lib.archive_entry_new();

    w->lib.archive_entry_set_pathname(e, name);
    w->lib.archive_entry_set_filetype(e, AE_IFREG);
    w->lib.archive_entry_set_perm(e, 0644);
    w->lib.archive_entry_set_size(e, (la_int64_t)size);
    int status = w->lib.archive_write_header(w->archive, e);
    w->lib.archive_entry_free(e);
    return status == ARCHIVE_OK ? 0 : write_failed(w);
}

int tarball_add(struct tarball_writer *w, const void *data, size_t len) {
    const char *at = data;

    while (len > 0) {
        la_ssize_t done = w->lib.archive_write_data(w->archive, at, len);
        if (done <= 0) {
            return write_failed(w);
        }
        at += done;
        len -= (size_t)done;
    }
    return 0;
}

int tarball_end(struct tarball_writer *w) {
    if (w->lib.archive_write_close(w->archive) != ARCHIVE_OK) {
        return write_failed(w);
    }
    if (fsync(w->fd) || renameat(w->folder, w->temp, w->folder, path_base(w->path))) {
        return err_errno("cannot write '%s'", w->path);
    }
    w->temp[0] = '\0';
    return dir_sync(w->folder, ".");
}

void tarball_writer_freep(struct tarball_writer **slot) {
    struct tarball_writer *w = *slot;

    if (!w) {
        return;
    }
    if (w->archive) {
        w->lib.archive_write_fail(w->archive); /* an unfinished one is not completed now */
        w->lib.archive_write_free(w->archive);
    }
    if (w->temp[0]) {
        unlinkat(w->folder, w->temp, 0);
    }
    fd_closep(&w->fd);
    fd_closep(&w->folder);
    library_release(&w->lib);
    arena_free(w->arena);
    free(w);
    *slot = NULL;
}

/* ---- reading */

static int read_failed(const struct tarball_reader *r) {
    const char *text = r->lib.archive_error_string(r->archive);
    int rc = r->lib.archive_errno(r->archive) == EIO ? ERR_IO : ERR_INVALID;

    return err_set(rc, "'%s' cannot be read as a tar archive: %s", r->path,
                   text ? text : "unknown error");
}

int tarball_open(struct tarball_reader **out, const char *path) {
    struct tarball_reader *r = mem_zalloc(1, sizeof *r);
    struct stat st;

    *out = r;
    r->path = mem_strdup(path);
    r->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (r->fd < 0 || fstat(r->fd, &st)) {
        return err_errno("cannot read '%s'", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(ERR_INVALID, "'%s' is not a file", path);
    }
    int rc = library_load(&r->lib);
    if (rc) {
        return rc;
    }
    r->archive = r->lib.archive_read_new();
    if (!r->archive || r->lib.archive_read_support_format_tar(r->archive) != ARCHIVE_OK ||
        r->lib.archive_read_support_filter_zstd(r->archive) != ARCHIVE_OK) {
        return err_set(ERR_UNSUPPORTED, "this libarchive cannot read zstd");
    }
    return r->lib.archive_read_open_fd(r->archive, r->fd, BLOCK) == ARCHIVE_OK ? 0 : read_failed(r);
}

int tarball_next(struct tarball_reader *r, const char **name, uint64_t *size) {
    struct archive_entry *e;
    int status = r->lib.archive_read_next_header(r->archive, &e);

    if (status == ARCHIVE_EOF) {
        return 0;
    }
    if (status != ARCHIVE_OK) {
        return read_failed(r);
    }
    *name = r->lib.archive_entry_pathname(e);
    if (!*name || r->lib.archive_entry_filetype(e) != AE_IFREG ||
        r->lib.archive_entry_hardlink(e) || !r->lib.archive_entry_size_is_set(e) ||
        r->lib.archive_entry_size(e) < 0) {
        return err_set(ERR_INVALID, "'%s' holds '%s', which is not a plain file", r->path,
                       *name ? *name : "?");
    }
    *size = (uint64_t)r->lib.archive_entry_size(e);
    return 1;
}

int tarball_read(struct tarball_reader *r, void *buf, size_t cap, size_t *len) {
    la_ssize_t got = r->lib.archive_read_data(r->archive, buf, cap);

    *len = got > 0 ? (size_t)got : 0;
    return got < 0 ? read_failed(r) : 0;
}

void tarball_reader_freep(struct tarball_reader **slot) {
    struct tarball_reader *r = *slot;

    if (!r) {
        return;
    }
    if (r->archive) {
        r->lib.archive_read_free(r->archive);
    }
    fd_closep(&r->fd);
    library_release(&r->lib);
    free(r->path);
    free(r);
    *slot = NULL;
}
