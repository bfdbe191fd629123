#include "remote/s3_parts.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "hash/hasher.h"
#include "net/url.h"
#include "remote/s3_xml.h"

#define PART_MIN   ((uint64_t)16 << 20)
#define PARTS_MAX  10000
#define REMOVE_MAX 1000
#define PAGE_KEYS  1000

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

    if (!length || !num_uint(&item->size, length)) {
        item->size = FILES_SIZE_UNKNOWN;
    }
    item->etag = etag ? http_plain_etag(c->arena, etag) : NULL;
    item->version = item->version ? item->version : version;
    item->mtime_ns = http_time_ns(http_answer(c, "Last-Modified"));
    item->is_dir = !*item->key && !*s3_of(w)->prefix; /* the bucket */
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

static int s3_put_read(struct web *w, struct http_call *c, struct files_item *item,
                       struct arena *arena) {
    const char *etag = http_answer(c, "ETag"), *version = http_answer(c, "x-amz-version-id");

    if (!etag) { /* the last call of an upload in parts says it in its body */
        etag = s3_upload_etag(c->arena, c->text.buf, c->text.len);
    }
    if (!etag) {
        return web_not_stored(w, c);
    }
    if (arena) {
        item->etag = http_plain_etag(arena, etag);
        item->version = version ? arena_strdup(arena, version) : NULL;
    }
    return 0;
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

const struct web_ops s3_steps = {
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
