#include "remote/s3_xml.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/num.h"
#include "base/str.h"
#include "net/url.h"
#include "net/xml.h"
#include "remote/web.h"

static const char *below(const char *prefix, const char *key) {
    size_t len = strlen(prefix);

    if (len == 0) {
        return key;
    }
    return strncmp(key, prefix, len) == 0 && key[len] == '/' ? key + len + 1 : NULL;
}

struct list_reader {
    struct web_page *page;
    struct files_item now;
    bool encoded, truncated;
    const char *token;
};

static int on_list(void *ctx, const char *path, const char *text) {
    struct list_reader *r = ctx;
    struct arena *arena = r->page->arena;

    if (!str_starts(path, "ListBucketResult/")) {
        return strcmp(path, "ListBucketResult") == 0 ? 0 : err_set(ERR_INVALID, "it is no listing");
    }
    path += strlen("ListBucketResult/");
    if (strcmp(path, "Contents/Key") == 0) {
        r->now.key = arena_strdup(arena, text);
    } else if (strcmp(path, "Contents/Size") == 0) {
        if (!num_uint(&r->now.size, text)) {
            return err_set(ERR_INVALID, "a size in the listing is no number");
        }
    } else if (strcmp(path, "Contents/ETag") == 0) {
        r->now.etag = http_plain_etag(arena, text);
    } else if (strcmp(path, "Contents/LastModified") == 0) {
        r->now.mtime_ns = http_iso_time_ns(text);
    } else if (strcmp(path, "CommonPrefixes/Prefix") == 0) {
        r->now.key = arena_strdup(arena, text);
        r->now.is_dir = true;
    } else if (strcmp(path, "Contents") == 0 || strcmp(path, "CommonPrefixes") == 0) {
        if (r->now.key) {
            vec_push(&r->page->found, r->now);
        }
        r->now = (struct files_item){.size = FILES_SIZE_UNKNOWN};
    } else if (strcmp(path, "EncodingType") == 0) {
        r->encoded = strcmp(text, "url") == 0;
    } else if (strcmp(path, "IsTruncated") == 0) {
        r->truncated = strcmp(text, "true") == 0;
    } else if (strcmp(path, "NextContinuationToken") == 0) {
        r->token = arena_strdup(arena, text);
    }
    return 0;
}

/* The key as bytes below the prefix; NULL for one that is not ours to tell. */
static const char *plain_key(struct arena *arena, const char *key, bool encoded,
                             const char *prefix) {
    char *plain = arena_strdup(arena, key);

    for (char *p = plain; encoded && *p; p++) {
        *p = *p == '+' ? ' ' : *p;
    }
    if (encoded && !url_unescape(plain)) {
        return NULL;
    }
    return below(prefix, plain);
}

int s3_read_list(struct web_page *page, const char *text, size_t len, const char *prefix) {
    struct list_reader r = {.page = page, .now = {.size = FILES_SIZE_UNKNOWN}};
    size_t n = 0;

    int rc = xml_read(text, len, on_list, &r);
    if (rc) {
        return rc;
    }
    for (size_t i = 0; i < page->found.len; i++) {
        struct files_item item = page->found.at[i];
        item.key = plain_key(page->arena, item.key, r.encoded, prefix);
        if (item.key && *item.key) {
            page->found.at[n++] = item;
        }
    }
    page->found.len = n;
    if (r.truncated && (!r.token || !*r.token)) {
        return err_set(ERR_INVALID, "the listing ends without saying how it goes on");
    }
    page->next = r.truncated ? r.token : NULL;
    return 0;
}

struct problem_reader {
    struct s3_problem *out;
    struct arena *arena;
};

static int on_problem(void *ctx, const char *path, const char *text) {
    struct problem_reader *r = ctx;

    if (strcmp(path, "Error/Code") == 0) {
        r->out->code = arena_strdup(r->arena, text);
    } else if (strcmp(path, "Error/Message") == 0) {
        r->out->message = arena_strdup(r->arena, text);
    } else if (strcmp(path, "Error/Region") == 0 && *text) {
        r->out->region = arena_strdup(r->arena, text);
    }
    return 0;
}

void s3_read_problem(struct s3_problem *out, struct arena *arena, const char *text, size_t len) {
    struct problem_reader r = {.out = out, .arena = arena};

    *out = (struct s3_problem){0};
    if (len > 0 && xml_read(text, len, on_problem, &r)) {
        err_clear(); /* not every server says more than a status */
    }
}

struct text_reader {
    struct arena *arena;
    const char *path;
    const char *found;
};

static int on_one(void *ctx, const char *path, const char *text) {
    struct text_reader *r = ctx;

    if (strcmp(path, r->path) == 0 && *text) {
        r->found = arena_strdup(r->arena, text);
    }
    return 0;
}

static const char *read_one(struct arena *arena, const char *text, size_t len, const char *path) {
    struct text_reader r = {.arena = arena, .path = path};

    if (len > 0 && xml_read(text, len, on_one, &r)) {
        err_clear();
    }
    return r.found;
}

const char *s3_upload_id(struct arena *arena, const char *text, size_t len) {
    return read_one(arena, text, len, "InitiateMultipartUploadResult/UploadId");
}

const char *s3_upload_etag(struct arena *arena, const char *text, size_t len) {
    return read_one(arena, text, len, "CompleteMultipartUploadResult/ETag");
}

static void add_escaped(struct str *out, const char *text) {
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr("<>&\"", c) || c < 0x20) {
            str_addf(out, "&#%d;", c);
        } else {
            str_addc(out, (char)c);
        }
    }
}

void s3_write_complete(struct str *out, const char *const *tags, size_t parts) {
    str_adds(out, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (size_t i = 0; i < parts; i++) {
        str_addf(out, "<Part><PartNumber>%zu</PartNumber><ETag>", i + 1);
        add_escaped(out, tags[i]);
        str_adds(out, "</ETag></Part>");
    }
    str_adds(out, "</CompleteMultipartUpload>");
}

void s3_write_delete(struct str *out, const char *prefix, const struct files_item *items,
                     size_t n) {
    str_adds(out, "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>");
    for (size_t i = 0; i < n; i++) {
        str_adds(out, "<Object><Key>");
        if (*prefix) {
            add_escaped(out, prefix);
            str_addc(out, '/');
        }
        add_escaped(out, items[i].key);
        str_adds(out, "</Key>");
        if (items[i].version) {
            str_adds(out, "<VersionId>");
            add_escaped(out, items[i].version);
            str_adds(out, "</VersionId>");
        }
        str_adds(out, "</Object>");
    }
    str_adds(out, "</Delete>");
}

struct delete_reader {
    const char *prefix;
    struct files_item *items;
    size_t n;
    struct str key, code;
};

static int on_delete(void *ctx, const char *path, const char *text) {
    struct delete_reader *r = ctx;

    if (strcmp(path, "DeleteResult/Error/Key") == 0) {
        str_clear(&r->key);
        str_adds(&r->key, text);
    } else if (strcmp(path, "DeleteResult/Error/Code") == 0) {
        str_clear(&r->code);
        str_adds(&r->code, text);
    } else if (strcmp(path, "DeleteResult/Error") == 0) {
        const char *key = below(r->prefix, r->key.buf);
        for (size_t i = 0; key && i < r->n; i++) {
            if (strcmp(r->items[i].key, key) == 0) {
                files_fail(&r->items[i],
                           err_set(ERR_FAILED, "cannot remove '%s': %s", key, r->code.buf));
            }
        }
    }
    return 0;
}

int s3_read_delete(const char *text, size_t len, const char *prefix, struct files_item *items,
                   size_t n) {
    struct delete_reader r = {
        .prefix = prefix, .items = items, .n = n, .key = STR_INIT, .code = STR_INIT};

    int rc = len > 0 ? xml_read(text, len, on_delete, &r) : 0;
    str_release(&r.key);
    str_release(&r.code);
    return rc;
}
