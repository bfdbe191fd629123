#include "net/url.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_unescape(char *text) {
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = hex_value(from[1]), low = high < 0 ? -1 : hex_value(from[2]);
        if (low < 0 || (high | low) == 0) {
            return false;
        }
        *to++ = (char)(high << 4 | low);
        from += 2;
    }
    *to = '\0';
    return true;
}

void url_escape(struct str *out, const char *text, const char *keep) {
    static const char digits[] = "0123456789ABCDEF";

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < 0x80 && isalnum(c)) || strchr("-._~", c) || strchr(keep, c)) {
            str_addc(out, (char)c);
        } else {
            str_addc(out, '%');
            str_addc(out, digits[c >> 4]);
            str_addc(out, digits[c & 15]);
        }
    }
}

static int bad_url(const char *why) {
    /* Not the text itself: there may be a password in it. */
    return err_set(ERR_CONFIG, "the url %s", why);
}

static int read_user(struct url *out, struct arena *arena, const char *text, size_t len) {
    char *user = arena_strndup(arena, text, len), *colon = strchr(user, ':');

    if (colon) {
        *colon = '\0';
        out->password = colon + 1;
    }
    if (!url_unescape(user) || (colon && !url_unescape(colon + 1))) {
        return bad_url("has a bad escape in its user part");
    }
    out->user = user;
    return 0;
}

static int read_host(struct url *out, struct arena *arena, const char *text, size_t len) {
    const char *end = text + len;
    const char *bracket = len > 0 && *text == '[' ? memchr(text, ']', len) : NULL;
    const char *from = bracket ? bracket : text;
    const char *colon = memchr(from, ':', (size_t)(end - from));
    uint64_t port;

    if (colon && colon + 1 < end) {
        if (!num_uint(&port, arena_strndup(arena, colon + 1, (size_t)(end - colon - 1))) ||
            port == 0 || port > 65535) {
            return bad_url("has no valid port");
        }
        out->port = (int)port;
    }
    out->host = arena_strndup(arena, text, (size_t)((colon ? colon : end) - text));
    for (const char *p = out->host; *p; p++) {
        if (isspace((unsigned char)*p) || iscntrl((unsigned char)*p)) {
            return bad_url("has a blank in its host");
        }
    }
    return *out->host == '-' ? bad_url("has a host that begins with a dash") : 0;
}

int url_parse(struct url *out, struct arena *arena, const char *text) {
    const char *mark = strstr(text, "://");

    *out = (struct url){.host = "", .path = ""};
    if (!mark || mark == text) {
        return bad_url("has no scheme");
    }
    char *scheme = arena_strndup(arena, text, (size_t)(mark - text));
    for (char *p = scheme; *p; p++) {
        if (!isalnum((unsigned char)*p) && !strchr("+-.", *p)) {
            return bad_url("has no valid scheme");
        }
        *p = (char)tolower((unsigned char)*p);
    }
    out->scheme = scheme;
    const char *host = mark + 3, *end = host + strcspn(host, "/?#");
    const char *user_end = NULL;
    for (const char *p = host; p < end; p++) {
        user_end = *p == '@' ? p : user_end;
    }
    int rc = user_end ? read_user(out, arena, host, (size_t)(user_end - host)) : 0;
    if (!rc) {
        host = user_end ? user_end + 1 : host;
        rc = read_host(out, arena, host, (size_t)(end - host));
    }
    if (rc) {
        return rc;
    }
    size_t path_len = strcspn(end, "?#");
    out->path = arena_strndup(arena, end, path_len);
    if (end[path_len] == '?') {
        const char *query = end + path_len + 1;
        out->query = arena_strndup(arena, query, strcspn(query, "#"));
    }
    return 0;
}

const char *url_shown(struct arena *arena, const char *text) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct url url;

    if (url_parse(&url, arena, text)) {
        err_clear();
        return "(not a url)";
    }
    return url.port ? arena_printf(arena, "%s://%s:%d%s", url.scheme, url.host, url.port, url.path)
                    : arena_printf(arena, "%s://%s%s", url.scheme, url.host, url.path);
}

static int origin_port(const struct url *url) {
    return url->port ? url->port : strcmp(url->scheme, "http") == 0 ? 80 : 443;
}

bool url_same_origin(const char *a, const char *b) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url x, y;

    if (url_parse(&x, arena, a) || url_parse(&y, arena, b)) {
        err_clear();
        return false;
    }
    return strcmp(x.scheme, y.scheme) == 0 && strcasecmp(x.host, y.host) == 0 &&
           origin_port(&x) == origin_port(&y);
}
