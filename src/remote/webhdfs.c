#include "remote/webhdfs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "net/multi.h"
#include "net/url.h"
#include "os/temp.h"
#include "os/term.h"
#include "remote/option.h"
#include "remote/registry.h"
#include "remote/web.h"
#include "remote/web_folder.h"

#define DEFAULT_PORT "9870" /* of a namenode */

struct webhdfs {
    struct web web;
    const char *door;          /* "http://host:port/webhdfs/v1" */
    const char *root;          /* absolute path of the url, raw, without a slash at the end */
    const char *who;           /* "&user.name=…" or "&delegation=…", or "" */
    char draft[TEMP_NAME_MAX]; /* of this run: what files under way begin with */
};

static struct webhdfs *webhdfs_of(struct web *w) {
    return (struct webhdfs *)w;
}

static struct http_call *call(const struct webhdfs *h, const char *method, const char *key,
                              const char *op) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_adds(&url, h->door);
    url_escape(&url, h->root, "/");
    str_adds(&url, *key || !*h->root ? "/" : "");
    url_escape(&url, key, "/");
    str_addf(&url, "?op=%s%s", op, h->who);
    struct http_call *c = http_call_new(method, url.buf);
    c->follow = true; /* to the datanode that has the bytes, or takes them */
    return c;
}

static struct http_call *webhdfs_stat(struct web *w, const struct files_item *item) {
    return call(webhdfs_of(w), "GET", item->key, "GETFILESTATUS");
}

/* A FileStatus: {"type": "FILE", "length": 24, "modificationTime": ms, …} */
static void take_status(struct files_item *item, const struct node *n) {
    const struct node *size = node_get(n, "length"), *time = node_get(n, "modificationTime");

    item->size = size && size->kind == NODE_INT && size->integer >= 0 ? (uint64_t)size->integer
                                                                      : FILES_SIZE_UNKNOWN;
    item->mtime_ns = time && time->kind == NODE_INT ? time->integer * 1000000 : 0;
    item->is_dir = str_eq(node_text(node_get(n, "type")), "DIRECTORY");
}

static int read_answer(struct node **out, struct http_call *c) {
    return json_read(out, c->arena, c->text.buf, c->text.len, "the server's answer");
}

static int webhdfs_stat_read(struct web *w, struct http_call *c, struct files_item *item) {
    struct node *n;
    int rc = read_answer(&n, c);

    (void)w;
    if (!rc) {
        take_status(item, node_get(n, "FileStatus"));
    }
    return rc;
}

static struct http_call *webhdfs_get(struct web *w, const struct files_item *item) {
    return call(webhdfs_of(w), "GET", item->key, "OPEN");
}

/* ---- put: beside its name first, for what is written is seen at once */

static struct http_call *webhdfs_put(struct web *w, const struct files_item *item, uint64_t size) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct webhdfs *h = webhdfs_of(w);
    struct http_call *c =
        call(h, "PUT", web_draft_key(arena, h->draft, item->key), "CREATE&overwrite=true");

    (void)size;
    http_header_set(c, "Content-Type", "application/octet-stream");
    return c;
}

/* The strongest of the renames: onto what is there, in one step. It is asked for by its option. */
static struct http_call *webhdfs_put_end(struct web *w, const struct files_item *item) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str op CLEANUP(str_release) = STR_INIT;
    const struct webhdfs *h = webhdfs_of(w);

    str_adds(&op, "RENAME&renameoptions=OVERWRITE&destination=");
    url_escape(&op, h->root, "/");
    str_addc(&op, '/');
    url_escape(&op, item->key, "/");
    struct http_call *c = call(h, "PUT", web_draft_key(arena, h->draft, item->key), op.buf);
    c->once = true; /* a second time there would be nothing to be renamed */
    return c;
}

static struct http_call *webhdfs_remove(struct web *w, const struct files_item *item) {
    return call(webhdfs_of(w), "DELETE", item->key, "DELETE");
}

/* ---- list */

static struct http_call *webhdfs_list(struct web *w, const struct files_range *range,
                                      const char *token) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *folder = web_folder_of(arena, range, token);
    struct http_call *c = call(webhdfs_of(w), "GET", folder, "LISTSTATUS");

    web_folder_keep(c, range, token);
    return c;
}

static int webhdfs_list_read(struct web *w, struct http_call *c, struct web_page *page) {
    struct str more CLEANUP(str_release) = STR_INIT;
    struct node *n;
    int rc = read_answer(&n, c);

    (void)w;
    if (rc) {
        return rc;
    }
    const struct node *list = node_query(n, "FileStatuses.FileStatus");
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const char *name = node_text(node_get(list->list.at[i], "pathSuffix"));
        struct files_item item = {0};
        if (!name || !*name || strchr(name, '/')) {
            continue; /* "" is the folder itself: a file was listed */
        }
        take_status(&item, list->list.at[i]);
        item.key = path_join(page->arena, web_folder_path(c), name);
        web_folder_take(page, &more, c, &item);
    }
    web_folder_end(page, &more, c);
    return 0;
}

static int webhdfs_error(struct web *w, const struct http_call *c) {
    struct node *n;
    const char *message = NULL;

    if (json_read(&n, c->arena, c->text.buf, c->text.len, "the answer")) {
        err_clear();
    } else {
        message = node_text(node_query(n, "RemoteException.message"));
    }
    size_t line = message ? strcspn(message, "\r\n") : 0; /* a stack trace may follow */
    message = message ? arena_strndup(c->arena, message, line) : NULL;
    return web_login_error(w, c, message, "user or token");
}

static const struct web_ops webhdfs_web = {
    .stat = webhdfs_stat,
    .stat_read = webhdfs_stat_read,
    .get = webhdfs_get,
    .whole = true,
    .put = webhdfs_put,
    .put_end = webhdfs_put_end,
    .remove = webhdfs_remove,
    .list = webhdfs_list,
    .list_read = webhdfs_list_read,
    .error = webhdfs_error,
};

/* ---- opening */

static const struct files_ops webhdfs_ops = {
    .scheme = "webhdfs",
    WEB_FILES,
};

static int unsupported(const struct remote_config *cfg, const char *key) {
    return err_set(ERR_UNSUPPORTED, "remote '%s': %s is not supported", cfg->name, key);
}

static int read_who(struct webhdfs *h, struct multi_config *net, const struct remote_config *cfg,
                    const struct url *url) {
    const char *token = remote_option(cfg, "token"), *user = remote_option(cfg, "user");
    struct str who CLEANUP(str_release) = STR_INIT;

    if (remote_flag(cfg, "kerberos", false)) {
        return unsupported(cfg, "kerberos");
    }
    if (remote_option(cfg, "data_proxy_target")) {
        return unsupported(cfg, "data_proxy_target");
    }
    user = user ? user : url->user;
    if (user && remote_option(cfg, "password")) {
        net->auth = MULTI_AUTH_BASIC;
        net->user = user;
        net->password = remote_option(cfg, "password");
    } else if (token) {
        str_adds(&who, "&delegation=");
        url_escape(&who, token, "");
    } else if (user) {
        str_adds(&who, "&user.name=");
        url_escape(&who, user, "");
    }
    if (remote_option(cfg, "proxy_to")) {
        str_adds(&who, "&doas=");
        url_escape(&who, remote_option(cfg, "proxy_to"), "");
    }
    h->who = arena_strdup(h->web.arena, who.buf);
    return 0;
}

static int read_url(struct webhdfs *h, const struct remote_config *cfg, struct url *url) {
    int rc = remote_url(url, h->web.arena, cfg, "host");

    if (rc) {
        return rc;
    }
    h->root = url->path;
    const char *port = url->port ? arena_printf(h->web.arena, "%d", url->port) : DEFAULT_PORT;
    h->door =
        arena_printf(h->web.arena, "%s://%s:%s/webhdfs/v1",
                     remote_flag(cfg, "use_https", false) ? "https" : "http", url->host, port);
    return 0;
}

static int webhdfs_configure(struct web *w, struct multi_config *net,
                             const struct remote_config *cfg) {
    struct webhdfs *h = webhdfs_of(w);
    struct url url;

    temp_name(h->draft);
    int rc = read_url(h, cfg, &url);
    return rc ? rc : read_who(h, net, cfg, &url);
}

static const struct web_kind webhdfs_kind = {
    .files = &webhdfs_ops,
    .steps = &webhdfs_web,
    .size = sizeof(struct webhdfs),
    .configure = webhdfs_configure,
};

int remote_webhdfs_open(struct files **out, const struct remote_config *cfg) {
    return web_make(out, &webhdfs_kind, cfg);
}
