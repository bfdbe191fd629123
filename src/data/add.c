#include "data/add.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/add_remote.h"
#include "data/data.h"
#include "data/expand.h"
#include "data/granular.h"
#include "data/output.h"
#include "data/url_copy.h"
#include "data/url_source.h"
#include "git/gitrepo.h"
#include "model/dvcfile.h"
#include "model/ignore.h"
#include "model/index.h"
#include "model/repo.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/stat.h"

/* One out that the targets touch. */
struct add_item {
    struct stage *stage;
    struct out *out;
    bool is_new;
    struct strv belows; /* parts of a folder out; empty: the whole */
};

struct add {
    struct arena *arena;
    struct data *data;
    const struct add_options *options;
    struct index *index;
    VEC(struct add_item *) items;
    struct map by_path;      /* path of an out -> its item */
    struct strv outs;        /* paths of all, tracked or planned; sorted */
    struct strv stage_files; /* of the index, sorted */
};

static const char *shown(const struct add *a, const char *path) {
    return repo_shown(a->data->repo, path);
}

/* Links on the way lead elsewhere: what lies behind them is not where it seems to be. */
static int check_links(struct add *a, const char *path) {
    struct repo *r = a->data->repo;

    for (const char *dir = path_dir(a->arena, path); dir[0]; dir = path_dir(a->arena, dir)) {
        if (file_is_link(r->root_fd, dir)) {
            return err_set(ERR_FAILED, "cannot add '%s': '%s' is a symbolic link", shown(a, path),
                           shown(a, dir));
        }
    }
    if (file_is_link(r->root_fd, path) && file_is_dir(r->root_fd, path)) {
        return err_set(ERR_FAILED, "cannot add '%s': it is a symbolic link to a folder",
                       shown(a, path));
    }
    return 0;
}

/* Whether the path may become an out at all. */
static int check_path(struct add *a, const char *path) {
    struct repo *r = a->data->repo;
    struct ignore_match match;
    struct ignore *ignore;
    struct file_id id;
    int rc;

    if (path[0] == '\0') {
        return err_set(ERR_FAILED, "cannot add '%s': it is the project itself", shown(a, path));
    }
    if (path_is_hostile(path)) {
        return err_set(ERR_FAILED,
                       "cannot add '%s': it belongs to Git or to the project's own files",
                       shown(a, path));
    }
    if (str_ends(path, ".dvc") || strcmp(path_base(path), "dvc.yaml") == 0) {
        return err_set(ERR_FAILED, "cannot add '%s': it says what is tracked, it is not data",
                       shown(a, path));
    }
    if ((rc = check_links(a, path)) || (rc = repo_ignore(r, &ignore))) {
        return rc;
    }
    if (ignore_path(ignore, path, file_is_dir(r->root_fd, path), &match)) {
        return match.file ? err_set(ERR_FAILED, "cannot add '%s': %s:%d ('%s') ignores it",
                                    shown(a, path), match.file, match.line, match.pattern)
                          : err_set(ERR_FAILED, "cannot add '%s': it lies in a project of its own",
                                    shown(a, path));
    }
    if (!a->options->out && !a->options->to_remote && !file_id_peek(&id, r->root_fd, path)) {
        return err_set(ERR_NOT_FOUND, "'%s' does not exist", shown(a, path));
    }
    return 0;
}

static int refuse_overlap(const struct add *a, const char *path, const struct out *other) {
    const char *file = shown(a, other->stage->file);

    err_set(ERR_FAILED, "cannot add '%s': '%s' is tracked by '%s' already", shown(a, path),
            shown(a, other->path), file);
    if (path_inside(path, other->path)) {
        err_hint("to track '%s' as a whole, `remove %s` first", shown(a, path), file);
    }
    return ERR_FAILED;
}

/* For check_items: what it looks up. */
static void sort_all(struct add *a) {
    for (size_t i = 0; i < a->items.len; i++) {
        vec_push(&a->outs, a->items.at[i]->out->path);
    }
    for (size_t i = 0; i < a->index->outs.len; i++) {
        vec_push(&a->outs, a->index->outs.at[i]->path);
    }
    for (size_t i = 0; i < a->index->stages.len; i++) {
        vec_push(&a->stage_files, a->index->stages.at[i]->file);
    }
    strv_sort(&a->outs);
    strv_sort(&a->stage_files);
}

/* The first of the sorted paths that lies in the folder; NULL if none does. */
static const char *first_below(const struct strv *paths, const char *folder) {
    size_t low = 0, high = paths->len, len = strlen(folder);

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *path = paths->at[mid];
        int order = strncmp(path, folder, len);
        if (order < 0 || (order == 0 && (unsigned char)path[len] < '/')) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    bool found =
        low < paths->len && strncmp(paths->at[low], folder, len) == 0 && paths->at[low][len] == '/';
    return found ? paths->at[low] : NULL;
}

/* The out at exactly this path, tracked or about to be. */
static const struct out *out_at(const struct add *a, const char *path) {
    const struct add_item *item = map_get(&a->by_path, path);

    return item ? item->out : map_get(&a->index->by_out, path);
}

/* A new out must not hold, or lie in, another one, nor hold files that define stages. */
static int check_overlaps(const struct add *a, const struct out *o) {
    const char *below = first_below(&a->outs, o->path), *file;

    for (const char *dir = path_dir(a->arena, o->path); dir[0]; dir = path_dir(a->arena, dir)) {
        const struct out *above = out_at(a, dir);
        if (above) {
            return refuse_overlap(a, o->path, above);
        }
    }
    if (below) {
        return refuse_overlap(a, o->path, out_at(a, below));
    }
    if ((file = first_below(&a->stage_files, o->path))) {
        return err_set(ERR_FAILED, "cannot add '%s': it holds '%s', which says what is tracked",
                       shown(a, o->path), shown(a, file));
    }
    return 0;
}

/* The .dvc file of a new out must be Git's to keep, and must not be that of another out. */
static int check_pointer(const struct add *a, const struct stage *s) {
    struct repo *r = a->data->repo;
    const struct stage *there = index_find_stage(a->index, s->file, NULL);
    bool ignored = false;
    int rc;

    if (there && there->nouts > 0) {
        return err_set(ERR_EXISTS, "'%s' tracks '%s' already; rename one of them",
                       shown(a, s->file), shown(a, there->outs[0].path));
    }
    if (r->git && (rc = gitrepo_ignores(r->git, repo_abs(r, s->file), false, &ignored))) {
        return rc;
    }
    if (ignored) {
        return err_set(ERR_FAILED, "'%s' would be ignored by Git, and the data not tracked",
                       shown(a, s->file));
    }
    return 0;
}

static struct add_item *item_add(struct add *a, struct stage *s, struct out *o, bool is_new) {
    struct add_item *item = arena_alloc(a->arena, sizeof *item);

    *item = (struct add_item){.stage = s, .out = o, .is_new = is_new};
    vec_push(&a->items, item);
    map_put(&a->by_path, o->path, item);
    return item;
}

static int plan_known(struct add *a, struct out *o, const char *path) {
    const char *below = path_below(o->path, path);
    struct add_item *item = map_get(&a->by_path, o->path);

    if (!stage_is_data(o->stage) && !stage_is_import(o->stage)) {
        err_set(ERR_FAILED, "cannot add '%s': stage '%s' makes it", shown(a, path),
                stage_address(o->stage, a->arena, a->data->repo->cwd));
        err_hint("run the stage, or record what is there with `commit`");
        return ERR_FAILED;
    }
    if (below[0] && digest_is_set(&o->recorded.digest) && !o->recorded.digest.is_dir) {
        return err_set(ERR_FAILED, "cannot add '%s': '%s' is tracked as a file", shown(a, path),
                       shown(a, o->path));
    }
    if (!item) {
        item = item_add(a, o->stage, o, false);
    } else if (item->belows.len == 0) {
        return 0; /* the whole of it is added anyway */
    }
    if (below[0]) {
        vec_push(&item->belows, below);
    } else {
        vec_clear(&item->belows);
    }
    return 0;
}

static int plan_new(struct add *a, const char *path) {
    if (!map_has(&a->by_path, path)) { /* else it was named twice */
        struct stage *s = dvcfile_new(a->arena, path, arena_printf(a->arena, "%s.dvc", path));
        (void)item_add(a, s, &s->outs[0], true);
    }
    return 0;
}

static int plan_target(struct add *a, const char *typed) {
    struct repo *r = a->data->repo;
    const char *path;
    struct out *known;
    int rc = repo_path(&path, r, typed, true);

    if (rc) {
        return rc;
    }
    known = index_find_out(a->index, path);
    if (!known || strcmp(known->path, path) == 0) {
        rc = check_path(a, path);
    } else {
        rc = check_links(a, path);
    }
    if (rc) {
        return rc;
    }
    return known ? plan_known(a, known, path) : plan_new(a, path);
}

/* All that can be known to go wrong, before anything is changed. */
static int check_items(struct add *a) {
    sort_all(a);
    for (size_t i = 0; i < a->items.len; i++) {
        const struct add_item *item = a->items.at[i];
        bool placed = !a->options->to_remote; /* else Git may go on tracking it, as with DVC */
        int rc = placed ? output_check_untracked(a->data, item->out->path) : 0;

        if (!rc && item->is_new && !(rc = check_overlaps(a, item->out))) {
            rc = check_pointer(a, item->stage);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Many files at once are stored together: each for itself would be made durable for itself. */
static int store_ahead(struct add *a) {
    struct strv files CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < a->items.len; i++) {
        const struct add_item *item = a->items.at[i];
        const struct digest *was = &item->out->recorded.digest;
        bool same_hash = !digest_is_set(was) || was->algo == a->data->hash;
        if (item->out->cache && item->belows.len == 0 && same_hash) {
            vec_push(&files, item->out->path);
        }
    }
    return output_store_ahead(a->arena, a->data, &files);
}

static int add_item(struct add *a, const struct add_item *item, struct url_source *source) {
    const struct commit_options opt = {
        .no_commit = a->options->no_commit,
        .no_relink = a->options->no_relink,
        .must_exist = true,
        .no_gitignore = true,
    };
    struct data *d = a->data;
    int rc;

    if (a->options->to_remote) {
        rc = add_to_remote(a->arena, d, item->out, source, a->options->remote);
    } else if (source) {
        rc = url_copy(a->arena, d, item->out, source, true);
    } else if (item->belows.len > 0) {
        rc = granular_add(a->arena, d, item->out, &item->belows, &opt);
    } else {
        rc = output_commit(a->arena, d, item->out, &opt);
    }
    return rc;
}

/* The first `n` items are in the cache: their lines in .gitignore, then the .dvc files, all at once. */
static int write_pointers(struct add *a, size_t n) {
    struct repo *r = a->data->repo;
    struct strv paths CLEANUP(strv_release) = {0};
    int rc;

    for (size_t i = 0; i < n; i++) {
        const struct out *o = a->items.at[i]->out;
        if (!a->options->to_remote && (o->cache || stage_is_repo_import(o->stage))) {
            vec_push(&paths, o->path);
        }
    }
    if ((rc = repo_gitignore_add_many(r, &paths))) {
        return rc;
    }
    repo_hold_writes(r);
    for (size_t i = 0; !rc && i < n; i++) {
        rc = dvcfile_save(r, a->items.at[i]->stage);
    }
    struct err_chain *failure = err_take(rc);
    return err_first(failure, repo_end_writes(r));
}

/* -o and --to-remote: a source anywhere, and one out that becomes a copy of it. */
static int plan_copy(struct add *a, struct url_source *source) {
    const struct add_options *o = a->options;
    struct repo *r = a->data->repo;
    const struct url_asked asked = {.url = o->targets.at[0],
                                    .from = path_join(a->arena, r->root, r->cwd),
                                    .jobs = o->jobs,
                                    .state = a->data->state};
    const char *path;
    int rc = url_source_open(source, a->arena, r, &asked);

    rc = rc ? rc : url_source_look(source);
    if (!rc && !source->exists) {
        rc = url_source_missing(source);
    }
    if (rc || (rc = url_copy_target(&path, a->arena, a->data, source, o->out, o->force))) {
        return rc;
    }
    struct out *known = index_find_out(a->index, path);
    if ((rc = check_path(a, path))) {
        return rc;
    }
    if (known && strcmp(known->path, path) != 0) {
        return refuse_overlap(a, path, known);
    }
    return known ? plan_known(a, known, path) : plan_new(a, path);
}

static int add_all(struct add *a) {
    const struct add_options *o = a->options;
    struct strv targets CLEANUP(strv_release) = {0};
    struct url_source source CLEANUP(url_source_release) = {0};
    bool copied = o->out || o->to_remote;
    int rc = 0;

    a->data->jobs = o->jobs;
    if (copied) {
        rc = plan_copy(a, &source);
    } else if (o->glob) {
        rc = expand_targets(&targets, a->arena, a->data->repo, &o->targets);
    }
    const struct strv *typed = o->glob ? &targets : &o->targets;
    for (size_t i = 0; !rc && !copied && i < typed->len; i++) {
        rc = plan_target(a, typed->at[i]);
    }
    if (rc || (rc = index_check_overlaps(a->index)) || (rc = check_items(a))) {
        return rc;
    }
    rc = copied || o->no_commit ? 0 : store_ahead(a);
    size_t n = 0;
    while (!rc && n < a->items.len && !(rc = cancel_check()) &&
           !(rc = add_item(a, a->items.at[n], copied ? &source : NULL))) {
        n++;
    }
    struct err_chain *failure = err_take(rc);
    return err_first(failure, write_pointers(a, n));
}

static void release(struct add *a) {
    for (size_t i = 0; i < a->items.len; i++) {
        vec_release(&a->items.at[i]->belows);
    }
    vec_release(&a->items);
    vec_release(&a->outs);
    vec_release(&a->stage_files);
    map_release(&a->by_path);
}

int add_check_new(struct arena *arena, struct data *d, struct index *idx, struct stage *s) {
    const struct add_options options = {.out = s->outs[0].path};
    struct add a = {.arena = arena, .data = d, .options = &options, .index = idx};
    const struct out *known = map_get(&idx->by_out, s->outs[0].path);
    bool again = known && strcmp(known->stage->file, s->file) == 0;
    int rc = check_path(&a, s->outs[0].path);

    if (!rc && known && !again) {
        rc = refuse_overlap(&a, s->outs[0].path, known);
    }
    if (!rc) {
        (void)item_add(&a, s, &s->outs[0], !again);
        rc = check_items(&a);
    }
    release(&a);
    return rc;
}

int data_add(struct data *d, const struct add_options *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    struct add a = {.arena = arena, .data = d, .options = o};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    a.index = idx;
    rc = add_all(&a);
    release(&a);
    return rc;
}
