#include "net/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/url.h"

#define HEAD_MAX ((size_t)256 << 10)

struct http_call *http_call_new(const char *method, const char *url) {
    struct http_call *c = mem_zalloc(1, sizeof *c);

    c->arena = arena_new();
    c->method = method;
    c->url = url ? arena_strdup(c->arena, url) : NULL;
    c->body.fd = -1;
    str_init(&c->head);
    str_init(&c->text);
    c->head.max = HEAD_MAX;
    c->text.max = HTTP_TEXT_MAX;
    return c;
}

void http_call_free(struct http_call *c) {
    if (c) {
        str_release(&c->head);
        str_release(&c->text);
        vec_release(&c->headers);
        arena_free(c->arena);
        free(c);
    }
}

static void set_header(struct http_call *c, const char *name, const char *value, bool secret) {
    size_t n = 0;

    for (size_t i = 0; i < c->headers.len; i++) {
        if (strcasecmp(c->headers.at[i].name, name) != 0) {
            c->headers.at[n++] = c->headers.at[i];
        }
    }
    c->headers.len = n;
    if (value) {
        vec_push(&c->headers, ((struct http_header){.name = arena_strdup(c->arena, name),
                                                    .value = arena_strdup(c->arena, value),
                                                    .secret = secret}));
    }
}

void http_header_set(struct http_call *c, const char *name, const char *value) {
    set_header(c, name, value, false);
}

void http_header_secret(struct http_call *c, const char *name, const char *value) {
    set_header(c, name, value, true);
}

const char *http_answer(const struct http_call *c, const char *name) {
    size_t len = strlen(name);

    for (const char *line = c->head.buf; *line; line += *line == '\n') {
        size_t line_len = strcspn(line, "\r\n");
        if (line_len > len && line[len] == ':' && strncasecmp(line, name, len) == 0) {
            const char *value = line + len + 1, *end = line + line_len;
            while (value < end && (*value == ' ' || *value == '\t')) {
                value++;
            }
            while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
                end--;
            }
            return arena_strndup(c->arena, value, (size_t)(end - value));
        }
        line += strcspn(line, "\n");
    }
    return NULL;
}

bool http_ok(const struct http_call *c) {
    return c->status >= 200 && c->status < 300 && !c->rc;
}

enum http_verdict http_judge(const struct http_call *c) {
    switch (c->status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
        return HTTP_RETRY;
    default:
        return HTTP_FINAL;
    }
}

static const char *status_words(int status) {
    static const struct {
        int status;
        const char *words;
    } known[] = {
        {301, "moved for good"},      {302, "moved"},         {307, "moved"},
        {400, "bad request"},         {401, "not logged in"}, {403, "access denied"},
        {404, "not found"},           {405, "not allowed"},   {407, "the proxy wants a login"},
        {408, "timed out"},           {409, "conflict"},      {410, "gone"},
        {411, "length wanted"},       {412, "changed there"}, {413, "too large"},
        {429, "too many requests"},   {500, "server error"},  {501, "not implemented"},
        {502, "bad gateway"},         {503, "server busy"},   {504, "gateway timed out"},
        {507, "no space left there"},
    };

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (known[i].status == status) {
            return known[i].words;
        }
    }
    return "unexpected answer";
}

void http_fails(struct http_call *c, int rc) {
    err_ensure(rc);
    c->rc = rc;
    c->why = arena_strdup(c->arena, err_text());
    c->hint = err_hint_text() ? arena_strdup(c->arena, err_hint_text()) : NULL;
    err_clear();
}

static enum err_code status_code(int status) {
    switch (status) {
    case 403:
        return ERR_DENIED;
    case 404:
    case 410:
        return ERR_NOT_FOUND;
    case 405:
    case 501:
        return ERR_UNSUPPORTED;
    default:
        return ERR_FAILED;
    }
}

/* "Fri, 24 May 2013 00:00:00 GMT" */
int64_t http_time_ns(const char *text) {
    struct tm tm = {0};

    return text && strptime(text, "%a, %d %b %Y %H:%M:%S", &tm)
               ? (int64_t)timegm(&tm) * INT64_C(1000000000)
               : 0;
}

int64_t http_iso_time_ns(const char *text) {
    struct tm tm = {0};

    return text && strptime(text, "%Y-%m-%dT%H:%M:%S", &tm)
               ? (int64_t)timegm(&tm) * INT64_C(1000000000)
               : 0;
}

const char *http_plain_etag(struct arena *arena, const char *etag) {
    size_t len = etag ? strlen(etag) : 0;
    bool quoted = len >= 2 && etag[0] == '"' && etag[len - 1] == '"';

    return !etag ? NULL : arena_strndup(arena, etag + quoted, len - 2 * (size_t)quoted);
}

int http_error(const struct http_call *c, const char *detail) {
    if (c->rc) {
        int rc = err_set((enum err_code)c->rc, "%s: %s", url_shown(c->arena, c->url),
                         c->why ? c->why : "failed");
        if (c->hint) {
            err_hint("%s", c->hint);
        }
        return rc;
    }
    if (http_ok(c)) {
        return 0;
    }
    return err_set(status_code(c->status), "%s: %d %s%s%s", url_shown(c->arena, c->url), c->status,
                   status_words(c->status), detail ? ": " : "", detail ? detail : "");
}
