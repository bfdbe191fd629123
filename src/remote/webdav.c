#include "remote/webdav.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "net/multi.h"
#include "net/url.h"
#include "os/temp.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web.h"
#include "remote/web_folder.h"
#include "remote/webdav_xml.h"

struct webdav {
    struct web web;
    const char *base;            /* escaped, http or https, without a slash at the end */
    const char *root;            /* the path of the base, unescaped, as hrefs have it */
    const char *header, *secret; /* for the login, or NULL */
    char draft[TEMP_NAME_MAX];   /* of this run: what files under way begin with */
    struct map made;             /* folders that are there; keys, "" is the base */
};

static struct webdav *webdav_of(struct web *w) {
    return (struct webdav *)w;
}

static void add_url(struct str *out, const struct webdav *d, const char *key) {
    str_adds(out, d->base);
    str_adds(out, *key ? "/" : "");
    url_escape(out, key, "/");
}

static struct http_call *call(const struct webdav *d, const char *method, const char *key,
                              bool folder) {
    struct str url CLEANUP(str_release) = STR_INIT;

    add_url(&url, d, key);
    str_adds(&url, folder ? "/" : ""); /* some send us elsewhere without it */
    struct http_call *c = http_call_new(method, url.buf);
    c->follow = true;
    if (d->header) {
        http_header_secret(c, d->header, d->secret);
    }
    return c;
}

static const char propfind[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:propfind xmlns:D=\"DAV:\"><D:prop>"
    "<D:getcontentlength/><D:getlastmodified/><D:getetag/><D:resourcetype/></D:prop></D:propfind>";

static void ask_properties(struct http_call *c, const char *depth) {
    http_header_set(c, "Depth", depth);
    http_header_set(c, "Content-Type", "application/xml");
    c->has_body = true;
    c->body.data = propfind;
    c->body.len = sizeof propfind - 1;
}

/* Whether there is a file is known from HEAD for less; the url itself may be a folder. */
static struct http_call *webdav_stat(struct web *w, const struct files_item *item) {
    if (*item->key) {
        return call(webdav_of(w), "HEAD", item->key, false);
    }
    struct http_call *c = call(webdav_of(w), "PROPFIND", "", false);
    ask_properties(c, "0");
    return c;
}

static int take_entry(void *ctx, const struct webdav_entry *e) {
    struct files_item *item = ctx;

    item->size = e->size == UINT64_MAX ? FILES_SIZE_UNKNOWN : e->size;
    item->etag = e->etag;
    item->mtime_ns = e->mtime_ns;
    item->is_dir = e->is_dir;
    return 0;
}

static int webdav_stat_read(struct web *w, struct http_call *c, struct files_item *item) {
    (void)w;
    return *item->key ? web_read_head(c, item)
                      : webdav_read(c->text.buf, c->text.len, c->arena, take_entry, item);
}

static struct http_call *webdav_get(struct web *w, const struct files_item *item) {
    return call(webdav_of(w), "GET", item->key, false);
}

static struct http_call *webdav_remove(struct web *w, const struct files_item *item) {
    return call(webdav_of(w), "DELETE", item->key, false);
}

/* ---- put: the folders, the file beside its name, its name */

static struct http_call *webdav_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct webdav *d = webdav_of(w);
    struct http_call *c = call(d, "PUT", web_draft_key(arena, d->draft, item->key), false);

    (void)size;
    http_header_set(c, "Content-Type", "application/octet-stream");
    return c;
}

static struct http_call *webdav_put_end(struct web *w, const struct files_item *item) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str to CLEANUP(str_release) = STR_INIT;
    const struct webdav *d = webdav_of(w);
    struct http_call *c = call(d, "MOVE", web_draft_key(arena, d->draft, item->key), false);

    add_url(&to, d, item->key);
    http_header_set(c, "Destination", to.buf);
    http_header_set(c, "Overwrite", "T");
    c->follow = false;
    c->once = true; /* a second time there would be nothing to be moved */
    return c;
}

struct making {
    struct webdav *dav;
    const char **folders;
    int missing; /* some could not be made for want of the one above */
};

/* 405: it is there. Servers without a slash's redirect: it is there too. */
static int make_done(struct multi *m, struct http_call *c) {
    struct making *making = c->ctx;
    struct webdav *d = making->dav;

    (void)m;
    if (c->status == 409 || c->status == 404) {
        making->missing++;
        return 0;
    }
    if (http_ok(c) || c->status == 405 || (c->status >= 300 && c->status < 400)) {
        map_put(&d->made, arena_strdup(d->web.arena, making->folders[c->item]), d);
        return 0;
    }
    return err_wrap(http_error(c, NULL), "remote '%s': cannot make a folder", d->web.files.name);
}

static int make_folders(struct making *m, size_t n) {
    struct webdav *d = m->dav;

    m->missing = 0;
    for (size_t i = 0; i < n; i++) {
        struct http_call *c = call(d, "MKCOL", m->folders[i], true);
        c->rules = &d->web.rules;
        c->follow = false;
        c->ctx = m;
        c->item = i;
        c->done = make_done;
        multi_add(d->web.multi, c);
    }
    return multi_run(d->web.multi, NULL, NULL);
}

/* The url itself is not there yet: it is made from the top. */
static int make_base(struct webdav *d) {
    const char *whole = d->base, *host = strstr(whole, "://") + 3, *top = "";
    struct making m = {.dav = d, .folders = &top};
    size_t at = (size_t)(host - whole) + strcspn(host, "/");
    int rc = 0;

    while (!rc && whole[at]) {
        at += 1 + strcspn(whole + at + 1, "/");
        d->base = arena_strndup(d->web.arena, whole, at);
        rc = make_folders(&m, 1);
    }
    d->base = whole;
    return rc;
}

static size_t depth_of(const char *folder) {
    size_t depth = 0;

    for (const char *p = folder; (p = strchr(p, '/')); p++) {
        depth++;
    }
    return depth;
}

static int by_depth(const void *a, const void *b) {
    size_t left = depth_of(*(const char *const *)a), right = depth_of(*(const char *const *)b);

    return (left > right) - (left < right);
}

/* Every folder that the items need and that is not known to be there, those above first. */
static void list_folders(struct webdav *d, struct arena *arena, struct strv *out,
                         const struct files_item *items, size_t n) {
    struct map seen = MAP_INIT;

    for (size_t i = 0; i < n; i++) {
        const char *folder = path_dir(arena, items[i].key);
        while (folder[0] && !map_get(&d->made, folder) && !map_get(&seen, folder)) {
            map_put(&seen, folder, d);
            vec_push(out, folder);
            folder = path_dir(arena, folder);
        }
    }
    map_release(&seen);
    if (out->len > 1) {
        qsort(out->at, out->len, sizeof *out->at, by_depth);
    }
}

static int webdav_put_begin(struct web *w, const struct files_item *items, size_t n) {
    struct webdav *d = webdav_of(w);
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv folders CLEANUP(strv_release) = {0};
    bool base_made = false;

    list_folders(d, arena, &folders, items, n);
    for (size_t from = 0, to; from < folders.len; from = to) {
        size_t depth = depth_of(folders.at[from]);
        for (to = from; to < folders.len && depth_of(folders.at[to]) == depth; to++) {
        }
        struct making m = {.dav = d, .folders = folders.at + from};
        int rc = make_folders(&m, to - from);
        if (!rc && m.missing && !base_made) {
            base_made = true;
            rc = make_base(d);
            rc = rc ? rc : make_folders(&m, to - from);
        }
        if (!rc && m.missing) {
            rc = err_set(ERR_FAILED, "remote '%s': the server cannot make '%s'", d->web.files.name,
                         folders.at[from]);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* ---- list: folder by folder, for no server likes to be asked for all at once */

static struct http_call *webdav_list(struct web *w, const struct files_range *range,
                                     const char *token) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct http_call *c = call(webdav_of(w), "PROPFIND", web_folder_of(arena, range, token), true);

    web_folder_keep(c, range, token);
    ask_properties(c, "1");
    return c;
}

struct list_reader {
    const struct webdav *dav;
    const struct http_call *call;
    struct str more; /* folders to be gone into */
    struct web_page *page;
};

static int on_entry(void *ctx, const struct webdav_entry *e) {
    struct list_reader *r = ctx;
    size_t root = strlen(r->dav->root);
    struct files_item item = {0};

    if (strncmp(e->path, r->dav->root, root) == 0 && e->path[root] == '/') {
        (void)take_entry(&item, e);
        item.key = e->path + root + 1;
        web_folder_take(r->page, &r->more, r->call, &item);
    } /* else the url itself, or what is not below it */
    return 0;
}

static int webdav_list_read(struct web *w, struct http_call *c, struct web_page *page) {
    struct list_reader r = {.dav = webdav_of(w), .call = c, .page = page, .more = STR_INIT};

    int rc = webdav_read(c->text.buf, c->text.len, c->arena, on_entry, &r);
    if (!rc) {
        web_folder_end(page, &r.more, c);
    }
    str_release(&r.more);
    return rc;
}

static int webdav_error(struct web *w, const struct http_call *c) {
    return web_login_error(w, c, c->status == 507 ? "the server has no space left" : NULL,
                           "user, password or token");
}

static const struct web_ops webdav_web = {
    .stat = webdav_stat,
    .stat_read = webdav_stat_read,
    .get = webdav_get,
    .put_begin = webdav_put_begin,
    .put = webdav_put,
    .put_end = webdav_put_end,
    .remove = webdav_remove,
    .list = webdav_list,
    .list_read = webdav_list_read,
    .error = webdav_error,
};

/* ---- opening */

static void webdav_release(struct web *w) {
    map_release(&webdav_of(w)->made);
}

static const struct files_ops webdav_ops = {
    .scheme = "webdav",
    .etag_key = "etag",
    WEB_FILES,
};

/* User and password, a token, or a header of the user's own; the strongest of them counts. */
static int read_auth(struct webdav *d, struct multi_config *net, const struct remote_config *cfg,
                     const struct url *url) {
    const char *token = remote_option(cfg, "token"), *user = remote_option(cfg, "user");
    const char *custom = remote_option(cfg, "custom_auth_header"), *password;

    if (remote_option(cfg, "bearer_token_command")) {
        /* The configuration may have come with a stranger's repository. */
        int rc = err_set(ERR_UNSUPPORTED,
                         "remote '%s': commands in the configuration (bearer_token_command) are "
                         "not run",
                         cfg->name);
        err_hint("cairn remote modify --local %s token \"$(the command)\"", cfg->name);
        return rc;
    }
    int rc = remote_password(&password, d->web.arena, cfg);
    if (rc) {
        return rc;
    }
    user = user ? user : url->user;
    password = password ? password : url->password;
    if (custom && password) {
        d->header = arena_strdup(d->web.arena, custom);
        d->secret = password;
    } else if (token) {
        d->header = "Authorization";
        d->secret = arena_printf(d->web.arena, "Bearer %s", token);
    } else if (user && password) {
        net->auth = MULTI_AUTH_BASIC;
        net->user = user;
        net->password = password;
    }
    net->cert = remote_option(cfg, "cert_path");
    net->key = remote_option(cfg, "key_path");
    net->read_timeout = remote_seconds(cfg, "timeout", 0);
    return 0;
}

static int webdav_configure(struct web *w, struct multi_config *net,
                            const struct remote_config *cfg) {
    const char *scheme = str_starts(cfg->url, "webdavs") ? "https" : "http";
    struct webdav *d = webdav_of(w);
    struct url url;

    d->made = (struct map)MAP_INIT;
    temp_name(d->draft);
    int rc = remote_base(&d->base, &url, w->arena, cfg, scheme);
    if (rc) {
        return rc;
    }
    char *root = arena_strdup(w->arena, url.path);
    d->root = url_unescape(root) ? root : "";
    return read_auth(d, net, cfg, &url);
}

static const struct web_kind webdav_kind = {
    .files = &webdav_ops,
    .steps = &webdav_web,
    .size = sizeof(struct webdav),
    .configure = webdav_configure,
    .release = webdav_release,
};

int remote_webdav_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &webdav_kind, cfg);
}
