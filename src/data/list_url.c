#include "data/list_url.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/url_source.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/stat.h"
#include "remote/files.h"
#include "store/folder.h"

/* What was found, before it is put in order. */
struct found {
    const char *path; /* below the url */
    uint64_t size;
    bool is_dir;
};

struct lister {
    struct arena *arena;
    VEC(struct found)
    found; /* sorted by path_compare: what is in a folder follows right after it */
    const struct list_request *request;
    struct list_entries *out;
};

/* ---- here: folder by folder */

static int read_folder(struct lister *l, const char *top, const char *below, int level) {
    struct strv names CLEANUP(strv_release) = {0};
    const char *path = below[0] ? path_join(l->arena, top, below) : top;
    int fd CLEANUP(fd_closep) = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = cancel_check();

    if (rc || fd < 0) {
        return rc ? rc : err_errno("cannot read the folder '%s'", path);
    }
    folder_names(&names, l->arena, fd);
    for (size_t i = 0; !rc && i < names.len; i++) {
        struct file_id id;
        if (!file_id_peek(&id, fd, names.at[i])) {
            continue; /* gone meanwhile */
        }
        bool is_dir = S_ISDIR(id.mode); /* links may lead in circles */
        if (S_ISLNK(id.mode) && file_id_follow(&id, fd, names.at[i])) {
            err_clear();
        }
        struct found f = {
            .path = path_join(l->arena, below, names.at[i]), .size = id.size, .is_dir = is_dir};
        vec_push(&l->found, f);
        if (f.is_dir && level != 1) {
            rc = read_folder(l, top, f.path, level - 1);
        }
    }
    return rc;
}

/* ---- elsewhere: keys, from which the folders are read */

static int take_key(void *ctx, const struct files_item *item) {
    struct lister *l = ctx;
    size_t len = strlen(item->key);

    if (len == 0 || (item->key[len - 1] == '/' && !item->is_dir)) {
        return 0; /* what stands for a folder in stores that have none */
    }
    len -= item->key[len - 1] == '/';
    struct found f = {.path = arena_strndup(l->arena, item->key, len),
                      .size = item->size,
                      .is_dir = item->is_dir};
    vec_push(&l->found, f);
    return 0;
}

static int by_path(const void *a, const void *b) {
    return path_compare(((const struct found *)a)->path, ((const struct found *)b)->path);
}

static int read_keys(struct lister *l, struct files *f, bool level) {
    struct files_range range = {.prefix = "", .level = level};

    return f->ops->list ? f->ops->list(f, &range, 1, take_key, l) : 0;
}

/* ---- in order */

static struct list_entry *push(struct lister *l, const char *path, const struct found *f,
                               bool is_dir) {
    struct list_entry e = {.path = path, .isdir = is_dir, .size = -1};

    if (f && f->is_dir == is_dir && f->size != FILES_SIZE_UNKNOWN) {
        e.size = (int64_t)f->size;
    }
    vec_push(l->out, e);
    return &l->out->at[l->out->len - 1];
}

/* The part of found[*i].path that is directly in the folder `above` (bytes of its path, with slash):
 * where it ends. *next: behind all that has the same part. */
static size_t child(const struct lister *l, size_t above, size_t i, size_t to, size_t *next) {
    const char *path = l->found.at[i].path;
    size_t len = above + strcspn(path + above, "/");

    for (*next = i + 1; *next < to; ++*next) {
        const char *other = l->found.at[*next].path;
        if (strncmp(other, path, len) != 0 || (other[len] != '/' && other[len] != '\0')) {
            break;
        }
    }
    return len;
}

/* found[i] is what the part names itself, not something in it. */
static const struct found *itself(const struct lister *l, size_t i, size_t len) {
    return l->found.at[i].path[len] ? NULL : &l->found.at[i];
}

static bool is_folder(const struct lister *l, size_t i, size_t len) {
    return !itself(l, i, len) || l->found.at[i].is_dir;
}

/* found[from, to) lie in one folder. Files, then folders or what is in them. `level`: how deep to go
 * still. */
static void tell_files(struct lister *l, size_t above, size_t from, size_t to, int level) {
    size_t next;

    for (size_t i = from; i < to; i = next) {
        size_t len = child(l, above, i, to, &next);
        if (!is_folder(l, i, len)) {
            push(l, l->found.at[i].path, &l->found.at[i], false);
        }
    }
    for (size_t i = from; i < to; i = next) {
        size_t len = child(l, above, i, to, &next);
        const struct found *folder = itself(l, i, len);
        if (!is_folder(l, i, len)) {
            continue;
        }
        if (level == 1) {
            push(l, arena_strndup(l->arena, l->found.at[i].path, len), folder, true);
        } else {
            tell_files(l, len + 1, i + (folder != NULL), next, level - 1);
        }
    }
}

static void tell_tree(struct lister *l, size_t above, size_t from, size_t to, int depth) {
    int level = l->request->level;
    size_t next;

    if (level != LIST_ALL_LEVELS && depth > level) {
        return;
    }
    for (size_t i = from; i < to; i = next) {
        size_t len = child(l, above, i, to, &next);
        const char *name = arena_strndup(l->arena, l->found.at[i].path + above, len - above);
        struct list_entry *e = push(l, name, itself(l, i, len), is_folder(l, i, len));
        e->depth = depth;
        e->last = next == to;
        if (is_folder(l, i, len)) {
            tell_tree(l, len + 1, i + (itself(l, i, len) != NULL), next, depth + 1);
        }
    }
}

/* The url as a path in its store, as DVC has it. */
static const char *store_path(const struct url_source *s, const char *from) {
    const char *mark = strstr(s->url, "://");

    if (s->place.path) {
        return mark ? s->place.path : path_join(s->arena, from, s->typed);
    }
    return !mark || str_starts(s->url, "http") ? s->url : mark + strlen("://");
}

static int tell(struct lister *l, struct url_source *s) {
    const struct list_request *o = l->request;
    bool all = o->form != LIST_FOLDER;
    int level = all ? o->level : 1;
    int rc = s->place.path ? read_folder(l, s->place.path, "", level)
                           : read_keys(l, s->place.files, level == 1);

    if (rc) {
        return rc;
    }
    if (l->found.len > 0) {
        qsort(l->found.at, l->found.len, sizeof *l->found.at, by_path);
    }
    if (o->form == LIST_TREE) {
        tell_tree(l, 0, 0, l->found.len, 1);
    } else {
        tell_files(l, 0, 0, l->found.len, level);
    }
    return 0;
}

int data_list_url(struct list_entries *out, struct arena *arena, struct repo *r,
                  const struct url_asked *a, const struct list_request *o) {
    struct url_source source CLEANUP(url_source_release) = {0};
    struct lister l = {.arena = arena, .request = o, .out = out};
    int rc = url_source_open(&source, arena, r, a);

    rc = rc ? rc : url_source_stat(&source);
    if (rc || !source.exists) {
        return rc ? rc : url_source_missing(&source);
    }
    bool only = !source.is_dir || o->level == 0;
    if (o->form == LIST_TREE) {
        const char *name = source.place.path ? source.typed : store_path(&source, a->from);
        push(&l, name, NULL, source.is_dir);
    } else if (only) {
        push(&l, store_path(&source, a->from), NULL, false);
    }
    rc = only ? 0 : tell(&l, &source);
    vec_release(&l.found);
    return rc;
}
