#include "remote/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/multi.h"
#include "net/url.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web.h"

struct http_files {
    struct web web;
    const char *base, *query;    /* without slash at the end; "?…" or "" */
    const char *method;          /* of uploads */
    const char *header, *secret; /* of auth = custom */
    bool no_head;                /* the server does not know HEAD: a byte is asked for instead */
};

static struct http_files *http_of(struct web *w) {
    return (struct http_files *)w;
}

static struct http_call *call(const struct http_files *h, const char *method, const char *key) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_addf(&url, "%s%s", h->base, *key ? "/" : "");
    url_escape(&url, key, "/");
    str_adds(&url, h->query);
    struct http_call *c = http_call_new(method, url.buf);
    c->follow = true;
    if (h->header) {
        http_header_secret(c, h->header, h->secret);
    }
    return c;
}

/* What a server sends that does not know ranges is passed over. */
static int pass_over(struct http_call *c, const void *data, size_t len) {
    (void)c;
    (void)data;
    (void)len;
    return 0;
}

static void ask_for_byte(struct http_call *c) {
    c->method = "GET";
    c->write = pass_over;
    http_header_set(c, "Range", "bytes=0-0");
}

static struct http_call *http_stat(struct web *w, const struct files_item *item) {
    struct http_call *c = call(http_of(w), "HEAD", item->key);

    if (http_of(w)->no_head) {
        ask_for_byte(c);
    }
    return c;
}

static enum http_verdict http_files_judge(void *ctx, struct http_call *c) {
    struct http_files *h = ctx;

    if (strcmp(c->method, "HEAD") == 0 && (c->status == 405 || c->status == 501)) {
        h->no_head = true;
        ask_for_byte(c);
        return HTTP_AGAIN;
    }
    if (c->status == 416 && c->write == pass_over) {
        c->status = 200; /* an empty file has no first byte */
    }
    return http_judge(c);
}

static struct http_call *http_get(struct web *w, const struct files_item *item) {
    return call(http_of(w), "GET", item->key);
}

static struct http_call *http_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct http_call *c = call(http_of(w), http_of(w)->method, item->key);

    (void)size;
    http_header_set(c, "Content-Type", "application/octet-stream");
    return c;
}

static int http_files_error(struct web *w, const struct http_call *c) {
    int rc = web_login_error(w, c, NULL, "auth, user and password");

    if (strcmp(c->method, http_of(w)->method) == 0 &&
        (rc == ERR_UNSUPPORTED || rc == ERR_NOT_FOUND)) {
        err_hint("the server does not take uploads by %s: remote modify %s method PUT",
                 http_of(w)->method, w->files.name);
    }
    return rc;
}

static const struct web_ops http_web = {
    .stat = http_stat,
    .get = http_get,
    .put = http_put,
    .error = http_files_error,
};

static const struct files_ops http_ops = {
    .scheme = "http",
    .etag_key = "checksum",
    .stat = web_stat,
    .get = web_get,
    .put = web_put,
    .close = web_close,
};

static int lacking(const struct remote_config *cfg, const char *what) {
    return err_set(ERR_CONFIG, "remote '%s': this kind of auth needs %s", cfg->name, what);
}

/* A user in the url counts as auth = basic, as for DVC's own library. */
static int read_auth(struct http_files *h, struct multi_config *net,
                     const struct remote_config *cfg, const struct url *url) {
    const char *auth = remote_option(cfg, "auth"), *user = remote_option(cfg, "user");
    const char *password;

    if (!auth && url->user) {
        net->auth = MULTI_AUTH_BASIC;
        net->user = url->user;
        net->password = url->password;
    }
    if (!auth) {
        return 0;
    }
    int rc = remote_password(&password, h->web.arena, cfg);
    if (rc) {
        return rc;
    }
    if (str_eq(auth, "custom")) {
        h->header = remote_option(cfg, "custom_auth_header");
        h->secret = password;
        return h->header && password ? 0 : lacking(cfg, "custom_auth_header and password");
    }
    net->auth = str_eq(auth, "digest") ? MULTI_AUTH_DIGEST : MULTI_AUTH_BASIC;
    net->user = user;
    net->password = password;
    return user && password ? 0 : lacking(cfg, "user and password");
}

static int read_url(struct http_files *h, const struct remote_config *cfg, struct url *url) {
    int rc = remote_base(&h->base, url, h->web.arena, cfg, NULL);

    h->query = !rc && url->query ? arena_printf(h->web.arena, "?%s", url->query) : "";
    return rc;
}

static const char *upper(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text);

    for (char *p = out; *p; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    return out;
}

static int http_configure(struct web *w, struct multi_config *net,
                          const struct remote_config *cfg) {
    const char *method = remote_option(cfg, "method");
    struct http_files *h = http_of(w);
    struct url url;

    h->method = method ? upper(w->arena, method) : "POST";
    int rc = read_url(h, cfg, &url);
    return rc ? rc : read_auth(h, net, cfg, &url);
}

static const struct web_kind http_kind = {
    .files = &http_ops,
    .steps = &http_web,
    .rules = {.judge = http_files_judge},
    .size = sizeof(struct http_files),
    .configure = http_configure,
};

int remote_http_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &http_kind, cfg);
}
