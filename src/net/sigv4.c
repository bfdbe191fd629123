#include "net/sigv4.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "net/http.h"
#include "net/url.h"

#define TIME_MAX 17 /* 20130524T000000Z and NUL */

static void time_text(char out[TIME_MAX], int64_t seconds) {
    struct tm tm = {0};
    time_t t = (time_t)seconds;

    (void)gmtime_r(&t, &tm);
    (void)strftime(out, TIME_MAX, "%Y%m%dT%H%M%SZ", &tm);
}

static void chain(uint8_t key[SHA256_LEN], const char *text) {
    uint8_t out[SHA256_LEN];

    hmac_sha256(out, key, SHA256_LEN, text, strlen(text));
    memcpy(key, out, SHA256_LEN);
}

static void renew_key(struct sigv4 *s, const char *day) {
    struct str first CLEANUP(str_release) = STR_INIT;

    if (memcmp(s->day, day, 8) == 0) {
        return;
    }
    str_addf(&first, "AWS4%s", s->secret);
    hmac_sha256(s->key, first.buf, first.len, day, 8);
    chain(s->key, s->region);
    chain(s->key, s->service);
    chain(s->key, "aws4_request");
    memcpy(s->day, day, 8);
}

/* By name, then by value: '=' must not take part, for it is larger than '-' and '.'. */
static int parameter_order(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    size_t nx = strcspn(x, "="), ny = strcspn(y, "=");
    int order = memcmp(x, y, nx < ny ? nx : ny);

    return order ? order : nx != ny ? (nx > ny) - (nx < ny) : strcmp(x + nx, y + ny);
}

static void add_query(struct str *out, struct arena *arena, const char *query) {
    struct strv parts CLEANUP(strv_release) = {0};

    for (const char *at = query ? query : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        const char *part = arena_strndup(arena, at, len);
        vec_push(&parts, strchr(part, '=') ? part : arena_printf(arena, "%s=", part));
        at += len;
    }
    if (parts.len > 1) {
        qsort(parts.at, parts.len, sizeof *parts.at, parameter_order);
    }
    for (size_t i = 0; i < parts.len; i++) {
        str_addf(out, "%s%s", i ? "&" : "", parts.at[i]);
    }
}

struct line {
    const char *name, *value;
};

static int line_order(const void *a, const void *b) {
    return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

static const char *lower(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text);

    for (char *p = out; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return out;
}

/* Blanks around go, runs of them become one. */
static const char *trimmed(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text), *to = out;

    for (const char *p = text; *p; p++) {
        if (*p != ' ' || (to > out && to[-1] != ' ')) {
            *to++ = *p;
        }
    }
    while (to > out && to[-1] == ' ') {
        to--;
    }
    *to = '\0';
    return out;
}

static bool is_signed(const char *name) {
    return strcasecmp(name, "Authorization") != 0 && strcasecmp(name, "User-Agent") != 0 &&
           strcasecmp(name, "Expect") != 0;
}

static const char *host_header(struct arena *arena, const struct url *url) {
    bool usual = url->port == 0 || url->port == (strcmp(url->scheme, "https") == 0 ? 443 : 80);

    return usual ? url->host : arena_printf(arena, "%s:%d", url->host, url->port);
}

/* The canonical headers to `out`, their names to `names`. */
static void add_headers(struct str *out, struct str *names, struct http_call *c,
                        const struct url *url) {
    VEC(struct line) lines = {0};

    vec_push(&lines, ((struct line){"host", host_header(c->arena, url)}));
    for (size_t i = 0; i < c->headers.len; i++) {
        const struct http_header *h = &c->headers.at[i];
        if (is_signed(h->name)) {
            vec_push(&lines,
                     ((struct line){lower(c->arena, h->name), trimmed(c->arena, h->value)}));
        }
    }
    qsort(lines.at, lines.len, sizeof *lines.at, line_order);
    for (size_t i = 0; i < lines.len; i++) {
        str_addf(out, "%s:%s\n", lines.at[i].name, lines.at[i].value);
        str_addf(names, "%s%s", i ? ";" : "", lines.at[i].name);
    }
    vec_release(&lines);
}

void sigv4_sign(struct sigv4 *s, struct http_call *c, const char *payload, int64_t seconds) {
    struct str canonical CLEANUP(str_release) = STR_INIT, names CLEANUP(str_release) = STR_INIT;
    struct str to_sign CLEANUP(str_release) = STR_INIT;
    char now[TIME_MAX], hex[SHA256_TEXT_MAX];
    uint8_t mac[SHA256_LEN];
    struct url url;

    if (url_parse(&url, c->arena, c->url)) {
        err_clear(); /* it will not be sent either */
        return;
    }
    time_text(now, seconds);
    renew_key(s, now);
    http_header_set(c, "x-amz-date", now);
    if (s->token) {
        http_header_secret(c, "x-amz-security-token", s->token);
    }
    str_addf(&canonical, "%s\n%s\n", c->method, *url.path ? url.path : "/");
    add_query(&canonical, c->arena, url.query);
    str_addc(&canonical, '\n');
    add_headers(&canonical, &names, c, &url);
    str_addf(&canonical, "\n%s\n%s", names.buf, payload);

    str_addf(&to_sign, "AWS4-HMAC-SHA256\n%s\n%.8s/%s/%s/aws4_request\n%s", now, now, s->region,
             s->service, sha256_text(hex, canonical.buf, canonical.len));
    hmac_sha256(mac, s->key, SHA256_LEN, to_sign.buf, to_sign.len);
    http_header_secret(c, "Authorization",
                       arena_printf(c->arena,
                                    "AWS4-HMAC-SHA256 Credential=%s/%.8s/%s/%s/aws4_request, "
                                    "SignedHeaders=%s, Signature=%s",
                                    s->access, now, s->region, s->service, names.buf,
                                    hmac_text(hex, mac)));
}
