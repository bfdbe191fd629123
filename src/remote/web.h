/*
 * Files over HTTP: what S3, GCS, Azure, WebDAV, WebHDFS and plain HTTP have in common. A kind says
 * how a request for one step looks and how its answer reads; here the steps are put in order, many
 * items at once: ranged parallel download and upload in parts of what is large, retries, progress.
 */
#ifndef REMOTE_WEB_H
#define REMOTE_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "net/http.h"
#include "remote/files.h"

struct arena;
struct multi_config;
struct remote_config;
struct statcache;
struct web;

/* A large file on its way up, in parts. */
struct web_upload {
    struct arena *arena;
    const struct files_item *item;
    int fd;
    uint64_t size, part_size;
    size_t parts;
    const char *id;    /* begin_read sets it: what the server calls this upload */
    const char **tags; /* per part: what part_read took from the answer */
};

/* Uploads in parts. */
struct web_large {
    uint64_t above;    /* files larger than this, in bytes */
    uint64_t part_min; /* bytes of a part; grows for files of more than parts_max */
    size_t parts_max;
    bool in_order;                                                   /* one part after the other */
    struct http_call *(*begin)(struct web *w, struct web_upload *u); /* NULL: nothing to begin */
    int (*begin_read)(struct web *w, struct web_upload *u, struct http_call *c);
    /* The body is set afterwards: part `i` of the file. */
    struct http_call *(*part)(struct web *w, struct web_upload *u, size_t i);
    int (*part_read)(struct web *w, struct web_upload *u, size_t i, struct http_call *c);
    struct http_call *(*finish)(struct web *w, struct web_upload *u); /* NULL: the last part does */
    struct http_call *(*give_up)(struct web *w, struct web_upload *u); /* NULL: it goes by itself */
};

/* One page of a listing. */
struct web_page {
    struct arena *arena;
    VEC(struct files_item) found; /* keys below the url of the place */
    const char *next;             /* token of the page that follows, NULL: this was the last */
};

/* Each returns a new call with method, url and headers; the rules are those of the web. Hooks that
 * may be NULL say so. */
struct web_ops {
    struct http_call *(*stat)(struct web *w, const struct files_item *item);
    /* NULL: size, etag and time are in the headers. */
    int (*stat_read)(struct web *w, struct http_call *c, struct files_item *item);
    struct http_call *(*get)(struct web *w, const struct files_item *item);
    bool whole; /* get: ranges are not asked for */
    /* Before a batch of puts: folders that must be there. NULL: none. */
    int (*put_begin)(struct web *w, const struct files_item *items, size_t n);
    struct http_call *(*put)(struct web *w, const struct files_item *item, uint64_t size);
    /* The call that gives what put has written its name. NULL: put did. */
    struct http_call *(*put_end)(struct web *w, const struct files_item *item);
    /* What a put answers about version and etag, into the item unless `arena` is NULL. An answer that
     * is not of such a server (a page to log in) is an error: nothing was stored. NULL: it says
     * nothing. */
    int (*put_read)(struct web *w, struct http_call *c, struct files_item *item,
                    struct arena *arena);
    const struct web_large *large; /* NULL: a put has no limit */
    struct http_call *(*remove)(struct web *w, const struct files_item *item);
    size_t remove_at_once; /* items of one remove_many, 0: there is none */
    struct http_call *(*remove_many)(struct web *w, const struct files_item *items, size_t n);
    int (*remove_many_read)(struct web *w, struct http_call *c, struct files_item *items, size_t n);
    /* Token NULL: the first page. */
    struct http_call *(*list)(struct web *w, const struct files_range *range, const char *token);
    int (*list_read)(struct web *w, struct http_call *c, struct web_page *page);
    /* An answer that is no 2xx as an error. NULL: http_error without details. */
    int (*error)(struct web *w, const struct http_call *c);
};

/* Embedded first in every kind over HTTP. */
struct web {
    struct files files;
    const struct web_kind *kind;
    struct arena *arena; /* texts of the configuration */
    const struct web_ops *ops;
    struct http_rules rules;
    struct multi *multi;
    const struct statcache *state; /* where unfinished uploads are noted; NULL: they begin anew */
};

/* What web_make needs to know of a kind. */
struct web_kind {
    const struct files_ops *files; /* whose close is web_close */
    const struct web_ops *steps;
    struct http_rules rules; /* without ctx, which becomes the web */
    size_t size;             /* of the kind's struct, which is zeroed */
    unsigned list_page;      /* as in struct files */
    /* Reads the rest of the configuration; may change what the network is opened with. */
    int (*configure)(struct web *w, struct multi_config *net, const struct remote_config *cfg);
    void (*release)(struct web *w); /* what configure made, also in part; NULL: only texts */
};

int web_make(struct files **out, const struct web_kind *kind,
             const struct remote_config *cfg) MUST_CHECK;
void web_close(struct files *f);

/* One call, outside of a batch: its outcome as an error. The caller frees it. */
int web_one(struct web *w, struct http_call *c) MUST_CHECK;

/* http_error, with what to look at where it is the login that fails: "user, password or token". */
int web_login_error(const struct web *w, const struct http_call *c, const char *detail,
                    const char *login) MUST_CHECK;

/* For put_read: an answer that is not of such a server, as an error. */
int web_not_stored(const struct web *w, const struct http_call *c) MUST_CHECK;

/* stat_read of kinds that say all in headers. */
int web_read_head(struct http_call *c, struct files_item *item) MUST_CHECK;

/* Entries of files_ops for a kind: WEB_FILES are all of them, for those that can do all. */
int web_stat(struct files *f, struct files_item *items, size_t n, struct arena *arena,
             struct progress *p);
int web_get(struct files *f, struct files_item *items, size_t n, const struct files_sink *sink,
            struct progress *p);
int web_put(struct files *f, struct files_item *items, size_t n, const struct files_source *src,
            struct arena *arena, struct progress *p);
int web_list(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn, void *ctx);
int web_remove(struct files *f, struct files_item *items, size_t n, struct progress *p);

#define WEB_FILES                                                                                  \
    .stat = web_stat, .get = web_get, .put = web_put, .list = web_list, .remove = web_remove,      \
    .close = web_close

#endif
