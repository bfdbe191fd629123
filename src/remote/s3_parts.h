/*
 * Inside of remote/: the parts of S3. s3.c has its requests, s3_sign.c what they have in common
 * (signatures, regions, errors), s3_open.c what the configuration says.
 */
#ifndef REMOTE_S3_PARTS_H
#define REMOTE_S3_PARTS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "net/http.h"
#include "net/sigv4.h"
#include "remote/web.h"

struct arena;
struct aws_creds;

struct s3 {
    struct web web;
    const char *bucket, *prefix; /* the prefix without slashes around it, or "" */
    const char *base;            /* where keys go below, no slash at the end */
    struct sigv4 sig;
    struct aws_creds *creds;
    bool anonymous;
    bool given;  /* the keys are those of the configuration */
    bool amazon; /* no endpoint was named: the region says where */
    bool tls, path_style;
    /* Headers of every request that touches content, and of those that make an object. */
    VEC(struct http_header) customer_key, on_put;
};

static inline struct s3 *s3_of(struct web *w) {
    return (struct s3 *)w;
}

extern const struct web_ops s3_steps;

/* The rules of its calls; ctx is the struct s3. */
int s3_sign(void *ctx, struct http_call *c);
enum http_verdict s3_judge(void *ctx, struct http_call *c);
int s3_error(struct web *w, const struct http_call *c);

/* Amazon's address of the bucket in the region that is set. */
void s3_set_base(struct s3 *s);

#endif
