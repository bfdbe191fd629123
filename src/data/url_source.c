#include "data/url_source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/spare_cache.h"
#include "hash/hasher.h"
#include "job/progress.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/versions.h"
#include "os/stat.h"
#include "remote/files.h"
#include "remote/intake.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/partial.h"

int url_source_open(struct url_source *out, struct arena *arena, struct repo *r,
                    const struct url_asked *a) {
    *out = (struct url_source){.arena = arena, .typed = a->url, .url = remote_shown(arena, a->url)};
    for (size_t i = 0; a->options && i < a->options->len; i++) {
        const char *option = a->options->at[i];
        out->versions = out->versions || str_eq(option, "version_aware=true") ||
                        str_eq(option, "version_aware=True");
    }
    return url_place_open(&out->place, arena, r, a);
}

int url_source_of(struct url_source *out, struct arena *arena, struct data *d,
                  const struct dep *dep) {
    struct strv options CLEANUP(strv_release) = {0};
    struct url_asked asked = {
        .url = dep->path, .from = d->repo->root, .jobs = d->jobs, .state = d->state};

    dep_options(&options, arena, dep);
    struct strv *kept = arena_alloc(arena, sizeof *kept);
    *kept = (struct strv){.len = options.len, .cap = options.len};
    kept->at = arena_dup(arena, options.at, options.len * sizeof *options.at);
    asked.options = kept;
    return url_source_open(out, arena, d->repo, &asked);
}

void url_source_release(struct url_source *s) {
    url_place_release(&s->place);
    vec_release(&s->files);
}

/* As DVC takes it from the url: not of what the url turns out to mean. */
const char *url_source_name(const struct url_source *s) {
    const char *scheme = strstr(s->typed, "://"), *path = s->typed;
    size_t len = strlen(path);

    if (scheme) {
        path = scheme + 3 + strcspn(scheme + 3, "/");
        len = strcspn(path, "?#");
    }
    return path_base(path_normal(s->arena, arena_strndup(s->arena, path, len)));
}

const char *url_source_shown(const struct url_source *s, const struct repo *r) {
    if (!s->place.path || path_is_absolute(s->typed) || strstr(s->typed, "://")) {
        return s->url;
    }
    return path_inside(r->root, s->place.path) ? repo_shown(r, path_below(r->root, s->place.path))
                                               : s->place.path;
}

int url_source_missing(const struct url_source *s) {
    return err_set(ERR_NOT_FOUND, "there is nothing at '%s'", s->url);
}

/* ---- what is there */

static int take_file(void *ctx, const struct files_item *item) {
    struct url_source *s = ctx;
    size_t len = strlen(item->key);

    if (len == 0 || item->key[len - 1] == '/') {
        return 0; /* what stands for a folder in stores that have none */
    }
    if (path_is_hostile(item->key)) {
        return err_set(ERR_FAILED, "'%s' has a file '%s', which cannot be one here", s->url,
                       item->key);
    }
    struct url_file f = {
        .path = arena_strdup(s->arena, item->key),
        .size = item->size,
        .etag = item->etag ? arena_strdup(s->arena, item->etag) : NULL,
        .version = item->version ? arena_strdup(s->arena, item->version) : NULL,
    };
    vec_push(&s->files, f);
    return 0;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct url_file *)a)->path, ((const struct url_file *)b)->path);
}

/* Stores without folders may have "a" and "a/b". */
static int check_places(struct url_source *s) {
    struct map paths = MAP_INIT;
    int rc = 0;

    for (size_t i = 0; i < s->files.len; i++) {
        map_put(&paths, s->files.at[i].path, s);
    }
    for (size_t i = 0; !rc && i < s->files.len; i++) {
        const char *dir = path_dir(s->arena, s->files.at[i].path);
        for (; !rc && dir[0]; dir = path_dir(s->arena, dir)) {
            if (map_has(&paths, dir)) {
                rc = err_set(ERR_FAILED, "'%s' has '%s' as a file and as a folder", s->url, dir);
            }
        }
    }
    map_release(&paths);
    return rc;
}

static int note_any(void *ctx, const struct files_item *item) {
    (void)item;
    *(bool *)ctx = true;
    return 0;
}

/* Stores without folders: one is there when something is in it. */
static int any_below(struct url_source *s) {
    struct files *f = s->place.files;
    struct files_range range = {.prefix = "", .level = true, .max = 1};
    bool any = false;

    int rc = f->ops->list ? f->ops->list(f, &range, 1, note_any, &any) : 0;
    s->exists = s->is_dir = any;
    return rc;
}

static int stat_there(struct url_source *s) {
    struct files *f = s->place.files;
    struct files_item item = {.key = "", .size = FILES_SIZE_UNKNOWN};
    int rc = f->ops->stat(f, &item, 1, s->arena, NULL);

    if (!rc && item.rc && item.rc != ERR_NOT_FOUND) {
        rc = err_set((enum err_code)item.rc, "%s", item.why);
    }
    bool found = !rc && !item.rc;
    files_release(&item, 1);
    if (rc || !found) {
        return rc ? rc : any_below(s);
    }
    s->exists = true;
    s->is_dir = item.is_dir;
    if (!item.is_dir) {
        struct url_file file = {
            .path = "", .size = item.size, .etag = item.etag, .version = item.version};
        vec_push(&s->files, file);
    }
    return 0;
}

int url_source_stat(struct url_source *s) {
    struct file_id id;

    vec_clear(&s->files);
    s->exists = s->is_dir = false;
    if (!s->place.path) {
        return stat_there(s);
    }
    int rc = file_id_follow(&id, AT_FDCWD, s->place.path);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    s->exists = !rc;
    s->is_dir = !rc && S_ISDIR(id.mode);
    return rc;
}

/* Listings tell no versions. */
int url_source_ask_versions(struct url_source *s) {
    struct files *f = s->place.files;
    size_t n = s->files.len;
    struct files_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);

    for (size_t i = 0; i < n; i++) {
        items[i].key = s->files.at[i].path;
    }
    int rc = f->ops->stat(f, items, n, s->arena, NULL);
    rc = rc ? rc : url_source_failure(s, items);
    for (size_t i = 0; !rc && i < n; i++) {
        struct url_file *file = &s->files.at[i];
        file->etag = items[i].etag;
        file->size = items[i].size;
        file->version = items[i].version;
        if (!file->version) {
            rc = err_set(ERR_UNSUPPORTED, "'%s': the store keeps no versions", s->url);
        }
    }
    files_release(items, n);
    return rc;
}

static int list_all(struct url_source *s) {
    struct files_range range = {.prefix = ""};
    int rc = s->place.files->ops->list(s->place.files, &range, 1, take_file, s);
    if (!rc && s->files.len > 0) {
        qsort(s->files.at, s->files.len, sizeof *s->files.at, by_path);
        rc = check_places(s);
    }
    return rc;
}

int url_source_look(struct url_source *s) {
    int rc = url_source_stat(s);

    if (rc || s->place.path) {
        return rc;
    }
    rc = s->is_dir ? list_all(s) : 0;
    return rc || !s->versions || !s->exists ? rc : url_source_ask_versions(s);
}

/* ---- what is recorded of it */

static bool has_etags(const struct url_source *s) {
    for (size_t i = 0; i < s->files.len; i++) {
        if (!s->files.at[i].etag) {
            return false;
        }
    }
    return s->place.files->ops->etag_key != NULL;
}

static void record_etags(struct content *out, struct url_source *s) {
    const char *key = s->place.files->ops->etag_key;
    struct content_file *files = arena_alloc(s->arena, (s->files.len + 1) * sizeof *files);

    content_clear(out);
    if (!s->is_dir) {
        out->etag = s->files.at[0].etag;
        out->etag_key = key;
        out->size = s->files.at[0].size == UINT64_MAX ? -1 : (int64_t)s->files.at[0].size;
        return;
    }
    for (size_t i = 0; i < s->files.len; i++) {
        files[i] =
            (struct content_file){s->files.at[i].path, s->files.at[i].etag, s->files.at[i].size};
    }
    content_from_files(out, key, files, s->files.len);
}

static int record_local(struct content *out, struct data *d, struct url_source *s) {
    struct scan now;
    int rc = output_scan(&now, s->arena, d, s->place.path, d->hash, false);

    if (!rc) {
        content_from_scan(out, &now);
    }
    return rc;
}

/* There is no other way to learn an md5 than to read all of it. */
static int record_content(struct content *out, struct data *d, struct url_source *s) {
    struct spare_cache spare;
    int rc = spare_cache_open(&spare, s->arena, d);

    rc = rc ? rc : url_source_fetch(out, &spare.data, s);
    return spare_cache_close(&spare, rc);
}

int url_source_record(struct content *out, struct data *d, struct url_source *s) {
    if (!s->exists) {
        return url_source_missing(s);
    }
    if (s->place.path) {
        return record_local(out, d, s);
    }
    if (has_etags(s)) {
        record_etags(out, s);
        return 0;
    }
    return record_content(out, d, s);
}

int url_source_record_dep(struct dep *dep, struct data *d, struct url_source *s) {
    struct version_files files CLEANUP(version_files_release) = {0};

    if (!s->versions || s->place.path || !s->exists) {
        return url_source_record(&dep->recorded, d, s);
    }
    for (size_t i = 0; i < s->files.len; i++) {
        const struct url_file *f = &s->files.at[i];
        struct version_file file = {
            .path = f->path, .size = f->size, .etag = f->etag, .version = f->version};
        vec_push(&files, file);
    }
    versions_record_dep(dep, s->arena, s->place.files->ops->etag_key, &files);
    return 0;
}

bool url_source_recall(struct url_source *s, const struct dep *dep) {
    struct version_files files CLEANUP(version_files_release) = {0};

    if (s->place.path) {
        return false;
    }
    versions_of_dep(&files, dep);
    for (size_t i = 0; i < files.len; i++) {
        const struct version_file *f = &files.at[i];
        struct url_file file = {
            .path = f->path, .size = f->size, .etag = f->etag, .version = f->version};
        if (!f->version || (f->path[0] && path_is_hostile(f->path))) {
            vec_clear(&s->files);
            return false;
        }
        vec_push(&s->files, file);
    }
    s->exists = files.len > 0;
    s->is_dir = s->exists && dep->recorded.digest.is_dir;
    return s->exists;
}

/* ---- all of it */

struct fetching {
    struct url_source *source;
    struct files_item *items;
    struct odb_item *objects;
    struct digest *names; /* of the parts that a run leaves */
    size_t n;
};

/* What is kept in part is known by where it came from and which content that was. */
static void name_part(struct digest *out, const struct url_source *s, const struct url_file *f) {
    struct str text CLEANUP(str_release) = STR_INIT;

    *out = (struct digest){0};
    if (f->etag && s->place.files->ops->etag_key) {
        str_addf(&text, "%s\n%s\n%s", s->place.files->url, f->path, f->etag);
        hash_bytes(out, HASH_MD5, text.buf, text.len);
    }
}

static void fetching_init(struct fetching *f, struct url_source *s, struct odb_item *objects) {
    *f = (struct fetching){.source = s, .objects = objects, .n = s->files.len};
    f->items = mem_zalloc(f->n + 1, sizeof *f->items);
    f->names = mem_zalloc(f->n + 1, sizeof *f->names);
    for (size_t i = 0; i < f->n; i++) {
        const struct url_file *file = &s->files.at[i];
        f->items[i] =
            (struct files_item){.key = file->path, .size = file->size, .version = file->version};
        f->objects[i].size = file->size;
        name_part(&f->names[i], s, file);
    }
}

static void fetching_release(struct fetching *f) {
    files_release(f->items, f->n);
    free(f->items);
    free(f->names);
}

int url_source_failure(const struct url_source *s, const struct files_item *items) {
    for (size_t i = 0; i < s->files.len; i++) {
        const struct files_item *item = &items[i];
        if (item->rc) {
            return err_set((enum err_code)item->rc, "'%s%s%s': %s", s->url, *item->key ? "/" : "",
                           item->key, item->why);
        }
    }
    return 0;
}

/* What goes on from a run before must still be what that run began with: large files are looked at
 * once more. */
static int check_unchanged(struct fetching *f) {
    struct url_source *s = f->source;
    struct files *place = s->place.files;
    int rc = 0;

    for (size_t i = 0; !rc && i < f->n; i++) {
        struct files_item now = {.key = f->items[i].key, .version = f->items[i].version};
        if (!digest_is_set(&f->names[i]) || f->objects[i].size < PARTIAL_MIN) {
            continue;
        }
        rc = place->ops->stat(place, &now, 1, s->arena, NULL);
        if (!rc && !now.rc && !str_eq(now.etag, s->files.at[i].etag)) {
            rc = err_set(ERR_FAILED, "'%s' changed while it was fetched", s->url);
        }
        files_release(&now, 1);
    }
    return rc;
}

static int fetch_files(struct fetching *f, struct data *d) {
    struct files *place = f->source->place.files;
    uint64_t bytes = 0;

    for (size_t i = 0; i < f->n; i++) {
        bytes += f->items[i].size == UINT64_MAX ? 0 : f->items[i].size;
    }
    progress_phase(d->progress, "Fetching", f->n, bytes);
    int rc = files_intake(place, f->items, data_cache_for(d, d->hash), f->objects, f->n, f->names,
                          d->progress);
    rc = rc ? rc : url_source_failure(f->source, f->items);
    return rc ? rc : check_unchanged(f);
}

static int make_listing(struct content *out, struct data *d, const struct url_source *s,
                        const struct odb_item *objects) {
    struct tree tree = {0};
    uint64_t size = 0;
    int rc;

    for (size_t i = 0; i < s->files.len; i++) {
        struct tree_entry e = {
            .path = s->files.at[i].path, .digest = objects[i].digest, .size = objects[i].size};
        vec_push(&tree, e);
        size += e.size;
    }
    rc = tree_store(&out->digest, &tree, data_cache_for(d, d->hash), d->hash);
    out->size = (int64_t)size;
    out->nfiles = (int64_t)s->files.len;
    vec_release(&tree);
    return rc;
}

static int fetch_local(struct content *out, struct data *d, struct url_source *s) {
    struct scan now;
    int rc = output_scan(&now, s->arena, d, s->place.path, d->hash, true);

    if (!rc) {
        content_from_scan(out, &now);
        out->isexec = false; /* DVC copies bytes, and no modes */
    }
    return rc;
}

int url_source_fetch_files(struct odb_item *objects, struct data *d, struct url_source *s) {
    struct fetching f;

    fetching_init(&f, s, objects);
    int rc = fetch_files(&f, d);
    fetching_release(&f);
    return rc;
}

int url_source_fetch(struct content *out, struct data *d, struct url_source *s) {
    struct odb_item *objects CLEANUP(mem_freep) = NULL;

    content_clear(out);
    if (!s->exists) {
        return url_source_missing(s);
    }
    if (s->place.path) {
        return fetch_local(out, d, s);
    }
    objects = mem_zalloc(s->files.len + 1, sizeof *objects);
    int rc = url_source_fetch_files(objects, d, s);
    if (!rc && s->is_dir) {
        rc = make_listing(out, d, s, objects);
    } else if (!rc) {
        out->digest = objects[0].digest;
        out->size = (int64_t)objects[0].size;
    }
    return rc;
}
