#include "remote/webdav_xml.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "net/http.h"
#include "net/url.h"
#include "net/xml.h"

struct reader {
    struct arena *arena;
    struct webdav_entry now;
    webdav_entry_fn *fn;
    void *ctx;
};

/* The path of an href, which is one or a whole url; NULL if it cannot be read. */
static const char *href_path(struct arena *arena, const char *href) {
    const char *host = strstr(href, "://");
    const char *path = host ? strchr(host + 3, '/') : href;
    char *plain = path ? arena_strdup(arena, path) : NULL;

    if (!plain || !url_unescape(plain)) {
        return NULL;
    }
    for (size_t len = strlen(plain); len > 0 && plain[len - 1] == '/';) {
        plain[--len] = '\0';
    }
    return plain;
}

static int on_element(void *ctx, const char *path, const char *text) {
    struct reader *r = ctx;
    const char *response = "multistatus/response", *prop = "/propstat/prop/";

    if (!str_starts(path, "multistatus")) {
        return err_set(ERR_INVALID, "it is no listing of a folder");
    }
    if (strcmp(path, response) == 0) {
        int rc = r->now.path ? r->fn(r->ctx, &r->now) : 0;
        r->now = (struct webdav_entry){.size = UINT64_MAX};
        return rc;
    }
    if (!str_starts(path, response)) {
        return 0;
    }
    path += strlen(response);
    if (strcmp(path, "/href") == 0) {
        r->now.path = href_path(r->arena, text);
        return 0;
    }
    if (!str_starts(path, prop)) {
        return 0;
    }
    path += strlen(prop);
    if (strcmp(path, "getcontentlength") == 0 && !num_uint(&r->now.size, text)) {
        r->now.size = UINT64_MAX;
    } else if (strcmp(path, "getlastmodified") == 0) {
        r->now.mtime_ns = http_time_ns(text);
    } else if (strcmp(path, "getetag") == 0) {
        r->now.etag = arena_strdup(r->arena, text);
    } else if (strcmp(path, "resourcetype/collection") == 0) {
        r->now.is_dir = true;
    }
    return 0;
}

int webdav_read(const char *text, size_t len, struct arena *arena, webdav_entry_fn *fn, void *ctx) {
    struct reader r = {.arena = arena, .now.size = UINT64_MAX, .fn = fn, .ctx = ctx};

    return xml_read(text, len, on_element, &r);
}
