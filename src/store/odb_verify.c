#include "base/mem.h"
#include "store/borrowed.h"
#include "store/odb.h"

#define AT_A_TIME ((size_t)256) /* objects that lie in the borrowed folder together */

static int fetch_some(struct odb *o, struct cache *near, struct odb_item *items, size_t n,
                      struct progress *p) {
    struct borrowed b CLEANUP(borrowed_release) = {.home = near};
    int rc = borrowed_open(&b);

    return rc ? rc : o->ops->get(o, b.cache, items, n, p);
}

int odb_verify(struct odb *o, struct cache *near, struct odb_item *items, size_t n,
               struct progress *p) {
    int rc = 0;

    if (o->ops->verify) {
        return o->ops->verify(o, items, n, p);
    }
    for (size_t from = 0; !rc && from < n; from += AT_A_TIME) {
        size_t some = n - from < AT_A_TIME ? n - from : AT_A_TIME;
        rc = fetch_some(o, near, items + from, some, p);
    }
    return rc;
}
