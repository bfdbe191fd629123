#include "remote/intake.h"

#include "base/err.h"
#include "store/incoming.h"
#include "remote/files.h"

static int begin(void *ctx, size_t i, uint64_t size, uint64_t *from) {
    return incoming_begin(ctx, i, size, from);
}

static int write_part(void *ctx, size_t i, uint64_t at, const void *data, size_t len) {
    return incoming_write(ctx, i, at, data, len);
}

static int end(void *ctx, size_t i) {
    return incoming_end(ctx, i);
}

int files_intake(struct files *from, struct files_item *items, struct cache *to,
                 struct odb_item *objects, size_t n, const struct digest *names,
                 struct progress *p) {
    struct incoming *in;
    int rc = incoming_open(&in, to, objects, n);

    if (rc) {
        return rc;
    }
    if (names) {
        incoming_keep_parts(in, names);
    }
    const struct files_sink sink = {begin, write_part, end, in};
    rc = from->ops->get(from, items, n, &sink, p);
    struct err_chain *failed = err_take(rc);
    return err_first(failed, incoming_close(in));
}
