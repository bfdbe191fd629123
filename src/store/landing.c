#include "store/landing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "os/file.h"
#include "os/beneath.h"
#include "os/temp.h"

/* One file on its way. */
struct arrival {
    int folder, fd; /* -1 when it is not under way */
    char name[TEMP_NAME_MAX];
    uint64_t size, came; /* bytes */
};

struct landing {
    int root_fd;
    const char *const *paths;
    struct arrival *at;
    size_t n;
};

int landing_open(struct landing **out, int root_fd, const char *const *paths, size_t n) {
    struct landing *l = mem_zalloc(1, sizeof *l);

    *l = (struct landing){.root_fd = root_fd, .paths = paths, .n = n};
    l->at = mem_zalloc(n + 1, sizeof *l->at);
    for (size_t i = 0; i < n; i++) {
        l->at[i].folder = l->at[i].fd = -1;
    }
    *out = l;
    return 0;
}

static void drop(struct arrival *a) {
    if (a->fd >= 0) {
        (void)unlinkat(a->folder, a->name, 0);
        (void)close(a->fd);
        (void)close(a->folder);
    }
    a->folder = a->fd = -1;
}

int landing_begin(struct landing *l, size_t i, uint64_t size) {
    struct arrival *a = &l->at[i];

    drop(a);
    a->size = size;
    a->came = 0;
    int rc = beneath_parent(&a->folder, l->root_fd, l->paths[i], true);
    if (rc) {
        return rc;
    }
    rc = temp_open(&a->fd, a->name, a->folder, "");
    if (rc) {
        (void)close(a->folder);
        a->folder = a->fd = -1;
    }
    return rc;
}

int landing_write(struct landing *l, size_t i, uint64_t at, const void *data, size_t len) {
    struct arrival *a = &l->at[i];

    if (a->size != UINT64_MAX && (at > a->size || len > a->size - at)) {
        return err_set(ERR_CORRUPT, "more bytes came than were promised");
    }
    a->came += len;
    return err_wrap(file_write_at(a->fd, data, len, at), "'%s'", l->paths[i]);
}

int landing_end(struct landing *l, size_t i) {
    struct arrival *a = &l->at[i];

    if (a->size != UINT64_MAX && a->came != a->size) {
        drop(a);
        return err_set(ERR_CORRUPT, "it came short");
    }
    if (renameat(a->folder, a->name, a->folder, path_base(l->paths[i]))) {
        int rc = err_errno("cannot write '%s'", l->paths[i]);
        drop(a);
        return rc;
    }
    (void)close(a->fd);
    (void)close(a->folder);
    a->folder = a->fd = -1;
    return 0;
}

void landing_close(struct landing *l) {
    for (size_t i = 0; i < l->n; i++) {
        drop(&l->at[i]);
    }
    free(l->at);
    free(l);
}
