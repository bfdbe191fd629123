/*
 * URL scheme to store. Adding a kind: one file here and one line in registry.c.
 */
#ifndef REMOTE_REGISTRY_H
#define REMOTE_REGISTRY_H

#include <stdbool.h>

#include "base/attr.h"
#include "hash/digest.h"

struct arena;
struct files;
struct odb;
struct progress;
struct statcache;

struct remote_config {
    const char *name;    /* "origin" */
    const char *url;     /* absolute path, file://, s3://… */
    enum hash_algo algo; /* of the objects' names: tells the layout, see cache_layout */
    struct statcache *state;
    struct progress *progress; /* counts the requests; may be NULL */
    /* The option's value, or NULL. */
    const char *(*option)(const void *ctx, const char *key);
    const void *ctx;
};

/* ERR_UNSUPPORTED for a scheme that is not built (names it). */
int remote_open(struct odb **out, const struct remote_config *cfg) MUST_CHECK;
/* The same place as files by key, for those kinds that are; ERR_UNSUPPORTED for a folder. */
int remote_files_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;
void remote_close(struct odb *o); /* NULL is fine */
void remote_closep(struct odb **o);

/* The scheme of a url: "local" for paths and file://, "s3", "ssh" …, or NULL if DVC knows none
 * such. */
const char *remote_scheme(const char *url);

/* A url as it may be shown: without what is secret in it. */
const char *remote_shown(struct arena *arena, const char *url);

#endif
