#include "data/get.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/list.h"
#include "data/source.h"
#include "data/source_files.h"
#include "hash/digest.h"
#include "model/config.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/link.h"
#include "os/stat.h"
#include "os/temp.h"
#include "store/cache.h"
#include "store/staging.h"
#include "store/tree.h"

#define ASSEMBLED "out" /* in the staging folder: what is not yet at its place */

/* One path on its way to `name` in the folder parent_fd. */
struct getting {
    struct arena *arena;
    const struct get_request *request;
    struct source *source;
    struct source_files files;
    const char *parent, *name;
    int parent_fd;
    struct staging *staging; /* in the parent: from there a rename brings files to their place */
    struct data into;        /* its caches alone, in the staging folder */
    mode_t mode;             /* of new files */
    struct map placed;       /* digest -> absolute path of a file that has it */
};

static void getting_release(struct getting *g) {
    source_files_release(&g->files);
    data_caches_close(&g->into);
    staging_close(g->staging);
    fd_closep(&g->parent_fd);
    map_release(&g->placed);
}

/* Splits the target into a folder, which is made, and a name in it. */
static int open_target(struct getting *g, const char *own) {
    const struct get_request *o = g->request;
    const char *here = dir_current(g->arena);
    const char *path = o->out ? path_join(g->arena, here, o->out) : here;
    struct file_id id;

    if (!o->out || file_is_dir(AT_FDCWD, path)) {
        if (!own[0]) {
            return err_set(ERR_FAILED, "the whole of '%s' has no name: say where it goes, with -o",
                           g->source->shown);
        }
        path = path_join(g->arena, path, own);
    }
    path = path_normal(g->arena, path);
    const char *shown = path_inside(here, path) ? path_below(here, path) : path;
    if (str_ends(path, ".dvc") || str_eq(path_base(path), "dvc.yaml")) {
        return err_set(ERR_FAILED, "'%s' would be taken for what says what is tracked", shown);
    }
    if (!o->force && file_id_peek(&id, AT_FDCWD, path)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to force.", shown);
    }
    g->name = path_base(path);
    g->parent = path_dir(g->arena, path);
    g->parent = g->parent[0] ? g->parent : "/";
    int rc = dir_make(AT_FDCWD, g->parent, 0777);
    if (rc) {
        return rc;
    }
    g->parent_fd = open(g->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return g->parent_fd < 0 ? err_errno("cannot open the folder '%s'", g->parent) : 0;
}

/* The caches that all is fetched into, beside where it goes. */
static int open_caches(struct getting *g) {
    char name[TEMP_NAME_MAX];
    struct stat st;
    int fd CLEANUP(fd_closep) = -1;

    staging_sweep(g->parent_fd);
    int rc = staging_open(&g->staging, g->parent_fd, g->parent);
    if (rc || (rc = temp_open(&fd, name, staging_fd(g->staging), ""))) {
        return rc;
    }
    if (fstat(fd, &st)) {
        return err_errno("cannot look at a new file in '%s'", g->parent);
    }
    g->mode = st.st_mode & 07777;
    const char *staged = path_join(g->arena, g->parent, staging_folder(g->staging));
    const struct cache_config cfg = {
        .dir = path_join(g->arena, staged, "cache"), .label = g->parent, .unsynced = true};
    return data_caches_open(&g->into, &cfg);
}

/* The object becomes the file; a second file of the same content is a copy of the first. */
static int place(struct getting *g, const struct source_file *file, int root_fd, const char *root,
                 const char *path) {
    struct str object CLEANUP(str_release) = STR_INIT;
    char key[DIGEST_TEXT_MAX], name[TEMP_NAME_MAX];
    int folder CLEANUP(fd_closep) = -1;
    int rc = beneath_parent(&folder, root_fd, path, true);

    if (rc) {
        return rc;
    }
    digest_text(key, &file->digest);
    const char *first = map_get(&g->placed, key);
    temp_name(name);
    if (first) {
        rc = link_make(LINK_REFLINK, AT_FDCWD, first, folder, name, g->mode);
        if (rc == ERR_UNSUPPORTED) {
            err_clear();
            rc = link_make(LINK_COPY, AT_FDCWD, first, folder, name, g->mode);
        }
    } else {
        cache_path(data_cache_for(&g->into, (enum hash_algo)file->digest.algo), &file->digest,
                   &object);
        if (fchmodat(AT_FDCWD, object.buf, g->mode, 0) ||
            renameat(AT_FDCWD, object.buf, folder, name)) {
            rc = err_errno("cannot write '%s'", path);
        }
        map_put(&g->placed, arena_strdup(g->arena, key), path_join(g->arena, root, path));
    }
    if (!rc && renameat(folder, name, folder, path_base(path))) {
        rc = err_errno("cannot write '%s'", path);
        (void)unlinkat(folder, name, 0);
    }
    return rc;
}

static int in_the_way(const char *path, bool is_dir) {
    int rc = err_set(ERR_EXISTS,
                     is_dir ? "'%s' is a folder here, and a file there"
                            : "'%s' is a file here, and a folder there",
                     path);
    err_hint("move it away first: -f replaces files by files");
    return rc;
}

/* Whether what is here lets all come: known before the first file is replaced. */
static int check_way(const struct getting *g) {
    struct file_id id;
    const char *folder = "";

    for (size_t i = 0; i < g->files.all.len; i++) {
        const char *own = g->files.all.at[i].path;
        const char *path = own[0] ? path_join(g->arena, g->name, own) : g->name;
        if (file_id_peek(&id, g->parent_fd, path) && S_ISDIR(id.mode)) {
            return in_the_way(path, true);
        }
        const char *above = own[0] ? path_dir(g->arena, path) : "";
        if (str_eq(above, folder)) {
            continue;
        }
        folder = above;
        while (above[0] && !file_id_peek(&id, g->parent_fd, above)) {
            above = path_dir(g->arena, above);
        }
        if (above[0] && !S_ISDIR(id.mode)) {
            return in_the_way(above, false);
        }
    }
    return 0;
}

static int place_all(struct getting *g, int root_fd, const char *root, const char *name) {
    int rc = g->files.is_dir ? beneath_mkdir(root_fd, name) : 0;

    for (size_t i = 0; i < g->files.all.len && !rc; i++) {
        const struct source_file *file = &g->files.all.at[i];
        const char *path = file->path[0] ? path_join(g->arena, name, file->path) : name;
        rc = place(g, file, root_fd, root, path);
    }
    return rc;
}

/* What is new is put together first, and then appears at once. */
static int arrive(struct getting *g) {
    const char *staged = path_join(g->arena, g->parent, staging_folder(g->staging));
    struct file_id id;

    if (file_id_peek(&id, g->parent_fd, g->name)) {
        return place_all(g, g->parent_fd, g->parent, g->name);
    }
    int rc = place_all(g, staging_fd(g->staging), staged, ASSEMBLED);
    return rc ? rc : file_rename_new(staging_fd(g->staging), ASSEMBLED, g->parent_fd, g->name);
}

static int get_one(struct source *s, struct arena *arena, const struct get_request *o,
                   const char *path, struct progress *p) {
    struct getting g CLEANUP(getting_release) = {
        .arena = arena, .request = o, .source = s, .parent_fd = -1};
    struct source_moved moved = {0};
    int rc;

    g.into = (struct data){.hash = HASH_MD5, .progress = p, .jobs = o->jobs};
    if ((rc = open_target(&g, path_base(path))) || (rc = source_look(&g.files, arena, s, path)) ||
        (o->force && (rc = check_way(&g))) || (rc = open_caches(&g)) ||
        (rc = source_fetch(&moved, arena, s, &g.files, NULL, &g.into))) {
        return rc;
    }
    return arrive(&g);
}

/* ---- patterns */

/* The shortest beginning of the path that the pattern matches, NULL if none does. */
static const char *match(struct arena *arena, const char *pattern, const char *path) {
    for (const char *end = path; *end;) {
        end += 1 + strcspn(end + 1, "/");
        const char *part = arena_strndup(arena, path, (size_t)(end - path));
        if (glob_match(pattern, part, GLOB_PATHNAME)) {
            return part;
        }
    }
    return NULL;
}

static int expand(struct strv *out, struct arena *arena, struct source *s, const char *pattern) {
    const struct list_request o = {
        .path = "", .form = LIST_FILES, .level = LIST_ALL_LEVELS, .no_sizes = true};
    struct list_entries all = {0};
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int rc = data_list(&all, arena, s, &o);

    for (size_t i = 0; i < all.len && !rc; i++) {
        const char *part = list_is_control(path_base(all.at[i].path))
                               ? NULL
                               : match(arena, pattern, all.at[i].path);
        if (part && map_add(&seen, part, &seen)) {
            vec_push(out, part);
        }
    }
    vec_release(&all);
    if (!rc && out->len == 0) {
        rc = err_set(ERR_NOT_FOUND, "nothing in '%s' matches '%s'", s->shown, pattern);
    }
    return rc;
}

static int check_names(const struct strv *paths) {
    struct map names CLEANUP(map_release) = MAP_INIT;

    for (size_t i = 0; i < paths->len; i++) {
        const char *other = map_get(&names, path_base(paths->at[i]));
        if (other) {
            return err_set(ERR_FAILED, "'%s' and '%s' match, and have the same name", other,
                           paths->at[i]);
        }
        map_put(&names, path_base(paths->at[i]), (void *)(uintptr_t)paths->at[i]);
    }
    return 0;
}

static int get_matching(struct source *s, struct arena *arena, const struct get_request *o,
                        const char *pattern, struct progress *p) {
    struct strv paths CLEANUP(strv_release) = {0};
    int rc = expand(&paths, arena, s, pattern);

    if (rc || (rc = check_names(&paths)) || (o->out && (rc = dir_make(AT_FDCWD, o->out, 0777)))) {
        return rc;
    }
    for (size_t i = 0; i < paths.len && !rc; i++) {
        rc = get_one(s, arena, o, paths.at[i], p);
    }
    return rc;
}

int data_get(const struct get_request *o, struct progress *p) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct source s CLEANUP(source_release) = {0};
    const char *path;
    int rc = source_open(&s, o->spec, p);

    if (rc || (rc = source_path(&path, arena, &s, o->path))) {
        return rc;
    }
    return o->glob ? get_matching(&s, arena, o, path, p) : get_one(&s, arena, o, path, p);
}

/* ---- where it lies */

/* The digest that is recorded for the path; unset if there is none. */
static int recorded(struct digest *out, struct arena *arena, struct source *s, const struct out *o,
                    const char *inside) {
    const struct tree *tree;

    *out = (struct digest){0};
    if (!o || !o->cache || str_eq(o->path, inside) || !o->recorded.digest.is_dir) {
        *out = o && o->cache && str_eq(o->path, inside) ? o->recorded.digest : *out;
        return 0;
    }
    int rc = source_listing(&tree, arena, s, o);
    const struct tree_entry *e = rc ? NULL : tree_find(tree, path_below(o->path, inside));
    if (e) {
        *out = e->digest;
    }
    return rc;
}

int data_get_location(const char **out, struct arena *arena, const struct source_spec *spec,
                      const char *path, struct progress *p) {
    struct source s CLEANUP(source_release) = {0};
    struct digest digest;
    struct index *idx;
    char hex[DIGEST_TEXT_MAX];
    int rc = source_open(&s, spec, p);

    if (rc || (rc = source_path(&path, arena, &s, path)) || (rc = source_enter(&path, &s, path)) ||
        (rc = source_index(&idx, &s))) {
        return rc;
    }
    const struct out *o = idx ? index_find_out(idx, path) : NULL;
    if ((rc = recorded(&digest, arena, &s, o, path))) {
        return rc;
    }
    if (!digest_is_set(&digest)) {
        return err_set(ERR_REFUSED, "'%s' is no tracked data of '%s'", path, s.shown);
    }
    const char *name = o->remote ? o->remote : data_remote_default(s.data);
    if ((rc = data_remote_check(s.data, name)) || (rc = source_check_remote(&s, name))) {
        return err_wrap(rc, "'%s'", s.shown);
    }
    const char *url =
        config_path(s.repo->config, arena, arena_printf(arena, "remote.%s.url", name));
    const char *layout = cache_layout((enum hash_algo)digest.algo);
    digest_text(hex, &digest);
    *out = arena_printf(arena, "%s/%s%s%.2s/%s", url, layout, layout[0] ? "/" : "", hex, hex + 2);
    return 0;
}
