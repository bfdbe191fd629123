/*
 * import-url: data from a url or a path outside, and a .dvc file that knows where it came from.
 */
#ifndef DATA_IMPORT_URL_H
#define DATA_IMPORT_URL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct data;
struct dep;
struct stage;

/* Told before the data is fetched: where it comes from and goes to, as shown. */
typedef void import_begin_fn(void *ctx, const char *from, const char *to);

struct import_url_request {
    const char *url;       /* as typed */
    const char *out;       /* NULL: the url's own name */
    struct strv fs_config; /* "name=value" */
    bool to_remote;        /* to the remote, not to the cache and the workspace */
    const char *remote;    /* of to_remote; NULL: the default */
    bool no_exec;          /* only the .dvc file, and nothing is asked of the source */
    bool no_download;      /* record what is there; the data comes with `pull` */
    bool force;            /* replace what is in the workspace */
    bool version_aware;
    int jobs;               /* 0: as configured */
    import_begin_fn *begin; /* may be NULL */
    void *ctx;
};

/* Takes the repository lock. All that can be checked is checked before the first change. */
int data_import_url(struct data *d, const struct import_url_request *o) MUST_CHECK;

#endif
