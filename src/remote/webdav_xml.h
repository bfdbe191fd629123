/*
 * The answer to a PROPFIND.
 */
#ifndef REMOTE_WEBDAV_XML_H
#define REMOTE_WEBDAV_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;

/* One resource; texts live in the arena. */
struct webdav_entry {
    const char *path; /* of its href: unescaped, without a slash at the end */
    const char *etag; /* or NULL */
    uint64_t size;    /* UINT64_MAX if not told */
    int64_t mtime_ns; /* 0 if not told */
    bool is_dir;
};

typedef int webdav_entry_fn(void *ctx, const struct webdav_entry *e);

/* Calls fn for each resource. ERR_INVALID for what is no such answer. */
int webdav_read(const char *text, size_t len, struct arena *arena, webdav_entry_fn *fn,
                void *ctx) MUST_CHECK;

#endif
