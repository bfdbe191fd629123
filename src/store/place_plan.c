#include "store/place_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/file.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/odb_items.h"
#include "store/place.h"
#include "store/scan.h"
#include "store/statcache.h"

char *place_full_path(struct arena *arena, const struct place_spec *spec, const char *path) {
    return *path ? path_join(arena, spec->path, path) : arena_strdup(arena, spec->path);
}

void place_plan_release(struct place_plan *plan) {
    vec_release(&plan->changes);
}

static bool in_scope(const struct place_spec *spec, const char *path) {
    return !spec->below || *spec->below == '\0' || path_inside(spec->below, path);
}

static int load_want(struct place_plan *plan, struct place_result *result) {
    const struct place_spec *spec = plan->spec;
    char hex[DIGEST_TEXT_MAX];

    plan->want_any = digest_is_set(&spec->digest);
    plan->want_dir = plan->want_any && spec->digest.is_dir;
    if (!plan->want_any) {
        return 0;
    }
    if (!plan->want_dir) {
        plan->want.at = arena_alloc(plan->arena, sizeof *plan->want.at);
        plan->want.at[0] =
            (struct tree_entry){.path = "", .digest = spec->digest, .size = UINT64_MAX};
        plan->want.len = plan->want.cap = 1;
        return 0;
    }
    int rc = tree_load(&plan->want, plan->arena, spec->cache, &spec->digest);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        vec_push(&result->missing, arena_strdup(plan->arena, digest_text(hex, &spec->digest)));
        err_clear();
        return err_set(ERR_NOT_FOUND, "the listing of '%s' (%s) is not in the cache", spec->path,
                       hex);
    }
    return rc;
}

static void compare(struct place_plan *plan) {
    const struct place_spec *spec = plan->spec;
    const struct scan *now = spec->now;
    size_t n = plan->cut_link ? 0 : now->nfiles_at, i = 0, k = 0;

    while (i < plan->want.len || k < n) {
        const struct tree_entry *want = i < plan->want.len ? &plan->want.at[i] : NULL;
        const struct scan_file *have = k < n ? &now->files[k] : NULL;
        int order = !want ? 1 : !have ? -1 : strcmp(want->path, have->path);
        i += order <= 0;
        k += order >= 0;
        want = order <= 0 ? want : NULL;
        have = order >= 0 ? have : NULL;

        struct placement p = {.path = want ? want->path : have->path, .want = want, .now = have};
        if (!in_scope(spec, p.path)) {
            continue;
        }
        p.same = want && have && digest_equal(&want->digest, &have->digest);
        if (!p.same || (spec->relink && place_needs_relink(&plan->reflinks, spec, have))) {
            vec_push(&plan->changes, p);
        }
    }
}

/* While files are placed that the same command has just fetched, their objects were stored and found
 * whole a moment ago. */
static bool just_fetched(const struct cache *c, const struct digest *d) {
    return c->drafts && c->objects && stat_table_recorded(c->objects, d);
}

/* Keeps those that the cache does not have whole, each once. */
static int keep_missing(struct odb_items *items, const struct place_spec *spec) {
    size_t n = 0;

    odb_items_sort(items);
    for (size_t i = 0; i < items->len; i++) {
        if (!just_fetched(spec->cache, &items->at[i].digest)) {
            items->at[n++] = items->at[i];
        }
    }
    items->len = n;
    int rc = cache_verify(spec->cache, items->at, items->len, spec->progress);
    n = 0;
    for (size_t i = 0; i < items->len; i++) {
        struct odb_item *item = &items->at[i];
        free(item->why);
        item->why = NULL;
        if (item->rc) {
            items->at[n++] = *item;
        }
    }
    items->len = n;
    return rc;
}

/* All that is to be written must be in the cache. */
static int check_cached(struct place_plan *plan, struct place_result *result) {
    struct odb_items items CLEANUP(odb_items_release) = {0};
    const char *first = NULL;
    char hex[DIGEST_TEXT_MAX];
    size_t files = 0;

    for (size_t i = 0; i < plan->changes.len; i++) {
        if (plan->changes.at[i].want) {
            odb_items_add(&items, &plan->changes.at[i].want->digest);
        }
    }
    int rc = keep_missing(&items, plan->spec);
    if (rc || items.len == 0) {
        return rc;
    }
    for (size_t i = 0; i < items.len; i++) {
        vec_push(&result->missing,
                 arena_strdup(plan->arena, digest_text(hex, &items.at[i].digest)));
    }
    for (size_t i = 0; i < plan->changes.len; i++) {
        struct placement *p = &plan->changes.at[i];
        p->missing = p->want && odb_items_find(&items, &p->want->digest);
        files += p->missing;
        first = !first && p->missing ? p->path : first;
    }
    if (plan->spec->partial) {
        return 0;
    }
    first = place_full_path(plan->arena, plan->spec, first);
    return files == 1
               ? err_set(ERR_NOT_FOUND, "the cache does not have '%s'", first)
               : err_set(ERR_NOT_FOUND, "the cache does not have %zu of the files of '%s': '%s' …",
                         files, plan->spec->path, first);
}

static int would_lose(struct place_plan *plan, const char *path, const char *what) {
    int rc = err_set(ERR_EXISTS, "'%s' %s", place_full_path(plan->arena, plan->spec, path), what);

    err_hint("move it away, or use --force to give it up");
    return rc;
}

/* All that is to be overwritten or deleted must be in the cache too. */
static int check_saved(struct place_plan *plan) {
    struct odb_items items CLEANUP(odb_items_release) = {0};

    for (size_t i = 0; i < plan->changes.len; i++) {
        const struct placement *p = &plan->changes.at[i];
        if (p->now && !p->same && !p->missing) {
            odb_items_add(&items, &p->now->digest);
        }
    }
    int rc = keep_missing(&items, plan->spec);
    for (size_t i = 0; !rc && items.len > 0 && i < plan->changes.len; i++) {
        const struct placement *p = &plan->changes.at[i];
        if (p->now && !p->same && !p->missing && odb_items_find(&items, &p->now->digest)) {
            rc =
                would_lose(plan, p->path,
                           p->want ? "would be overwritten, and the cache does not have its content"
                                   : "would be deleted, and the cache does not have its content");
        }
    }
    return rc;
}

/* Whether the path is one that an object has in some cache: this one may have been elsewhere. */
static bool is_object_path(const struct cache *c, const char *path) {
    const char *base = path_base(path), *layout = cache_layout(c->algo);
    char text[DIGEST_TEXT_MAX], name[OBJECT_NAME_MAX];
    struct str tail CLEANUP(str_release) = STR_INIT;
    struct digest d;

    if (base - path < 4 || strlen(base) + 3 > sizeof text) {
        return false;
    }
    memcpy(text, base - 3, 2);
    memcpy(text + 2, base, strlen(base) + 1);
    if (!digest_from_text(&d, c->algo, text)) {
        return false;
    }
    str_addf(&tail, "%s%s/%s", *layout ? "/" : "", layout, object_name(name, &d));
    return str_ends(path, tail.buf);
}

/* Whether a dead symlink is one of ours, to an object that is gone. */
static bool is_own_link(const struct cache *c, int dirfd, const char *name) {
    char target[4096];
    ssize_t len = readlinkat(dirfd, name, target, sizeof target - 1);

    if (len < 0) {
        return false;
    }
    target[len] = '\0';
    return path_inside(c->root_path, target) || is_object_path(c, target);
}

bool place_is_dead_link(struct cache *cache, int root_fd, const char *path) {
    struct stat st;

    return is_own_link(cache, root_fd, path) && fstatat(root_fd, path, &st, 0) && errno == ENOENT;
}

/* Whether all files in a folder are among those that go. */
static bool gets_empty(const struct place_plan *plan, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct scan *now = plan->spec->now;
    const char *full = place_full_path(arena, plan->spec, path);
    struct walk w = {0};
    size_t k = 0;

    int rc = walk_tree(&w, arena, plan->spec->root_fd, full, NULL, NULL);
    for (size_t i = 0; !rc && i < w.len; i++) {
        const char *inside = *path ? path_join(arena, path, w.at[i].path) : w.at[i].path;
        while (k < now->nfiles_at && strcmp(now->files[k].path, inside) < 0) {
            k++;
        }
        rc = k == now->nfiles_at || strcmp(now->files[k].path, inside) != 0;
    }
    if (rc < 0) {
        err_clear();
    }
    walk_release(&w);
    return rc == 0;
}

/* What nobody listed may stand where a file is to be added: ignored files, dead links. */
static int check_free(struct place_plan *plan, int parent, const struct placement *p) {
    const char *full = place_full_path(plan->arena, plan->spec, p->path), *name = path_base(full);
    struct stat st;

    if (plan->spec->force || fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW)) {
        return 0;
    }
    if (S_ISDIR(st.st_mode) && gets_empty(plan, p->path)) {
        return 0;
    }
    if (S_ISLNK(st.st_mode) && is_own_link(plan->spec->cache, parent, name)) {
        return 0;
    }
    return would_lose(plan, p->path, "is in the way: it is not part of what is tracked");
}

/* Whether a file that goes stands where a folder above the path will be. */
static bool file_makes_way(const struct place_plan *plan, const char *path) {
    for (size_t i = 0; i < plan->changes.len; i++) {
        const struct placement *p = &plan->changes.at[i];
        if (!p->want && strcmp(p->path, path) != 0 && path_inside(p->path, path)) {
            return true;
        }
    }
    return false;
}

/* The folders that are written to are real ones, and what is added meets nothing. */
static int check_folders(struct place_plan *plan) {
    struct str last CLEANUP(str_release) = STR_INIT;
    int parent CLEANUP(fd_closep) = -1;
    bool first = true;

    for (size_t i = 0; i < plan->changes.len; i++) {
        const struct placement *p = &plan->changes.at[i];
        const char *full = place_full_path(plan->arena, plan->spec, p->path);
        size_t dir = (size_t)(path_base(full) - full);
        if (p->missing) {
            continue;
        }
        if (first || last.len != dir || strncmp(last.buf, full, dir) != 0) {
            first = false;
            str_clear(&last);
            str_add(&last, full, dir);
            fd_closep(&parent);
            int rc = beneath_parent(&parent, plan->spec->root_fd, full, false);
            if (rc == ERR_NOT_FOUND ||
                (rc && err_system() == ENOTDIR && file_makes_way(plan, p->path))) {
                err_clear();
            } else if (rc) {
                return rc;
            }
        }
        int rc = parent >= 0 && !p->now ? check_free(plan, parent, p) : 0;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* An out that is a symlink to a folder, or a dead one, is never written through: the link itself
 * goes, and what it leads to stays. */
static int check_link(struct place_plan *plan) {
    const struct place_spec *spec = plan->spec;
    const struct scan *now = spec->now;
    int parent CLEANUP(fd_closep) = -1;

    bool in_the_way = now->link && (now->is_dir || (!now->exists && plan->want_dir));
    if (!in_the_way || (plan->want_dir && digest_equal(&now->digest, &spec->digest))) {
        return 0;
    }
    plan->cut_link = true;
    if (spec->force || !plan->want_any) {
        return 0;
    }
    int rc = beneath_parent(&parent, spec->root_fd, spec->path, false);
    if (rc || (!now->exists && is_own_link(spec->cache, parent, path_base(spec->path)))) {
        return rc;
    }
    return would_lose(plan, "", "is a symbolic link, which is not written through");
}

int place_plan_make(struct place_plan *plan, struct place_result *result, struct arena *arena,
                    const struct place_spec *spec) {
    *plan = (struct place_plan){.spec = spec, .arena = arena};

    int rc = beneath_check(spec->path);
    if (!rc) {
        rc = load_want(plan, result);
    }
    if (!rc) {
        rc = check_link(plan);
    }
    if (rc) {
        return rc;
    }
    compare(plan);
    plan->set_exec = spec->isexec && plan->changes.len == 0 && spec->now->exists &&
                     !spec->now->isexec && !spec->now->link && spec->now->files[0].id.nlink == 1;
    rc = check_cached(plan, result);
    if (!rc && !spec->force) {
        rc = check_saved(plan);
    }
    return rc || plan->cut_link ? rc : check_folders(plan);
}

int place_plan_relink(struct place_plan *plan, struct place_result *result, struct arena *arena,
                      const struct place_spec *spec) {
    const struct scan *now = spec->now;

    *plan = (struct place_plan){.spec = spec, .arena = arena, .want_any = now->exists};
    plan->want_dir = now->is_dir;
    if (!now->exists || (now->link && now->is_dir)) {
        return 0;
    }
    for (size_t i = 0; i < now->nfiles_at; i++) {
        const struct scan_file *f = &now->files[i];
        if (!in_scope(spec, f->path) || !place_needs_relink(&plan->reflinks, spec, f)) {
            continue;
        }
        struct tree_entry *want = arena_alloc(arena, sizeof *want);
        *want = (struct tree_entry){.path = f->path, .digest = f->digest, .size = f->id.size};
        vec_push(&plan->changes,
                 ((struct placement){.path = f->path, .want = want, .now = f, .same = true}));
    }
    int rc = check_cached(plan, result);
    return rc ? rc : check_folders(plan);
}
