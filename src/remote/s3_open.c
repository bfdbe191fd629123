#include "remote/s3.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "hash/hasher.h"
#include "net/aws_creds.h"
#include "net/multi.h"
#include "net/url.h"
#include "os/term.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/s3_parts.h"

#define DEFAULT_REGION "us-east-1"
#define LIST_PAGE      250 /* keys of a page for the price of one HEAD */

static void s3_release(struct web *w) {
    struct s3 *s = s3_of(w);

    aws_creds_close(s->creds);
    vec_release(&s->customer_key);
    vec_release(&s->on_put);
}

static const struct files_ops s3_ops = {
    .scheme = "s3",
    .etag_key = "etag",
    WEB_FILES,
};

static const struct files_ops oss_ops = {
    .scheme = "oss",
    .etag_key = "etag",
    WEB_FILES,
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
                base64_encode(s->web.arena, BASE64_PLAIN, bytes.buf, bytes.len), false, true);
    keep_header(s, "x-amz-server-side-encryption-customer-key-MD5",
                base64_encode(s->web.arena, BASE64_PLAIN, md5.byte, md5.len), false, false);
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

static int set_endpoint(struct s3 *s, const struct remote_config *cfg, const char *endpoint,
                        bool path_style) {
    struct url url;
    int rc = url_parse(&url, s->web.arena, endpoint);
    if (rc) {
        return err_wrap(rc, "remote '%s': endpoint", cfg->name);
    }
    s->path_style = path_style;
    s->tls = strcmp(url.scheme, "https") == 0;
    size_t len = strlen(url.path);
    while (len > 0 && url.path[len - 1] == '/') {
        len--;
    }
    const char *port = url.port ? arena_printf(s->web.arena, ":%d", url.port) : "";
    s->base = s->path_style ? arena_printf(s->web.arena, "%s://%s%s%.*s/%s", url.scheme, url.host,
                                           port, (int)len, url.path, s->bucket)
                            : arena_printf(s->web.arena, "%s://%s.%s%s%.*s", url.scheme, s->bucket,
                                           url.host, port, (int)len, url.path);
    return 0;
}

static int read_place(struct s3 *s, const struct remote_config *cfg) {
    const char *region = first_of(remote_option(cfg, "region"),
                                  first_of(env_get("AWS_REGION"), env_get("AWS_DEFAULT_REGION")));
    const char *endpoint = endpoint_of(s, cfg);
    const char *style = aws_creds_setting(s->creds, "s3.addressing_style");

    s->sig.region =
        first_of(region, first_of(aws_creds_setting(s->creds, "region"), DEFAULT_REGION));
    s->tls = remote_flag(cfg, "use_ssl", true);
    s->amazon = !endpoint;
    s->path_style = style && !str_eq(style, "auto") ? str_eq(style, "path")
                                                    : endpoint || strchr(s->bucket, '.');
    if (!endpoint) {
        s3_set_base(s);
        return 0;
    }
    return set_endpoint(s, cfg, endpoint, s->path_style);
}

/* What S3 and OSS have in common. */
static int read_bucket(struct s3 *s, struct multi_config *net, const struct remote_config *cfg) {
    s->web.state = cfg->state;
    s->sig.service = "s3";
    net->ca_file = first_of(net->ca_file, env_get("AWS_CA_BUNDLE"));
    return remote_bucket(&s->bucket, &s->prefix, s->web.arena, cfg, "bucket");
}

static int s3_configure(struct web *w, struct multi_config *net, const struct remote_config *cfg) {
    struct s3 *s = s3_of(w);

    int rc = read_bucket(s, net, cfg);
    rc = rc ? rc : read_keys(s, cfg);
    rc = rc ? rc : read_place(s, cfg);
    return rc ? rc : read_headers(s, cfg);
}

static const struct web_kind s3_kind = {
    .files = &s3_ops,
    .steps = &s3_steps,
    .rules = {.sign = s3_sign, .judge = s3_judge},
    .size = sizeof(struct s3),
    .list_page = LIST_PAGE,
    .configure = s3_configure,
    .release = s3_release,
};

int remote_s3_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &s3_kind, cfg);
}

/* "oss-eu-central-1.aliyuncs.com" serves the region "oss-eu-central-1". */
static int oss_configure(struct web *w, struct multi_config *net, const struct remote_config *cfg) {
    struct s3 *s = s3_of(w);
    int rc = read_bucket(s, net, cfg);

    if (rc) {
        return rc;
    }
    const char *endpoint = first_of(remote_option(cfg, "oss_endpoint"), env_get("OSS_ENDPOINT"));

    s->sig.access = first_of(remote_option(cfg, "oss_key_id"), env_get("OSS_ACCESS_KEY_ID"));
    s->sig.secret =
        first_of(remote_option(cfg, "oss_key_secret"), env_get("OSS_ACCESS_KEY_SECRET"));
    s->given = true;
    if (!endpoint || !s->sig.access || !s->sig.secret) {
        rc = err_set(ERR_CONFIG, "remote '%s': oss:// needs an endpoint and a key", cfg->name);
        err_hint("set oss_endpoint, oss_key_id and oss_key_secret of the remote");
        return rc;
    }
    if (!strstr(endpoint, "://")) {
        endpoint = arena_printf(s->web.arena, "https://%s", endpoint);
    }
    const char *host = strstr(endpoint, "://") + 3;
    bool aliyun = strstr(host, ".aliyuncs.com") != NULL;
    s->sig.region = aliyun ? arena_strndup(s->web.arena, host, strcspn(host, ".")) : DEFAULT_REGION;
    return set_endpoint(s, cfg, endpoint, !aliyun);
}

static const struct web_kind oss_kind = {
    .files = &oss_ops,
    .steps = &s3_steps,
    .rules = {.sign = s3_sign, .judge = s3_judge},
    .size = sizeof(struct s3),
    .list_page = LIST_PAGE,
    .configure = oss_configure,
    .release = s3_release,
};

int remote_oss_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &oss_kind, cfg);
}
