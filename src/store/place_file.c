#include "store/place_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "hash/digest.h"
#include "os/file.h"
#include "os/stat.h"
#include "os/temp.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/drafts.h"
#include "store/place.h"
#include "store/staging.h"

/* A name for the file until it is complete. */
struct draft {
    int dir;
    uint64_t number;
    bool staged;
    char name[TEMP_NAME_MAX];
};

bool place_can_stage(const struct place_means *m, int parent) {
    struct stat staging, target;

    return m->staging && !fstat(staging_fd(m->staging), &staging) && !fstat(parent, &target) &&
           staging.st_dev == target.st_dev;
}

static void draft_name(struct draft *d, const struct place_target *t) {
    struct place_means *m = t->means;

    d->staged = t->staged && !atomic_load(&m->beside);
    d->dir = t->parent;
    if (d->staged) {
        char buf[STAGING_NAME_MAX];
        d->dir = staging_fd(m->staging);
        d->number = staging_reserve(m->staging, 1);
        (void)snprintf(d->name, sizeof d->name, "%s", staging_name(buf, d->number));
    } else {
        temp_name(d->name);
    }
}

static void draft_drop(const struct draft *d) {
    unlinkat(d->dir, d->name, 0);
}

/* Gives the complete file its name: 0, ERR_UNSUPPORTED when a draft beside the target is needed, or
 * an error. */
static int draft_publish(const struct draft *d, const struct place_target *t) {
    int failed = t->replace ? renameat(d->dir, d->name, t->parent, t->name)
                            : rename_new(d->dir, d->name, t->parent, t->name);

    if (failed && t->replace && errno == EISDIR && !unlinkat(t->parent, t->name, AT_REMOVEDIR)) {
        failed = renameat(d->dir, d->name, t->parent, t->name);
    }
    if (!failed) {
        return 0;
    }
    if (errno == EXDEV && d->staged) {
        atomic_store(&t->means->beside, true);
        return err_set(ERR_UNSUPPORTED, "'%s' is on another file system", t->full);
    }
    return err_errno("cannot write '%s'", t->full);
}

static int read_some(int fd, void *buffer, size_t cap, size_t *len) {
    ssize_t got = fd_read(fd, buffer, cap);

    *len = got > 0 ? (size_t)got : 0;
    return got < 0 ? err_errno("cannot read the cache") : 0;
}

/* What fits the buffer is copied with one read and one write; the rest is the kernel's work. */
static int copy_bytes(const struct place_target *t, int from, int to) {
    size_t len, more;

    int rc = read_some(from, t->buffer, PLACE_BUFFER, &len);
    if (!rc && len > 0) {
        rc = file_write_all(to, t->buffer, len);
    }
    if (rc || len < PLACE_BUFFER) {
        return rc;
    }
    rc = read_some(from, t->buffer, PLACE_BUFFER, &more);
    if (rc || more == 0) {
        return rc;
    }
    rc = file_write_all(to, t->buffer, more);
    return rc ? rc : fd_copy(from, to);
}

static int fill_draft(const struct place_target *t, enum link_type type, int from, int to) {
    struct stat st;

    if (type == LINK_REFLINK && !fd_clone(from, to)) {
        atomic_store(&t->means->cannot[LINK_REFLINK], true);
        return err_set(ERR_UNSUPPORTED, "'%s' cannot be cloned", t->full);
    }
    int rc = type == LINK_COPY ? copy_bytes(t, from, to) : 0;
    if (!rc && t->means->isexec && (fstat(to, &st) || fchmod(to, (st.st_mode & 07777) | S_IXUSR))) {
        rc = err_errno("cannot make it executable");
    }
    return err_wrap(rc, "'%s'", t->full);
}

/* A copy or clone under the draft's name, closed. */
static int make_copy(const struct place_target *t, enum link_type type, const struct draft *d) {
    int from CLEANUP(fd_closep) = object_open(t->means->cache, t->digest);
    int to;

    if (from < 0) {
        return err_errno("'%s': cannot read its content from the cache", t->full);
    }
    to = openat(d->dir, d->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (to < 0) {
        return err_errno("cannot write '%s'", t->full);
    }
    int rc = fill_draft(t, type, from, to);
    if (close(to) && !rc) {
        rc = err_errno("cannot write '%s'", t->full);
    }
    return rc;
}

static int make_link(const struct place_target *t, enum link_type type, const struct draft *d) {
    struct cache *c = t->means->cache;
    const struct digest *digest = t->digest;
    char name[OBJECT_NAME_MAX];
    int failed;

    object_name(name, digest);
    if (type == LINK_HARDLINK) {
        failed = linkat(c->root, name, d->dir, d->name, 0);
    } else {
        struct str object CLEANUP(str_release) = STR_INIT;
        cache_path(c, digest, &object);
        failed = symlinkat(object.buf, d->dir, d->name);
    }
    if (!failed) {
        return 0;
    }
    switch (errno) {
    case EXDEV:
    case EOPNOTSUPP:
    case ENOSYS:
        atomic_store(&t->means->cannot[type], true);
        return err_set(ERR_UNSUPPORTED, "'%s' cannot be a %s", t->full, link_type_name(type));
    /* This object has all the links it can have, or belongs to another user (see
     * fs.protected_hardlinks); others are fine. */
    case EMLINK:
    case EPERM:
        return err_set(ERR_UNSUPPORTED, "'%s' cannot be one more %s", t->full,
                       link_type_name(type));
    default:
        return err_errno("cannot write '%s'", t->full);
    }
}

static int make_draft(const struct place_target *t, enum link_type type, struct draft *d) {
    draft_name(d, t);
    return type == LINK_HARDLINK || type == LINK_SYMLINK ? make_link(t, type, d)
                                                         : make_copy(t, type, d);
}

static int make_as(const struct place_target *t, enum link_type type) {
    struct draft d;

    for (int i = 0;; i++) {
        int rc = make_draft(t, type, &d);
        bool drafted = rc == 0;
        if (drafted) {
            rc = draft_publish(&d, t);
        }
        /* Renaming onto another name of the same file does nothing and leaves the draft. */
        if (rc || (type == LINK_HARDLINK && t->replace)) {
            draft_drop(&d);
        }
        if (!drafted || rc != ERR_UNSUPPORTED || i > 0) {
            return rc;
        }
        err_clear(); /* once more, beside the target */
    }
}

/* The system limits links per file, and every empty file is the same object. */
static bool is_empty(const struct place_target *t) {
    struct file_id object;

    return object_peek(t->means->cache, t->digest, &object) && object.size == 0;
}

/* The file is there already, complete. */
static bool take_draft(const struct place_target *t) {
    struct drafts *drafts = t->means->cache->drafts;

    return drafts && !t->means->isexec &&
           drafts_take(drafts, t->digest, t->parent, t->name, t->replace ? 0 : RENAME_NOREPLACE);
}

int place_file(const struct place_target *t) {
    const struct place_links *links = t->means->links;

    if (take_draft(t)) {
        return 0;
    }

    for (int i = 0; i < links->n; i++) {
        enum link_type type = links->type[i];
        if (atomic_load(&t->means->cannot[type])) {
            continue;
        }
        if (type == LINK_HARDLINK && is_empty(t)) {
            type = LINK_COPY;
        }
        int rc = make_as(t, type);
        if (rc != ERR_UNSUPPORTED) {
            return rc == ERR_EXISTS ? err_wrap(rc, "something else appeared") : rc;
        }
        err_clear();
    }
    return err_set(ERR_UNSUPPORTED, "'%s': none of the link types in cache.type works here",
                   t->full);
}
