#include "remote/s3.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "hash/hasher.h"
#include "net/aws_creds.h"
#include "net/multi.h"
#include "net/sigv4.h"
#include "net/url.h"
#include "net/xml.h"
#include "os/cpu.h"
#include "os/term.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/s3_xml.h"
#include "remote/web.h"

#define DEFAULT_REGION "us-east-1"
#define PART_MIN       ((uint64_t)16 << 20)
#define PARTS_MAX      10000
#define REMOVE_MAX     1000
#define PAGE_KEYS      1000
#define LIST_PAGE      250 /* keys of a page for the price of one HEAD */

struct s3 {
    struct web web;
    struct arena *arena;
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

static struct s3 *s3_of(struct web *w) {
    return (struct s3 *)w;
}

/* ---- requests */

static void add_key(struct str *out, const struct s3 *s, const char *key) {
    str_adds(out, s->base);
    str_addc(out, '/');
    if (*s->prefix) {
        url_escape(out, s->prefix, "/");
        str_adds(out, *key ? "/" : "");
    }
    url_escape(out, key, "/");
}

static struct http_call *call(const struct s3 *s, const char *method, const char *key,
                              const char *query) {
    struct str url CLEANUP(str_release) = STR_INIT;

    if (key) {
        add_key(&url, s, key);
    } else {
        str_addf(&url, "%s/", s->base);
    }
    if (query && *query) {
        str_addf(&url, "?%s", query);
    }
    return http_call_new(method, url.buf);
}

static void add_headers(struct http_call *c, const struct http_header *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        (at[i].secret ? http_header_secret : http_header_set)(c, at[i].name, at[i].value);
    }
}

static struct http_call *object_call(const struct s3 *s, const char *method,
                                     const struct files_item *item) {
    struct str query CLEANUP(str_release) = STR_INIT;

    if (item->version) {
        str_adds(&query, "versionId=");
        url_escape(&query, item->version, "");
    }
    struct http_call *c = call(s, method, item->key, query.buf);
    add_headers(c, s->customer_key.at, s->customer_key.len);
    return c;
}

static struct http_call *s3_stat(struct web *w, const struct files_item *item) {
    return object_call(s3_of(w), "HEAD", item);
}

static int s3_stat_read(struct web *w, struct http_call *c, struct files_item *item) {
    const char *length = http_answer(c, "Content-Length"), *etag = http_answer(c, "ETag");
    const char *version = http_answer(c, "x-amz-version-id");

    (void)w;
    if (!length || !num_uint(&item->size, length)) {
        item->size = FILES_SIZE_UNKNOWN;
    }
    item->etag = etag ? s3_plain_etag(c->arena, etag) : NULL;
    item->version = item->version ? item->version : version;
    item->mtime_ns = http_time_ns(http_answer(c, "Last-Modified"));
    return 0;
}

static struct http_call *s3_get(struct web *w, const struct files_item *item) {
    return object_call(s3_of(w), "GET", item);
}

/* An object that is made: how it is to be kept. */
static struct http_call *making_call(const struct s3 *s, const char *method, const char *key,
                                     const char *query) {
    struct http_call *c = call(s, method, key, query);

    add_headers(c, s->on_put.at, s->on_put.len);
    add_headers(c, s->customer_key.at, s->customer_key.len);
    return c;
}

static struct http_call *s3_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct http_call *c = making_call(s3_of(w), "PUT", item->key, NULL);

    (void)size;
    if (item->md5) {
        http_header_set(c, "Content-MD5", base64_encode(c->arena, BASE64_PLAIN, item->md5, 16));
    }
    return c;
}

static void s3_put_read(struct web *w, struct http_call *c, struct files_item *item,
                        struct arena *arena) {
    const char *etag = http_answer(c, "ETag"), *version = http_answer(c, "x-amz-version-id");

    (void)w;
    if (!arena) {
        return;
    }
    if (!etag) { /* the last call of an upload in parts says it in its body */
        etag = s3_upload_etag(c->arena, c->text.buf, c->text.len);
    }
    item->etag = etag ? s3_plain_etag(arena, etag) : NULL;
    item->version = version ? arena_strdup(arena, version) : NULL;
}

static struct http_call *s3_remove(struct web *w, const struct files_item *item) {
    return object_call(s3_of(w), "DELETE", item);
}

static void set_text(struct http_call *c, const struct str *text) {
    struct digest md5;

    hash_bytes(&md5, HASH_MD5, text->buf, text->len);
    c->has_body = true;
    c->body.data = arena_strndup(c->arena, text->buf, text->len);
    c->body.len = text->len;
    http_header_set(c, "Content-MD5", base64_encode(c->arena, BASE64_PLAIN, md5.byte, md5.len));
    http_header_set(c, "Content-Type", "application/xml");
}

static struct http_call *s3_remove_many(struct web *w, const struct files_item *items, size_t n) {
    const struct s3 *s = s3_of(w);
    struct http_call *c = call(s, "POST", NULL, "delete=");
    struct str text CLEANUP(str_release) = STR_INIT;

    s3_write_delete(&text, s->prefix, items, n);
    set_text(c, &text);
    return c;
}

static int s3_remove_many_read(struct web *w, struct http_call *c, struct files_item *items,
                               size_t n) {
    return s3_read_delete(c->text.buf, c->text.len, s3_of(w)->prefix, items, n);
}

static struct http_call *s3_list(struct web *w, const struct files_range *range,
                                 const char *token) {
    const struct s3 *s = s3_of(w);
    struct str query CLEANUP(str_release) = STR_INIT;
    uint64_t keys = range->max && range->max < PAGE_KEYS ? range->max : PAGE_KEYS;

    str_adds(&query, "list-type=2&encoding-type=url");
    str_addf(&query, "&max-keys=%" PRIu64, keys);
    str_adds(&query, "&prefix=");
    if (*s->prefix) {
        url_escape(&query, s->prefix, "");
        str_adds(&query, "%2F");
    }
    url_escape(&query, range->prefix, "");
    if (range->level) {
        str_adds(&query, "&delimiter=%2F");
    }
    if (token) {
        str_adds(&query, "&continuation-token=");
        url_escape(&query, token, "");
    }
    return call(s, "GET", NULL, query.buf);
}

static int s3_list_read(struct web *w, struct http_call *c, struct web_page *page) {
    return s3_read_list(page, c->text.buf, c->text.len, s3_of(w)->prefix);
}

/* ---- uploads in parts */

static struct http_call *upload_begin(struct web *w, struct web_upload *u) {
    return making_call(s3_of(w), "POST", u->item->key, "uploads=");
}

static int upload_begin_read(struct web *w, struct web_upload *u, struct http_call *c) {
    (void)w;
    u->id = s3_upload_id(u->arena, c->text.buf, c->text.len);
    return u->id ? 0 : err_set(ERR_FAILED, "the server gave no id for an upload in parts");
}

static const char *upload_query(struct web_upload *u, size_t part) {
    struct str query CLEANUP(str_release) = STR_INIT;

    if (part) {
        str_addf(&query, "partNumber=%zu&", part);
    }
    str_adds(&query, "uploadId=");
    url_escape(&query, u->id, "");
    return arena_strdup(u->arena, query.buf);
}

static struct http_call *upload_part(struct web *w, struct web_upload *u, size_t i) {
    const struct s3 *s = s3_of(w);
    struct http_call *c = call(s, "PUT", u->item->key, upload_query(u, i + 1));

    add_headers(c, s->customer_key.at, s->customer_key.len);
    return c;
}

static int upload_part_read(struct web *w, struct web_upload *u, size_t i, struct http_call *c) {
    const char *etag = http_answer(c, "ETag");

    (void)w;
    u->tags[i] = etag ? arena_strdup(u->arena, etag) : NULL;
    return etag ? 0 : err_set(ERR_FAILED, "the server gave no ETag for a part");
}

static struct http_call *upload_finish(struct web *w, struct web_upload *u) {
    struct http_call *c = call(s3_of(w), "POST", u->item->key, upload_query(u, 0));
    struct str text CLEANUP(str_release) = STR_INIT;

    s3_write_complete(&text, u->tags, u->parts);
    set_text(c, &text);
    return c;
}

static struct http_call *upload_give_up(struct web *w, struct web_upload *u) {
    return call(s3_of(w), "DELETE", u->item->key, upload_query(u, 0));
}

/* ---- signing, regions, errors */

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

static int s3_sign(void *ctx, struct http_call *c) {
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

static void set_base(struct s3 *s) {
    const char *scheme = s->tls ? "https" : "http", *region = s->sig.region;
    const char *china = str_starts(region, "cn-") ? ".cn" : "";

    s->base = s->path_style ? arena_printf(s->arena, "%s://s3.%s.amazonaws.com%s/%s", scheme,
                                           region, china, s->bucket)
                            : arena_printf(s->arena, "%s://%s.s3.%s.amazonaws.com%s", scheme,
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
        s->sig.region = arena_strdup(s->arena, region);
        s->sig.day[0] = '\0';
        set_base(s);
    }
    path += 3;
    path += strcspn(path, "/");
    c->url = arena_printf(c->arena, "%.*s%s", (int)(strcspn(s->base + 8, "/") + 8), s->base, path);
    return true;
}

static enum http_verdict s3_judge(void *ctx, struct http_call *c) {
    struct s3 *s = ctx;

    if (learn_region(s, c)) {
        return HTTP_AGAIN;
    }
    if (c->status == 200 && strcmp(c->method, "POST") == 0 && strstr(c->text.buf, "<Error>") &&
        strstr(c->url, "uploadId=")) {
        c->status = 500; /* an upload's end says 200 before it knows */
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

static int s3_error(struct web *w, const struct http_call *c) {
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
        rc = err_set(ERR_FAILED, "there is no bucket '%s' at %s", s->bucket,
                     url_shown(c->arena, c->url));
    } else {
        rc = login_problem(rc, problem.code);
    }
    return rc;
}

static const struct web_large s3_large = {
    .above = 2 * PART_MIN,
    .part_min = PART_MIN,
    .parts_max = PARTS_MAX,
    .begin = upload_begin,
    .begin_read = upload_begin_read,
    .part = upload_part,
    .part_read = upload_part_read,
    .finish = upload_finish,
    .give_up = upload_give_up,
};

static const struct web_ops s3_web = {
    .stat = s3_stat,
    .stat_read = s3_stat_read,
    .get = s3_get,
    .put = s3_put,
    .put_read = s3_put_read,
    .large = &s3_large,
    .remove = s3_remove,
    .remove_at_once = REMOVE_MAX,
    .remove_many = s3_remove_many,
    .remove_many_read = s3_remove_many_read,
    .list = s3_list,
    .list_read = s3_list_read,
    .error = s3_error,
};

/* ---- opening */

static void s3_close(struct files *f) {
    struct s3 *s = (struct s3 *)f;

    web_release(&s->web);
    aws_creds_close(s->creds);
    vec_release(&s->customer_key);
    vec_release(&s->on_put);
    arena_free(s->arena);
    free(s);
}

static const struct files_ops s3_ops = {
    .scheme = "s3",
    .stat = web_stat,
    .get = web_get,
    .put = web_put,
    .list = web_list,
    .remove = web_remove,
    .close = s3_close,
};

static const char *first_of(const char *a, const char *b) {
    return a ? a : b;
}

static void keep_header(struct s3 *s, const char *name, const char *value, bool on_put,
                        bool secret) {
    struct http_header h = {.name = name, .value = value, .secret = secret};

    if (value && on_put) {
        vec_push(&s->on_put, h);
    } else if (value) {
        vec_push(&s->customer_key, h);
    }
}

static int read_customer_key(struct s3 *s, const struct remote_config *cfg) {
    const char *key = remote_option(cfg, "sse_customer_key");
    const char *algorithm = remote_option(cfg, "sse_customer_algorithm");
    struct str bytes CLEANUP(str_release) = STR_INIT;
    struct digest md5;

    if (!key) {
        return 0;
    }
    if (remote_option(cfg, "sse_kms_key_id")) {
        return err_set(ERR_CONFIG,
                       "remote '%s': sse_kms_key_id and sse_customer_key exclude each other",
                       cfg->name);
    }
    if (!base64_decode(&bytes, key, strlen(key))) {
        return err_set(ERR_CONFIG, "remote '%s': sse_customer_key is not base64", cfg->name);
    }
    hash_bytes(&md5, HASH_MD5, bytes.buf, bytes.len);
    keep_header(s, "x-amz-server-side-encryption-customer-algorithm", first_of(algorithm, "AES256"),
                false, false);
    keep_header(s, "x-amz-server-side-encryption-customer-key",
                base64_encode(s->arena, BASE64_PLAIN, bytes.buf, bytes.len), false, true);
    keep_header(s, "x-amz-server-side-encryption-customer-key-MD5",
                base64_encode(s->arena, BASE64_PLAIN, md5.byte, md5.len), false, false);
    return 0;
}

static int read_headers(struct s3 *s, const struct remote_config *cfg) {
    static const char *const grants[][2] = {{"grant_read", "x-amz-grant-read"},
                                            {"grant_read_acp", "x-amz-grant-read-acp"},
                                            {"grant_write_acp", "x-amz-grant-write-acp"},
                                            {"grant_full_control", "x-amz-grant-full-control"}};
    const char *acl = remote_option(cfg, "acl");

    keep_header(s, "x-amz-acl", acl, true, false);
    for (size_t i = 0; i < COUNT_OF(grants); i++) {
        const char *value = remote_option(cfg, grants[i][0]);
        if (value && acl) {
            return err_set(ERR_CONFIG, "remote '%s': acl and %s exclude each other", cfg->name,
                           grants[i][0]);
        }
        keep_header(s, grants[i][1], value, true, false);
    }
    keep_header(s, "x-amz-server-side-encryption", remote_option(cfg, "sse"), true, false);
    keep_header(s, "x-amz-server-side-encryption-aws-kms-key-id",
                remote_option(cfg, "sse_kms_key_id"), true, false);
    return read_customer_key(s, cfg);
}

static int read_keys(struct s3 *s, const struct remote_config *cfg) {
    struct aws_settings settings = {.profile = remote_option(cfg, "profile"),
                                    .credentials_file = remote_option(cfg, "credentialpath"),
                                    .config_file = remote_option(cfg, "configpath")};

    s->anonymous = remote_flag(cfg, "allow_anonymous_login", false);
    s->sig.service = "s3";
    s->sig.access = remote_option(cfg, "access_key_id");
    s->sig.secret = remote_option(cfg, "secret_access_key");
    s->sig.token = remote_option(cfg, "session_token");
    int rc = aws_creds_open(&s->creds, &settings);
    if (rc) {
        return err_wrap(rc, "remote '%s'", cfg->name);
    }
    s->given = s->anonymous || (s->sig.access && s->sig.secret);
    return 0;
}

/* The first that is set: of the remote, of the environment, of AWS's profile. */
static const char *endpoint_of(const struct s3 *s, const struct remote_config *cfg) {
    const char *endpoint =
        first_of(remote_option(cfg, "endpointurl"),
                 first_of(env_get("AWS_ENDPOINT_URL_S3"), env_get("AWS_ENDPOINT_URL")));

    return first_of(endpoint, aws_creds_setting(s->creds, "endpoint_url"));
}

static int read_place(struct s3 *s, const struct remote_config *cfg) {
    const char *region = first_of(remote_option(cfg, "region"),
                                  first_of(env_get("AWS_REGION"), env_get("AWS_DEFAULT_REGION")));
    const char *endpoint = endpoint_of(s, cfg);
    const char *style = aws_creds_setting(s->creds, "s3.addressing_style");
    struct url url;

    s->sig.region =
        first_of(region, first_of(aws_creds_setting(s->creds, "region"), DEFAULT_REGION));
    s->tls = remote_flag(cfg, "use_ssl", true);
    s->amazon = !endpoint;
    s->path_style = style && !str_eq(style, "auto") ? str_eq(style, "path")
                                                    : endpoint || strchr(s->bucket, '.');
    if (!endpoint) {
        set_base(s);
        return 0;
    }
    int rc = url_parse(&url, s->arena, endpoint);
    if (rc) {
        return err_wrap(rc, "remote '%s': endpointurl", cfg->name);
    }
    s->tls = strcmp(url.scheme, "https") == 0;
    size_t len = strlen(url.path);
    while (len > 0 && url.path[len - 1] == '/') {
        len--;
    }
    const char *port = url.port ? arena_printf(s->arena, ":%d", url.port) : "";
    s->base = s->path_style ? arena_printf(s->arena, "%s://%s%s%.*s/%s", url.scheme, url.host, port,
                                           (int)len, url.path, s->bucket)
                            : arena_printf(s->arena, "%s://%s.%s%s%.*s", url.scheme, s->bucket,
                                           url.host, port, (int)len, url.path);
    return 0;
}

static int read_url(struct s3 *s, const struct remote_config *cfg) {
    struct url url;
    int rc = url_parse(&url, s->arena, cfg->url);

    if (!rc && *url.host == '\0') {
        rc = err_set(ERR_CONFIG, "the url names no bucket");
    }
    if (rc) {
        return err_wrap(rc, "remote '%s'", cfg->name);
    }
    const char *path = url.path + strspn(url.path, "/");
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/') {
        len--;
    }
    s->bucket = url.host;
    s->prefix = arena_strndup(s->arena, path, len);
    s->web.files.url = url_shown(s->arena, cfg->url);
    return 0;
}

int remote_s3_open(struct files **out, const struct remote_config *cfg) {
    struct s3 *s = mem_zalloc(1, sizeof *s);
    struct multi_config net;

    s->arena = arena_new();
    s->web.files = (struct files){.ops = &s3_ops, .list_page = LIST_PAGE};
    s->web.files.name = arena_strdup(s->arena, cfg->name);
    s->web.ops = &s3_web;
    s->web.rules = (struct http_rules){.sign = s3_sign, .judge = s3_judge, .ctx = s};
    int rc = read_url(s, cfg);
    if (!rc) {
        rc = read_keys(s, cfg);
    }
    if (!rc) {
        rc = read_place(s, cfg);
    }
    if (!rc) {
        rc = read_headers(s, cfg);
    }
    if (!rc) {
        rc = remote_net(&net, cfg);
    }
    if (!rc) {
        net.ca_file = first_of(net.ca_file, env_get("AWS_CA_BUNDLE"));
        rc = web_open(&s->web, &net);
    }
    if (rc) {
        s3_close(&s->web.files);
        return rc;
    }
    *out = &s->web.files;
    return 0;
}
