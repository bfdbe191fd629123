#include "remote/files.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/str.h"

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
    struct str words = STR_INIT;

    err_ensure(rc);
    str_adds(&words, err_text());
    if (err_hint_text()) {
        str_addf(&words, " (%s)", err_hint_text());
    }
    free(item->why);
    item->rc = rc;
    item->why = str_detach(&words);
    err_clear();
}

void files_release(struct files_item *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(items[i].why);
        items[i].why = NULL;
    }
}
