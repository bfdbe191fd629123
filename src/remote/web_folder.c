#include "remote/web_folder.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "net/http.h"
#include "remote/web.h"

struct folder {
    const char *prefix, *path, *pending;
    bool level;
};

const char *web_draft_key(struct arena *arena, const char *draft, const char *key) {
    const char *folder = path_dir(arena, key);

    return arena_printf(arena, "%s%s%s-%s", folder, folder[0] ? "/" : "", draft, path_base(key));
}

const char *web_folder_of(struct arena *arena, const struct files_range *range, const char *token) {
    return token ? arena_strndup(arena, token, strcspn(token, "\n"))
                 : path_dir(arena, range->prefix);
}

void web_folder_keep(struct http_call *c, const struct files_range *range, const char *token) {
    const char *end = token ? strchr(token, '\n') : NULL;
    struct folder *f = arena_alloc(c->arena, sizeof *f);

    *f = (struct folder){.level = range->level,
                         .prefix = arena_strdup(c->arena, range->prefix),
                         .path = web_folder_of(c->arena, range, token),
                         .pending = end ? arena_strdup(c->arena, end + 1) : ""};
    c->extra = f;
}

const char *web_folder_path(const struct http_call *c) {
    return ((const struct folder *)c->extra)->path;
}

void web_folder_take(struct web_page *page, struct str *more, const struct http_call *c,
                     const struct files_item *item) {
    const struct folder *f = c->extra;
    const char *key = item->key;
    bool within = strncmp(key, f->prefix, strlen(f->prefix)) == 0;

    if (strcmp(key, f->path) == 0 || path_is_hostile(key) || strchr(key, '\n')) {
        return;
    }
    if (item->is_dir && !f->level) {
        if (within || path_inside(key, f->prefix)) {
            str_addf(more, "%s\n", key);
        }
    } else if (within) {
        struct files_item found = *item;
        found.key = arena_strdup(page->arena, key);
        vec_push(&page->found, found);
    }
}

void web_folder_end(struct web_page *page, struct str *more, const struct http_call *c) {
    const struct folder *f = c->extra;

    str_adds(more, f->pending);
    page->next = more->len > 0 ? arena_strdup(page->arena, more->buf) : NULL;
}
