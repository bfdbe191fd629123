#include "remote/gs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "net/multi.h"
#include "net/oauth.h"
#include "net/url.h"
#include "remote/gs_auth.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web.h"

#define PART_SIZE ((uint64_t)16 << 20) /* a multiple of 256 KiB, as the interface wants */
#define PAGE_KEYS 1000
#define LIST_PAGE 250 /* keys of a page for the price of one stat */
#define FIELDS    "name,size,etag,generation,updated"

struct gs {
    struct web web;
    struct oauth *oauth;                    /* NULL: anonymous */
    const char *endpoint, *bucket, *prefix; /* the prefix without slashes around it, or "" */
};

static struct gs *gs_of(struct web *w) {
    return (struct gs *)w;
}

/* ---- requests */

static void add_name(struct str *out, const struct gs *g, const char *key) {
    url_escape(out, g->prefix, "");
    str_adds(out, *g->prefix && *key ? "%2F" : "");
    url_escape(out, key, "");
}

/* "…/b/bucket/o/name?query"; without a key "…/b/bucket/o?query". */
static struct http_call *call(const struct gs *g, const char *method, const char *door,
                              const char *key, const char *query) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_addf(&url, "%s%s/storage/v1/b/", g->endpoint, door);
    url_escape(&url, g->bucket, "");
    str_adds(&url, "/o");
    if (key) {
        str_addc(&url, '/');
        add_name(&url, g, key);
    }
    str_addf(&url, "?%s", query);
    return http_call_new(method, url.buf);
}

static struct http_call *object_call(const struct gs *g, const char *method,
                                     const struct files_item *item, const char *query) {
    struct str all CLEANUP(str_release) = STR_INIT;

    str_adds(&all, query);
    if (item->version) {
        str_adds(&all, *query ? "&generation=" : "generation=");
        url_escape(&all, item->version, "");
    }
    return call(g, method, "", item->key, all.buf);
}

/* The url itself, where that is the bucket. */
static bool is_bucket(const struct gs *g, const char *key) {
    return !*key && !*g->prefix;
}

static struct http_call *gs_stat(struct web *w, const struct files_item *item) {
    if (is_bucket(gs_of(w), item->key)) {
        return call(gs_of(w), "GET", "", NULL, "maxResults=1");
    }
    return object_call(gs_of(w), "GET", item, "fields=" FIELDS);
}

/* As DVC has it: the bytes in hex. */
static const char *hex_etag(struct arena *arena, const char *etag) {
    struct str bytes CLEANUP(str_release) = STR_INIT, hex CLEANUP(str_release) = STR_INIT;

    if (!etag || !base64_decode(&bytes, etag, strlen(etag))) {
        return etag;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        str_addf(&hex, "%02x", (unsigned char)bytes.buf[i]);
    }
    return arena_strdup(arena, hex.buf);
}

/* What the interface says of one object; numbers are texts there. */
static void take_object(struct files_item *item, struct arena *arena, const struct node *n) {
    const struct node *size = node_get(n, "size"), *generation = node_get(n, "generation");
    const char *text = node_text(size);

    item->size = FILES_SIZE_UNKNOWN;
    if (size && size->kind == NODE_INT && size->integer >= 0) {
        item->size = (uint64_t)size->integer;
    } else if (text && !num_uint(&item->size, text)) {
        item->size = FILES_SIZE_UNKNOWN;
    }
    item->etag = hex_etag(arena, node_text(node_get(n, "etag")));
    item->version = item->version ? item->version : node_text(generation);
    item->mtime_ns = http_iso_time_ns(node_text(node_get(n, "updated")));
}

static int read_answer(const struct node **out, struct http_call *c) {
    struct node *n;
    int rc = json_read(&n, c->arena, c->text.buf, c->text.len, "the server's answer");

    *out = rc ? NULL : n;
    return rc;
}

static int gs_stat_read(struct web *w, struct http_call *c, struct files_item *item) {
    const struct node *n;
    int rc = read_answer(&n, c);

    if (!rc) {
        take_object(item, c->arena, n);
        item->is_dir = is_bucket(gs_of(w), item->key);
    }
    return rc;
}

static struct http_call *gs_get(struct web *w, const struct files_item *item) {
    return object_call(gs_of(w), "GET", item, "alt=media");
}

static struct http_call *upload_call(const struct gs *g, const struct files_item *item,
                                     const char *type) {
    struct str query CLEANUP(str_release) = STR_INIT;

    str_addf(&query, "uploadType=%s&name=", type);
    add_name(&query, g, item->key);
    struct http_call *c = call(g, "POST", "/upload", NULL, query.buf);
    return c;
}

static struct http_call *gs_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct http_call *c = upload_call(gs_of(w), item, "media");

    (void)size;
    http_header_set(c, "Content-Type", "application/octet-stream");
    if (item->md5) {
        http_header_set(c, "Content-MD5", base64_encode(c->arena, BASE64_PLAIN, item->md5, 16));
    }
    return c;
}

static int gs_put_read(struct web *w, struct http_call *c, struct files_item *item,
                       struct arena *arena) {
    struct files_item told = {0};
    const struct node *n;

    if (read_answer(&n, c)) {
        err_clear();
        return web_not_stored(w, c);
    }
    if (arena) {
        take_object(&told, c->arena, n);
        item->etag = told.etag ? arena_strdup(arena, told.etag) : NULL;
        item->version = told.version ? arena_strdup(arena, told.version) : NULL;
    }
    return 0;
}

static struct http_call *gs_remove(struct web *w, const struct files_item *item) {
    return object_call(gs_of(w), "DELETE", item, "");
}

/* ---- uploads that can be resumed: one part after the other, the last one makes the object */

static struct http_call *upload_begin(struct web *w, struct web_upload *u) {
    struct http_call *c = upload_call(gs_of(w), u->item, "resumable");
    struct str text CLEANUP(str_release) = STR_INIT;

    if (u->item->md5) {
        str_addf(&text, "{\"md5Hash\":\"%s\"}",
                 base64_encode(c->arena, BASE64_PLAIN, u->item->md5, 16));
    } else {
        str_adds(&text, "{}");
    }
    c->has_body = true;
    c->body.data = arena_strndup(c->arena, text.buf, text.len);
    c->body.len = text.len;
    http_header_set(c, "Content-Type", "application/json");
    http_header_set(c, "X-Upload-Content-Length", arena_printf(c->arena, "%" PRIu64, u->size));
    return c;
}

static int upload_begin_read(struct web *w, struct web_upload *u, struct http_call *c) {
    const char *location = http_answer(c, "Location");

    if (!location || !url_same_origin(location, gs_of(w)->endpoint)) {
        return err_set(ERR_FAILED, "the server did not say where the parts go");
    }
    u->id = arena_strdup(u->arena, location);
    return 0;
}

static struct http_call *upload_part(struct web *w, struct web_upload *u, size_t i) {
    struct http_call *c = http_call_new("PUT", u->id);
    uint64_t from = i * u->part_size;
    uint64_t to = from + u->part_size < u->size ? from + u->part_size : u->size;

    (void)w;
    http_header_set(
        c, "Content-Range",
        arena_printf(c->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, from, to - 1, u->size));
    return c;
}

static int upload_part_read(struct web *w, struct web_upload *u, size_t i, struct http_call *c) {
    (void)w;
    (void)u;
    (void)i;
    (void)c;
    return 0;
}

static struct http_call *upload_give_up(struct web *w, struct web_upload *u) {
    (void)w;
    return http_call_new("DELETE", u->id);
}

/* ---- list */

static struct http_call *gs_list(struct web *w, const struct files_range *range,
                                 const char *token) {
    const struct gs *g = gs_of(w);
    struct str query CLEANUP(str_release) = STR_INIT;
    uint64_t keys = range->max && range->max < PAGE_KEYS ? range->max : PAGE_KEYS;

    str_addf(
        &query,
        "maxResults=%" PRIu64 "&fields=nextPageToken,prefixes,items(" FIELDS ")&prefix=", keys);
    add_name(&query, g, range->prefix);
    if (*g->prefix && !*range->prefix) {
        str_adds(&query, "%2F");
    }
    if (range->level) {
        str_adds(&query, "&delimiter=%2F");
    }
    if (token) {
        str_adds(&query, "&pageToken=");
        url_escape(&query, token, "");
    }
    return call(g, "GET", "", NULL, query.buf);
}

/* Below the prefix of the url, or NULL. */
static const char *key_of(const struct gs *g, const char *name) {
    size_t len = strlen(g->prefix);

    if (!name || len == 0) {
        return name;
    }
    return strncmp(name, g->prefix, len) == 0 && name[len] == '/' ? name + len + 1 : NULL;
}

static int gs_list_read(struct web *w, struct http_call *c, struct web_page *page) {
    const struct node *n;
    int rc = read_answer(&n, c);

    if (rc) {
        return rc;
    }
    const struct node *items = node_get(n, "items"), *prefixes = node_get(n, "prefixes");
    for (size_t i = 0; items && items->kind == NODE_LIST && i < items->list.len; i++) {
        struct files_item item = {0};
        item.key = key_of(gs_of(w), node_text(node_get(items->list.at[i], "name")));
        take_object(&item, page->arena, items->list.at[i]);
        item.version = NULL; /* the newest, as in every listing */
        if (item.key) {
            vec_push(&page->found, item);
        }
    }
    for (size_t i = 0; prefixes && prefixes->kind == NODE_LIST && i < prefixes->list.len; i++) {
        struct files_item item = {.is_dir = true, .size = FILES_SIZE_UNKNOWN};
        const char *key = key_of(gs_of(w), node_text(prefixes->list.at[i]));
        if (key) {
            item.key = arena_strndup(page->arena, key, strlen(key) - str_ends(key, "/"));
            vec_push(&page->found, item);
        }
    }
    page->next = node_text(node_get(n, "nextPageToken"));
    return 0;
}

/* ---- answers */

static int gs_sign(void *ctx, struct http_call *c) {
    struct gs *g = ctx;
    const char *bearer;

    if (!g->oauth) {
        return 0;
    }
    int rc = oauth_bearer(&bearer, g->oauth);
    if (!rc) {
        http_header_secret(c, "Authorization", bearer);
    }
    return rc;
}

/* 308 says "go on" to a part that is not the last. */
static enum http_verdict gs_judge(void *ctx, struct http_call *c) {
    (void)ctx;
    if (c->status == 308 && strcmp(c->method, "PUT") == 0) {
        c->status = 200;
    }
    return http_judge(c);
}

static int gs_error(struct web *w, const struct http_call *c) {
    const struct gs *g = gs_of(w);
    struct node *n;
    const char *message = NULL;

    if (json_read(&n, c->arena, c->text.buf, c->text.len, "the answer")) {
        err_clear();
    } else {
        message = node_text(node_query(n, "error.message"));
    }
    int rc = http_error(c, message);
    if (rc == ERR_DENIED && !g->oauth) {
        err_hint("no credentials were found: credentialpath, GOOGLE_APPLICATION_CREDENTIALS, or "
                 "`gcloud auth application-default login`");
    } else if (rc == ERR_DENIED) {
        err_hint("the login of the remote '%s' may not do this", w->files.name);
    }
    return rc;
}

static const struct web_large gs_large = {
    .above = 2 * PART_SIZE,
    .part_min = PART_SIZE,
    .parts_max = 1000000,
    .in_order = true,
    .begin = upload_begin,
    .begin_read = upload_begin_read,
    .part = upload_part,
    .part_read = upload_part_read,
    .give_up = upload_give_up,
};

static const struct web_ops gs_web = {
    .stat = gs_stat,
    .stat_read = gs_stat_read,
    .get = gs_get,
    .put = gs_put,
    .put_read = gs_put_read,
    .large = &gs_large,
    .remove = gs_remove,
    .list = gs_list,
    .list_read = gs_list_read,
    .error = gs_error,
};

static void gs_release(struct web *w) {
    oauth_close(gs_of(w)->oauth);
}

static const struct files_ops gs_ops = {
    .scheme = "gs",
    .etag_key = "etag",
    WEB_FILES,
};

static int gs_configure(struct web *w, struct multi_config *net, const struct remote_config *cfg) {
    struct gs *g = gs_of(w);

    g->endpoint = gs_endpoint(w->arena, cfg);
    int rc = remote_bucket(&g->bucket, &g->prefix, w->arena, cfg, "bucket");
    return rc ? rc : gs_auth_open(&g->oauth, w->arena, cfg, net);
}

static const struct web_kind gs_kind = {
    .files = &gs_ops,
    .steps = &gs_web,
    .rules = {.sign = gs_sign, .judge = gs_judge},
    .size = sizeof(struct gs),
    .list_page = LIST_PAGE,
    .configure = gs_configure,
    .release = gs_release,
};

int remote_gs_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &gs_kind, cfg);
}
