#include "data/list.h"

#include <stdlib.h>
#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/source.h"
#include "data/tracked.h"
#include "model/ignore.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stagefile.h"
#include "model/suggest.h"
#include "model/view.h"
#include "os/signal.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/tree.h"

struct lister {
    struct arena *arena;
    struct source *source;
    struct view view;
    struct ignore *rules;
    struct tracked outs;
    struct map listings; /* path of an out -> struct tree *, NULL if it cannot be had */
    bool tracked_only, strict, refuse, no_sizes;
};

/* Something in a folder. */
struct thing {
    const char *name;
    bool in_files, in_data; /* of the workspace or commit; tracked */
    struct list_entry entry;
};
struct things VEC_OF(struct thing);

/* *out is NULL if the listing cannot be had. */
static int listing_of(const struct tree **out, struct lister *l, const struct tracked_out *o) {
    *out = map_get(&l->listings, o->path);
    if (*out || map_has(&l->listings, o->path)) {
        return 0;
    }
    int rc = source_listing(out, l->arena, l->source, index_find_out(l->source->index, o->path));
    if (rc && !l->strict && rc != ERR_INTERRUPTED) {
        log_debug("the files of '%s' are not known: %s", o->path, err_text());
        err_clear();
        rc = 0;
    }
    if (!rc) {
        map_put(&l->listings, o->path, (void *)(uintptr_t)*out);
    }
    return err_wrap(rc, "the files of '%s'", o->path);
}

/* The thing of this name; those of one name come after each other. */
static struct thing *thing_named(struct things *list, struct arena *arena, const char *name,
                                 size_t len) {
    struct thing *last = list->len ? &list->at[list->len - 1] : NULL;

    if (last && strncmp(last->name, name, len) == 0 && last->name[len] == '\0') {
        return last;
    }
    struct thing t = {.name = arena_strndup(arena, name, len), .in_data = true};
    t.entry.size = -1;
    vec_push(list, t);
    return &list->at[list->len - 1];
}

/* An out itself. DVC knows the size of one that nothing is recorded of: 0. */
static void fill_out(struct list_entry *e, const struct tracked_out *o) {
    e->isout = true;
    e->digest = o->digest;
    e->isdir = o->digest.is_dir;
    e->size = digest_is_set(&o->digest) ? o->size : 0;
}

/* What the listing has directly in the folder `below`. */
static void list_in_out(struct things *out, struct lister *l, const struct tree *files,
                        const char *below) {
    size_t from, to, skip = below[0] ? strlen(below) + 1 : 0;

    tree_range(files, below, &from, &to);
    for (size_t i = from; i < to; i++) {
        const char *rest = files->at[i].path + skip;
        size_t len = strcspn(rest, "/");
        struct thing *t = thing_named(out, l->arena, rest, len);

        t->entry.isout = true;
        t->entry.isdir = rest[len] == '/';
        if (!t->entry.isdir) {
            t->entry.digest = files->at[i].digest;
        }
    }
}

/* Index of the first out that does not come before the path; what lies in a folder follows it. */
static size_t first_out(const struct tracked *outs, const char *path) {
    size_t low = 0, high = outs->len;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (path_compare(outs->at[mid].path, path) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* What the out `holder` has in the folder `path`, if there is such an out and it is a folder. */
static int list_if_out(struct things *out, struct lister *l, const char *holder, const char *path) {
    size_t i = first_out(&l->outs, holder);
    const struct tracked_out *o = i < l->outs.len ? &l->outs.at[i] : NULL;
    const struct tree *files = NULL;

    if (!o || !o->digest.is_dir || !str_eq(o->path, holder)) {
        return 0;
    }
    int rc = listing_of(&files, l, o);
    if (files) {
        list_in_out(out, l, files, path_below(holder, path));
    }
    return rc;
}

/* Tracked data that is directly in the folder: of outs that hold it, and outs in it. */
static int list_tracked(struct things *out, struct lister *l, const char *path) {
    int rc = 0;

    for (const char *end = path; !rc && *end; end += *end == '/') {
        end += strcspn(end, "/");
        rc = list_if_out(out, l, arena_strndup(l->arena, path, (size_t)(end - path)), path);
    }
    for (size_t i = first_out(&l->outs, path); !rc && i < l->outs.len; i++) {
        const struct tracked_out *o = &l->outs.at[i];
        if (!path_inside(path, o->path)) {
            break;
        }
        if (str_eq(path, o->path)) {
            continue;
        }
        const char *rest = path_below(path, o->path);
        size_t len = strcspn(rest, "/");
        struct thing *t = thing_named(out, l->arena, rest, len);

        if (rest[len] == '\0') {
            fill_out(&t->entry, o);
        } else {
            t->entry.isdir = true;
        }
    }
    return rc;
}

static int compare_things(const void *a, const void *b) {
    const struct thing *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (int)x->in_files - (int)y->in_files;
}

static void sort_things(struct things *list) {
    if (list->len > 1) {
        qsort(list->at, list->len, sizeof *list->at, compare_things);
    }
}

/* What is found in files and in data is one thing: files say what it is, data what it should be. */
static void join_things(struct things *list) {
    size_t kept = 0;

    sort_things(list);
    for (size_t i = 0; i < list->len; i++) {
        struct thing *t = &list->at[i], *before = kept ? &list->at[kept - 1] : NULL;

        if (!before || !str_eq(before->name, t->name)) {
            list->at[kept++] = *t;
            continue;
        }
        before->in_files |= t->in_files;
        if (t->in_files) {
            before->entry.isdir = t->entry.isdir;
            before->entry.isexec = t->entry.isexec;
            before->entry.size = t->entry.size;
        } else {
            before->entry.isdir |= t->entry.isdir;
        }
    }
    list->len = kept;
}

static int list_files(struct things *out, struct lister *l, const char *path) {
    struct view_entries found = {0};
    int rc = view_list(&found, l->arena, &l->view, l->rules, path, !l->no_sizes);

    if (rc == ERR_NOT_FOUND && path[0]) {
        err_clear(); /* tracked, and not there */
        rc = 0;
    }
    for (size_t i = 0; !rc && i < found.len; i++) {
        const struct view_entry *v = &found.at[i];
        struct thing t = {.name = v->name, .in_files = true};

        t.entry.isdir = v->is_dir;
        t.entry.isexec = v->isexec;
        t.entry.size = (int64_t)v->size;
        vec_push(out, t);
    }
    vec_release(&found);
    return rc;
}

static int list_things(struct things *out, struct lister *l, const char *path) {
    int rc = cancel_check();

    if (!rc && !(rc = list_tracked(out, l, path)) && !l->tracked_only) {
        rc = list_files(out, l, path);
    }
    join_things(out);
    return rc;
}

/* A file in the workspace of the source that the commit, which is read, has not. */
static bool is_uncommitted(const struct lister *l, const char *path) {
    const struct source *s = l->source;

    return s->commit && s->dir && !s->bare &&
           file_exists(AT_FDCWD,
                       path_join(l->arena, path_join(l->arena, s->dir, s->project), path));
}

static int not_there(struct lister *l, const char *path, const struct things *siblings) {
    struct strv names CLEANUP(strv_release) = {0};
    const char *near;

    for (size_t i = 0; i < siblings->len; i++) {
        vec_push(&names, siblings->at[i].name);
    }
    int rc = err_set(l->refuse ? ERR_REFUSED : ERR_NOT_FOUND, "'%s' is not in the repository '%s'",
                     path, l->source->shown);
    if ((near = suggest_name(path_base(path), &names))) {
        err_hint("did you mean '%s'?", path_join(l->arena, path_dir(l->arena, path), near));
    }
    if (is_uncommitted(l, path)) {
        err_hint("it is there, but not in commit %.7s: commit it first", l->source->commit);
    }
    return rc;
}

/* The thing at the path itself, which is there in files or data. */
static int find_thing(struct thing *out, struct lister *l, const char *path) {
    struct things siblings = {0};
    struct file_id id;
    int rc = 0;

    *out = (struct thing){.name = "", .in_files = true, .entry = {.isdir = true, .size = -1}};
    if (path[0] == '\0') {
        if (!l->view.commit && file_id_peek(&id, l->view.repo->root_fd, ".")) {
            out->entry.size = (int64_t)id.size;
        }
        return 0;
    }
    bool tracked_only = l->tracked_only;
    l->tracked_only = false;
    rc = list_things(&siblings, l, path_dir(l->arena, path));
    l->tracked_only = tracked_only;
    bool found = false;
    for (size_t i = 0; !rc && i < siblings.len && !found; i++) {
        found = str_eq(siblings.at[i].name, path_base(path));
        *out = found ? siblings.at[i] : *out;
    }
    if (!rc && !found) {
        rc = not_there(l, path, &siblings);
    }
    vec_release(&siblings);
    return rc;
}

static int compare_paths(const void *a, const void *b) {
    return strcmp(((const struct list_entry *)a)->path, ((const struct list_entry *)b)->path);
}

static void push_entry(struct list_entries *out, const struct thing *t, const char *path) {
    struct list_entry e = t->entry;

    e.path = path;
    e.is_file = t->in_files;
    vec_push(out, e);
}

/* `level`: of folders below this one that are gone through. */
static int walk_flat(struct list_entries *out, struct lister *l, const char *top, const char *below,
                     const struct list_request *o, int level) {
    struct things list = {0};
    int rc = list_things(&list, l, path_join(l->arena, top, below));

    for (size_t i = 0; !rc && i < list.len; i++) {
        const struct thing *t = &list.at[i];
        const char *path = path_join(l->arena, below, t->name);

        if (!t->entry.isdir || o->form == LIST_FOLDER || level == 1) {
            push_entry(out, t, path);
        } else {
            rc = walk_flat(out, l, top, path, o, level == LIST_ALL_LEVELS ? level : level - 1);
        }
    }
    vec_release(&list);
    return rc;
}

static int walk_tree_form(struct list_entries *out, struct lister *l, const char *path,
                          struct list_entry root, int level) {
    struct things list = {0};

    vec_push(out, root);
    if (!root.isdir || level == 0) {
        return 0;
    }
    int rc = list_things(&list, l, path);
    for (size_t i = 0; !rc && i < list.len; i++) {
        struct list_entry e = list.at[i].entry;

        e.path = list.at[i].name;
        e.depth = root.depth + 1;
        e.last = i + 1 == list.len;
        rc = walk_tree_form(out, l, path_join(l->arena, path, e.path), e,
                            level == LIST_ALL_LEVELS ? level : level - 1);
    }
    vec_release(&list);
    return rc;
}

static void lister_release(struct lister *l) {
    ignore_close(l->rules);
    tracked_release(&l->outs);
    map_release(&l->listings);
}

/* *inside becomes the path in the project that holds it. */
static int lister_open(struct lister *l, const char **inside, struct arena *arena, struct source *s,
                       const char *path) {
    const struct strv all = {0};
    struct index *idx;
    int rc = source_enter(inside, s, path);

    *l = (struct lister){.arena = arena, .source = s};
    if (rc) {
        return rc;
    }
    l->view = (struct view){.repo = s->repo, .commit = s->commit};
    rc = ignore_open(&l->rules, s->repo, l->view.commit);
    rc = rc ? rc : source_index(&idx, s);
    if (!rc && idx) {
        tracked_recorded(&l->outs, arena, idx, &all);
    }
    return rc;
}

int data_list(struct list_entries *out, struct arena *arena, struct source *s,
              const struct list_request *o) {
    struct lister l CLEANUP(lister_release) = {0};
    struct thing top;
    const char *path;
    int rc = lister_open(&l, &path, arena, s, o->path);

    l.tracked_only = o->tracked_only;
    l.no_sizes = o->no_sizes;
    l.strict = o->strict;
    l.refuse = o->refuse;
    if (rc || (rc = find_thing(&top, &l, path))) {
        return rc;
    }
    if (o->form == LIST_TREE) {
        top.entry.path = o->path[0] ? o->path : ".";
        return walk_tree_form(out, &l, path, top.entry, o->level);
    }
    if (!top.entry.isdir || (o->form == LIST_FILES && o->level == 0)) {
        push_entry(out, &top, o->path[0] ? path_base(o->path) : ".");
        return 0;
    }
    rc = walk_flat(out, &l, path, "", o, o->level);
    if (out->len > 1) {
        qsort(out->at, out->len, sizeof *out->at, compare_paths);
    }
    return rc;
}

bool list_is_control(const char *name) {
    return stagefile_is_any(name) || str_eq(name, ".dvcignore");
}

static int count_bytes(int64_t *bytes, struct lister *l, const char *path, const struct thing *t) {
    struct things list = {0};
    int rc;

    if (!t->entry.isdir || (t->in_data && !t->in_files && t->entry.size >= 0)) {
        *bytes += t->entry.size > 0 ? t->entry.size : 0;
        return 0;
    }
    rc = list_things(&list, l, path);
    for (size_t i = 0; !rc && i < list.len; i++) {
        if (!list_is_control(list.at[i].name)) {
            rc = count_bytes(bytes, l, path_join(l->arena, path, list.at[i].name), &list.at[i]);
        }
    }
    vec_release(&list);
    return rc;
}

static int push_usage(struct list_entries *out, struct lister *l, const char *path,
                      const char *inside, const struct thing *t) {
    struct list_entry e = {.path = path};
    int rc = count_bytes(&e.size, l, inside, t);

    vec_push(out, e);
    return rc;
}

int data_usage(struct list_entries *out, struct arena *arena, struct source *s, const char *path,
               bool total) {
    struct lister l CLEANUP(lister_release) = {0};
    struct things list = {0};
    struct thing top;
    const char *inside;
    int rc = lister_open(&l, &inside, arena, s, path);

    if (rc || (rc = find_thing(&top, &l, inside))) {
        return rc;
    }
    if (total || !top.entry.isdir) {
        return push_usage(out, &l, path, inside, &top);
    }
    rc = list_things(&list, &l, inside);
    for (size_t i = 0; !rc && i < list.len; i++) {
        if (!list_is_control(list.at[i].name)) {
            const char *name = list.at[i].name;
            rc = push_usage(out, &l, path_join(arena, path, name), path_join(arena, inside, name),
                            &list.at[i]);
        }
    }
    vec_release(&list);
    return rc;
}
