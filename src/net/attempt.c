#include "net/attempt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/http.h"
#include "net/url.h"

#define BUFFER_SMALL (16L << 10)
#define BUFFER_LARGE (256L << 10)

bool attempt_start(struct http_call *c) {
    if (c->flight.started || !c->start) {
        return true;
    }
    c->flight.started = true;
    int rc = c->start(c);
    if (rc) {
        http_fails(c, rc);
    }
    return rc == 0;
}

static size_t on_head(char *data, size_t size, size_t n, void *ctx) {
    struct http_call *c = ctx;
    size_t len = size * n;

    if (len > 5 && memcmp(data, "HTTP/", 5) == 0) {
        const char *blank = memchr(data, ' ', len);
        str_clear(&c->head);
        c->status = 0;
        for (const char *p = blank ? blank + 1 : data + len;
             p < data + len && *p >= '0' && *p <= '9'; p++) {
            c->status = c->status < 1000 ? c->status * 10 + (*p - '0') : c->status;
        }
    }
    str_add(&c->head, data, len);
    return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx) {
    struct http_call *c = ctx;
    size_t len = size * n;

    if (!c->write || !(c->status >= 200 && c->status < 300)) {
        str_add(&c->text, data, len);
        if (c->text.overflow) {
            (void)err_set(ERR_INVALID, "the answer is too long");
            http_fails(c, ERR_INVALID);
            return 0;
        }
        return len;
    }
    if (!attempt_start(c)) {
        return 0;
    }
    int rc = c->write(c, data, len);
    if (rc) {
        http_fails(c, rc);
        return 0;
    }
    c->received += len;
    return len;
}

static size_t on_send(char *data, size_t size, size_t n, void *ctx) {
    struct http_call *c = ctx;
    uint64_t left = c->body.len - c->flight.sent;
    size_t len = size * n < left ? size * n : (size_t)left;

    if (c->body.data) {
        memcpy(data, (const char *)c->body.data + c->flight.sent, len);
    } else {
        ssize_t got =
            len ? pread(c->body.fd, data, len, (off_t)(c->body.offset + c->flight.sent)) : 0;
        if (got < 0 || (got == 0 && len > 0)) {
            int rc = got < 0 ? err_errno("cannot read the file that is sent")
                             : err_set(ERR_FAILED, "the file shrank while it was sent");
            http_fails(c, rc);
            return CURL_READFUNC_ABORT;
        }
        len = (size_t)got;
    }
    c->flight.sent += len;
    return len;
}

static int on_seek(void *ctx, curl_off_t offset, int origin) {
    struct http_call *c = ctx;

    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > c->body.len) {
        return CURL_SEEKFUNC_FAIL;
    }
    c->flight.sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

#define SET(option, value) a->curl->easy_setopt(easy, option, value)

/* Credentials of the configuration belong to the host of the first call. */
static bool is_at_home(struct attempt_setup *a, const struct http_call *c) {
    if (!a->origin) {
        a->origin = mem_strdup(c->url);
    }
    return c->flight.redirects == 0 || url_same_origin(a->origin, c->url);
}

static void set_tls(struct attempt_setup *a, CURL *easy) {
    if (a->ca_file) {
        SET(CURLOPT_CAINFO, a->ca_file);
    }
    if (a->insecure) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (a->cert) {
        SET(CURLOPT_SSLCERT, a->cert);
    }
    if (a->key) {
        SET(CURLOPT_SSLKEY, a->key);
    }
}

static void set_auth(struct attempt_setup *a, CURL *easy, const struct http_call *c) {
    if (a->auth != MULTI_AUTH_NONE && a->user && is_at_home(a, c)) {
        SET(CURLOPT_HTTPAUTH, a->auth == MULTI_AUTH_DIGEST ? CURLAUTH_DIGEST : CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, a->user);
        SET(CURLOPT_PASSWORD, a->password ? a->password : "");
    }
}

static void set_headers(struct attempt_setup *a, CURL *easy, struct http_call *c) {
    struct str line CLEANUP(str_release) = STR_INIT;
    struct curl_slist *lines = NULL;

    for (size_t i = 0; i < c->headers.len; i++) {
        const struct http_header *h = &c->headers.at[i];
        str_clear(&line);
        str_addf(&line, *h->value ? "%s: %s" : "%s;", h->name, h->value);
        lines = a->curl->slist_append(lines, line.buf);
    }
    if (c->has_body) {
        lines = a->curl->slist_append(lines, "Expect:");
        lines = a->curl->slist_append(lines, "Transfer-Encoding:");
    }
    a->curl->slist_free_all(c->flight.lines);
    c->flight.lines = lines;
    SET(CURLOPT_HTTPHEADER, lines);
}

static void set_body(struct attempt_setup *a, CURL *easy, struct http_call *c) {
    if (c->has_body) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)c->body.len);
        SET(CURLOPT_READFUNCTION, on_send);
        SET(CURLOPT_READDATA, c);
        SET(CURLOPT_SEEKFUNCTION, on_seek);
        SET(CURLOPT_SEEKDATA, c);
        SET(CURLOPT_UPLOAD_BUFFERSIZE,
            c->body.len > (uint64_t)BUFFER_LARGE ? BUFFER_LARGE : 64L << 10);
    } else if (strcmp(c->method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    }
    if (strcmp(c->method, "GET") != 0 && strcmp(c->method, "HEAD") != 0) {
        SET(CURLOPT_CUSTOMREQUEST, c->method);
    }
}

void attempt_prepare(struct attempt_setup *a, CURL *easy, struct http_call *c) {
    bool tls = strncmp(c->url, "https:", 6) == 0;

    SET(CURLOPT_URL, c->url);
    SET(CURLOPT_PRIVATE, c);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, c);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, c);
    SET(CURLOPT_USERAGENT, "cairn/" CAIRN_VERSION);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(a->connect_timeout * 1000));
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)ceil(a->read_timeout));
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_BUFFERSIZE, c->expected > (uint64_t)BUFFER_LARGE ? BUFFER_LARGE : BUFFER_SMALL);
    if (tls) {
        SET(CURLOPT_PIPEWAIT, 1L); /* one connection may do for all: HTTP/2 */
        set_tls(a, easy);
    }
    set_auth(a, easy, c);
    set_headers(a, easy, c);
    set_body(a, easy, c);
}
