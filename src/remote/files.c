#include "remote/files.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

void files_close(struct files *f) {
    if (f) {
        f->ops->close(f);
    }
}

void files_closep(struct files **f) {
    files_close(*f);
    *f = NULL;
}

void files_fail(struct files_item *item, int rc) {
    free(item->why);
    item->rc = rc;
    item->why = mem_strdup(err_text());
    err_clear();
}

void files_release(struct files_item *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(items[i].why);
        items[i].why = NULL;
    }
}
