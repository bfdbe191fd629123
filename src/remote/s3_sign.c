/*
 * What the requests to S3 have in common: they are signed, a bucket may turn out to be in another
 * region, and errors are told in XML.
 */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "hash/hasher.h"
#include "net/aws_creds.h"
#include "net/url.h"
#include "os/cpu.h"
#include "remote/s3_parts.h"
#include "remote/s3_xml.h"

static int body_hash(char out[SHA256_TEXT_MAX], const struct http_call *c) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new(HASH_SHA256);
    char block[32768];
    struct digest d;

    if (c->body.data) {
        sha256_text(out, c->body.data, (size_t)c->body.len);
        return 0;
    }
    for (uint64_t at = 0; at < c->body.len;) {
        uint64_t left = c->body.len - at;
        ssize_t got = pread(c->body.fd, block, left < sizeof block ? (size_t)left : sizeof block,
                            (off_t)(c->body.offset + at));
        if (got <= 0) {
            return got ? err_errno("cannot read the file that is sent")
                       : err_set(ERR_FAILED, "the file shrank while it was sent");
        }
        hasher_add(h, block, (size_t)got);
        at += (uint64_t)got;
    }
    hasher_end(h, &d);
    hmac_text(out, d.byte);
    return 0;
}

static int fresh_keys(struct s3 *s) {
    struct aws_keys keys;
    bool changed;

    int rc = s->given ? 0 : aws_creds_get(&keys, &changed, s->creds);
    if (rc || s->given) {
        return rc;
    }
    s->sig.access = keys.access;
    s->sig.secret = keys.secret;
    s->sig.token = keys.token;
    if (changed) {
        s->sig.day[0] = '\0';
    }
    return 0;
}

int s3_sign(void *ctx, struct http_call *c) {
    struct s3 *s = ctx;
    char hex[SHA256_TEXT_MAX];
    const char *payload = SIGV4_EMPTY;

    if (s->anonymous) {
        return 0;
    }
    int rc = fresh_keys(s);
    if (rc) {
        return rc;
    }
    if (c->has_body && s->tls) {
        payload = SIGV4_UNSIGNED; /* TLS keeps it whole, and Content-MD5 says what it is */
    } else if (c->has_body && c->body.len > 0) {
        rc = body_hash(hex, c);
        if (rc) {
            return rc;
        }
        payload = hex;
    }
    http_header_set(c, "x-amz-content-sha256", payload);
    sigv4_sign(&s->sig, c, payload, clock_real_ns() / 1000000000);
    return 0;
}

void s3_set_base(struct s3 *s) {
    const char *scheme = s->tls ? "https" : "http", *region = s->sig.region;
    const char *china = str_starts(region, "cn-") ? ".cn" : "";

    s->base = s->path_style ? arena_printf(s->web.arena, "%s://s3.%s.amazonaws.com%s/%s", scheme,
                                           region, china, s->bucket)
                            : arena_printf(s->web.arena, "%s://%s.s3.%s.amazonaws.com%s", scheme,
                                           s->bucket, region, china);
}

/* The bucket is elsewhere, and Amazon says where: all goes there from now on. */
static bool learn_region(struct s3 *s, struct http_call *c) {
    const char *region = http_answer(c, "x-amz-bucket-region");
    const char *path = strstr(c->url, "://");

    if (!s->amazon || !region || c->status < 300 || c->status == 403 || c->status == 404 || !path ||
        region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
        return false;
    }
    if (strcmp(region, s->sig.region) != 0) {
        log_debug("bucket '%s' is in the region %s", s->bucket, region);
        s->sig.region = arena_strdup(s->web.arena, region);
        s->sig.day[0] = '\0';
        s3_set_base(s);
    }
    path += 3;
    path += strcspn(path, "/");
    c->url = arena_printf(c->arena, "%.*s%s", (int)(strcspn(s->base + 8, "/") + 8), s->base, path);
    return true;
}

enum http_verdict s3_judge(void *ctx, struct http_call *c) {
    struct s3 *s = ctx;

    if (learn_region(s, c)) {
        return HTTP_AGAIN;
    }
    if (c->status == 200 && strcmp(c->method, "POST") == 0 && strstr(c->text.buf, "<Error>") &&
        strstr(c->url, "uploadId=")) {
        c->status = 500; /* an upload's end says 200 before it knows */
    }
    if (c->status == 400 && strcmp(c->method, "HEAD") == 0) {
        c->method = "GET"; /* only that answer says what is wrong */
        return HTTP_AGAIN;
    }
    return http_judge(c);
}

/* A login that is wrong is no question of permissions. */
static int login_problem(int rc, const char *code) {
    static const char *const hints[][2] = {
        {"InvalidAccessKeyId", "check the access key"},
        {"SignatureDoesNotMatch", "check the secret of the access key"},
        {"InvalidToken", "check the session token"},
        {"ExpiredToken", "log in again: the session has expired"},
        {"TokenRefreshRequired", "log in again: the session has expired"},
        {"RequestTimeTooSkewed", "set the clock of this machine"},
    };

    for (size_t i = 0; i < COUNT_OF(hints); i++) {
        if (str_eq(code, hints[i][0])) {
            err_hint("%s", hints[i][1]);
            return ERR_FAILED;
        }
    }
    return rc;
}

int s3_error(struct web *w, const struct http_call *c) {
    const struct s3 *s = s3_of(w);
    struct s3_problem problem = {0};
    const char *header_region = http_answer(c, "x-amz-bucket-region");

    s3_read_problem(&problem, c->arena, c->text.buf, c->text.len);
    const char *region = problem.region ? problem.region : header_region;
    int rc = http_error(c, problem.code ? arena_printf(c->arena, "%s: %s", problem.code,
                                                       problem.message ? problem.message : "")
                                        : NULL);
    if (region && strcmp(region, s->sig.region) != 0) {
        err_hint("the bucket is in the region '%s': remote modify %s region %s", region,
                 s->web.files.name, region);
    } else if (str_eq(problem.code, "NoSuchBucket")) {
        err_clear();
        rc = err_set(ERR_FAILED, "there is no bucket '%s' at %s", s->bucket,
                     url_shown(c->arena, c->url));
    } else {
        rc = login_problem(rc, problem.code);
    }
    return rc;
}
