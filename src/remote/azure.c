#include "remote/azure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "net/multi.h"
#include "net/url.h"
#include "net/xml.h"
#include "os/cpu.h"
#include "remote/azure_auth.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web.h"

#define API_VERSION "2021-12-02"
#define PART_MIN    ((uint64_t)16 << 20)
#define PARTS_MAX   50000
#define PAGE_KEYS   5000
#define LIST_PAGE   500 /* keys of a page for the price of one HEAD */

struct azure {
    struct web web;
    struct azure_auth auth;
    const char *container, *prefix; /* the prefix without slashes around it, or "" */
};

static struct azure *azure_of(struct web *w) {
    return (struct azure *)w;
}

/* ---- requests */

static struct http_call *call(const struct azure *a, const char *method, const char *key,
                              const char *query) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_addf(&url, "%s/%s", a->auth.endpoint, a->container);
    if (key) {
        str_addc(&url, '/');
        url_escape(&url, a->prefix, "/");
        str_adds(&url, *a->prefix && *key ? "/" : "");
        url_escape(&url, key, "/");
    }
    if (query) {
        str_addf(&url, "?%s", query);
    }
    if (a->auth.sas) {
        str_addf(&url, "%c%s", query ? '&' : '?', a->auth.sas);
    }
    struct http_call *c = http_call_new(method, url.buf);
    http_header_set(c, "x-ms-version", API_VERSION);
    return c;
}

static struct http_call *blob_call(const struct azure *a, const char *method,
                                   const struct files_item *item) {
    struct str query CLEANUP(str_release) = STR_INIT;

    if (item->version) {
        str_adds(&query, "versionid=");
        url_escape(&query, item->version, "");
    }
    return call(a, method, item->key, item->version ? query.buf : NULL);
}

/* The url itself, where that is the container. */
static bool is_container(const struct azure *a, const char *key) {
    return !*key && !*a->prefix;
}

static struct http_call *azure_stat(struct web *w, const struct files_item *item) {
    if (is_container(azure_of(w), item->key)) {
        return call(azure_of(w), "HEAD", NULL, "restype=container");
    }
    return blob_call(azure_of(w), "HEAD", item);
}

/* As DVC has it: with quotes, which listings leave out. */
static const char *quoted_etag(struct arena *arena, const char *etag) {
    return etag && *etag != '"' ? arena_printf(arena, "\"%s\"", etag) : etag;
}

static int azure_stat_read(struct web *w, struct http_call *c, struct files_item *item) {
    const char *length = http_answer(c, "Content-Length");

    item->is_dir = is_container(azure_of(w), item->key);
    if (!length || !num_uint(&item->size, length)) {
        item->size = FILES_SIZE_UNKNOWN;
    }
    item->etag = quoted_etag(c->arena, http_answer(c, "ETag"));
    item->version = item->version ? item->version : http_answer(c, "x-ms-version-id");
    item->mtime_ns = http_time_ns(http_answer(c, "Last-Modified"));
    return 0;
}

static struct http_call *azure_get(struct web *w, const struct files_item *item) {
    return blob_call(azure_of(w), "GET", item);
}

static struct http_call *azure_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct http_call *c = call(azure_of(w), "PUT", item->key, NULL);

    (void)size;
    http_header_set(c, "x-ms-blob-type", "BlockBlob");
    http_header_set(c, "Content-Type", "application/octet-stream");
    if (item->md5) {
        http_header_set(c, "Content-MD5", base64_encode(c->arena, BASE64_PLAIN, item->md5, 16));
    }
    return c;
}

static int azure_put_read(struct web *w, struct http_call *c, struct files_item *item,
                          struct arena *arena) {
    const char *etag = quoted_etag(c->arena, http_answer(c, "ETag"));
    const char *version = http_answer(c, "x-ms-version-id");

    if (!etag) {
        return web_not_stored(w, c);
    }
    if (arena) {
        item->etag = arena_strdup(arena, etag);
        item->version = version ? arena_strdup(arena, version) : NULL;
    }
    return 0;
}

static struct http_call *azure_remove(struct web *w, const struct files_item *item) {
    return blob_call(azure_of(w), "DELETE", item);
}

/* ---- uploads in blocks: they are there for nobody until they are listed */

static const char *block_id(struct arena *arena, size_t i) {
    const char *name = arena_printf(arena, "%08zu", i);

    return base64_encode(arena, BASE64_PLAIN, name, strlen(name));
}

static struct http_call *block_put(struct web *w, struct web_upload *u, size_t i) {
    struct str query CLEANUP(str_release) = STR_INIT;

    str_adds(&query, "comp=block&blockid=");
    url_escape(&query, block_id(u->arena, i), "");
    return call(azure_of(w), "PUT", u->item->key, query.buf);
}

static int block_read(struct web *w, struct web_upload *u, size_t i, struct http_call *c) {
    (void)w;
    (void)c;
    u->tags[i] = block_id(u->arena, i);
    return 0;
}

static struct http_call *blocks_finish(struct web *w, struct web_upload *u) {
    struct http_call *c = call(azure_of(w), "PUT", u->item->key, "comp=blocklist");
    struct str text CLEANUP(str_release) = STR_INIT;

    str_adds(&text, "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    for (size_t i = 0; i < u->parts; i++) {
        str_addf(&text, "<Latest>%s</Latest>", u->tags[i]);
    }
    str_adds(&text, "</BlockList>");
    c->has_body = true;
    c->body.data = arena_strndup(c->arena, text.buf, text.len);
    c->body.len = text.len;
    http_header_set(c, "Content-Type", "application/xml");
    if (u->item->md5) {
        http_header_set(c, "x-ms-blob-content-md5",
                        base64_encode(c->arena, BASE64_PLAIN, u->item->md5, 16));
    }
    return c;
}

/* ---- list */

struct list_reader {
    const struct azure *azure;
    struct web_page *page;
    struct files_item now;
};

static int on_list(void *ctx, const char *path, const char *text) {
    struct list_reader *r = ctx;
    struct arena *arena = r->page->arena;
    size_t len = strlen(r->azure->prefix);

    if (!str_starts(path, "EnumerationResults")) {
        return err_set(ERR_INVALID, "it is no listing");
    }
    path += strlen("EnumerationResults");
    if (strcmp(path, "/Blobs/Blob/Name") == 0 || strcmp(path, "/Blobs/BlobPrefix/Name") == 0) {
        bool ours = len == 0 || (strncmp(text, r->azure->prefix, len) == 0 && text[len] == '/');
        r->now.key = ours ? arena_strdup(arena, text + len + (len > 0)) : NULL;
        r->now.is_dir = str_starts(path, "/Blobs/BlobPrefix");
    } else if (strcmp(path, "/Blobs/Blob/Properties/Content-Length") == 0) {
        if (!num_uint(&r->now.size, text)) {
            return err_set(ERR_INVALID, "a size in the listing is no number");
        }
    } else if (strcmp(path, "/Blobs/Blob/Properties/Etag") == 0) {
        r->now.etag = quoted_etag(arena, arena_strdup(arena, text));
    } else if (strcmp(path, "/Blobs/Blob/Properties/Last-Modified") == 0) {
        r->now.mtime_ns = http_time_ns(text);
    } else if (strcmp(path, "/Blobs/Blob") == 0 || strcmp(path, "/Blobs/BlobPrefix") == 0) {
        if (r->now.key) {
            vec_push(&r->page->found, r->now);
        }
        r->now = (struct files_item){.size = FILES_SIZE_UNKNOWN};
    } else if (strcmp(path, "/NextMarker") == 0 && *text) {
        r->page->next = arena_strdup(arena, text);
    }
    return 0;
}

static struct http_call *azure_list(struct web *w, const struct files_range *range,
                                    const char *token) {
    const struct azure *a = azure_of(w);
    struct str query CLEANUP(str_release) = STR_INIT, prefix CLEANUP(str_release) = STR_INIT;
    uint64_t keys = range->max && range->max < PAGE_KEYS ? range->max : PAGE_KEYS;

    str_addf(&prefix, "%s%s%s", a->prefix, *a->prefix ? "/" : "", range->prefix);
    str_addf(&query, "restype=container&comp=list&maxresults=%" PRIu64 "&prefix=", keys);
    url_escape(&query, prefix.buf, "");
    if (range->level) {
        str_adds(&query, "&delimiter=%2F");
    }
    if (token) {
        str_adds(&query, "&marker=");
        url_escape(&query, token, "");
    }
    return call(a, "GET", NULL, query.buf);
}

static int azure_list_read(struct web *w, struct http_call *c, struct web_page *page) {
    struct list_reader r = {.azure = azure_of(w), .page = page, .now.size = FILES_SIZE_UNKNOWN};
    const char *text = c->text.buf;
    size_t len = c->text.len, bom = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    return xml_read(text + bom, len - bom, on_list, &r);
}

/* ---- errors */

static int azure_sign(void *ctx, struct http_call *c) {
    struct azure *a = ctx;

    return azure_auth_sign(&a->auth, c, clock_real_ns() / 1000000000);
}

static int azure_error(struct web *w, const struct http_call *c) {
    const struct azure *a = azure_of(w);
    const char *code = http_answer(c, "x-ms-error-code");
    int rc = http_error(c, code);

    if (str_eq(code, "ContainerNotFound")) {
        err_clear();
        return err_set(ERR_FAILED, "there is no container '%s' at %s", a->container,
                       url_shown(c->arena, a->auth.endpoint));
    }
    if (str_eq(code, "AuthenticationFailed")) {
        err_hint("check the account's key, sas_token or connection_string of the remote '%s'",
                 w->files.name);
        return ERR_FAILED;
    }
    if (rc == ERR_DENIED) {
        err_hint("the login of the remote '%s' may not do this", w->files.name);
        /* What is missing is told as such even to who may not list. */
        rc = strcmp(c->method, "HEAD") == 0 ? ERR_FAILED : rc;
    }
    return rc;
}

static const struct web_large azure_large = {
    .above = 2 * PART_MIN,
    .part_min = PART_MIN,
    .parts_max = PARTS_MAX,
    .part = block_put,
    .part_read = block_read,
    .finish = blocks_finish,
};

static const struct web_ops azure_web = {
    .stat = azure_stat,
    .stat_read = azure_stat_read,
    .get = azure_get,
    .put = azure_put,
    .put_read = azure_put_read,
    .large = &azure_large,
    .remove = azure_remove,
    .list = azure_list,
    .list_read = azure_list_read,
    .error = azure_error,
};

static void azure_release(struct web *w) {
    azure_auth_release(&azure_of(w)->auth);
}

static const struct files_ops azure_ops = {
    .scheme = "azure",
    .etag_key = "etag",
    WEB_FILES,
};

static int azure_configure(struct web *w, struct multi_config *net,
                           const struct remote_config *cfg) {
    struct azure *a = azure_of(w);

    net->connect_timeout = remote_seconds(cfg, "connection_timeout", net->connect_timeout);
    int rc = remote_bucket(&a->container, &a->prefix, w->arena, cfg, "container");
    return rc ? rc : azure_auth_open(&a->auth, w->arena, cfg, net);
}

static const struct web_kind azure_kind = {
    .files = &azure_ops,
    .steps = &azure_web,
    .rules = {.sign = azure_sign},
    .size = sizeof(struct azure),
    .list_page = LIST_PAGE,
    .configure = azure_configure,
    .release = azure_release,
};

int remote_azure_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &azure_kind, cfg);
}
