#include "data/source.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/kept.h"
#include "data/listing.h"
#include "data/source_files.h"
#include "git/gitclone.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittree.h"
#include "git/gitwire.h"
#include "hash/hasher.h"
#include "model/config.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/suggest.h"
#include "os/file.h"
#include "store/cache.h"
#include "store/tree.h"

#define CONFIG_FILE_MAX ((size_t)4 << 20)
#define CHAIN_MAX       8 /* imports of imports */

void source_spec_release(struct source_spec *spec) {
    strv_release(&spec->bases);
    repo_dep_release(&spec->options);
}

void source_spec_here(struct source_spec *spec, struct arena *arena) {
    vec_push(&spec->bases, dir_current(arena));
}

void source_spec_of(struct source_spec *out, struct arena *arena, const struct data *d,
                    const struct dep *dep, const char *wdir, bool locked) {
    const struct repo *r = d->repo;
    const char *rev = locked && dep->repo_rev_lock ? dep->repo_rev_lock : dep->repo_rev;

    *out = (struct source_spec){.url = arena_strdup(arena, dep->repo_url), .committed = true};
    out->rev = rev ? arena_strdup(arena, rev) : NULL;
    repo_dep_read(&out->options, arena, dep);
    /* The folder that a relative path was typed in is not recorded: DVC starts where it runs. */
    vec_push(&out->bases, path_join(arena, r->root, r->cwd));
    vec_push(&out->bases, path_join(arena, r->root, wdir));
    vec_push(&out->bases, r->root);
}

/* ---- where it is */

static bool is_file_url(const char *url) {
    return str_starts(url, "file://");
}

/* As Git tells them apart: "host:path" has its colon before any slash. */
bool source_is_path(const char *url) {
    return is_file_url(url) || url[strcspn(url, ":/")] != ':';
}

/* The folder that the path leads to, NULL if there is none. */
static const char *find_dir(struct arena *arena, const struct source_spec *spec) {
    const char *path = spec->url;

    if (is_file_url(path)) {
        path += strlen("file://");
        path += str_starts(path, "localhost/") ? strlen("localhost") : 0;
    }
    for (size_t i = 0; i < spec->bases.len; i++) {
        const char *dir = path_normal(arena, path_join(arena, spec->bases.at[i], path));
        if (file_is_dir(AT_FDCWD, dir)) {
            return file_real_path(arena, dir);
        }
    }
    return NULL;
}

/* ---- which commit */

/* The unknown revision, with the branch or tag that was meant. */
static int unknown_rev(const struct source *s, const char *rev) {
    struct strv names CLEANUP(strv_release) = {0};
    struct gitrevs local = {0};
    struct err_chain *why = err_take(ERR_NOT_FOUND);
    const char *near;
    int rc = s->git ? gitrev_list(&local, s->git, s->arena, GITREV_BRANCHES | GITREV_TAGS)
                    : gitclone_names(&names, s->arena, s->spec->url);

    for (size_t i = 0; i < local.len; i++) {
        vec_push(&names, local.at[i].name);
    }
    vec_release(&local);
    rc = err_first(why, rc);
    if ((near = suggest_name(rev, &names))) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

static int find_commit(struct source *s, const char *rev) {
    struct gitrev found;

    if (!s->git) {
        return err_set(ERR_FAILED, "'%s' is not in a Git repository, and has no revisions",
                       s->shown);
    }
    int rc = gitrev_find(&found, s->git, s->arena, rev);
    if (rc == ERR_NOT_FOUND) {
        (void)err_wrap(rc, "'%s'", s->shown);
        return unknown_rev(s, rev);
    }
    if (!rc) {
        s->commit = arena_strdup(s->arena, found.id);
    }
    return rc;
}

/* ---- opening */

static int locate_clone(struct source *s) {
    const struct source_spec *spec = s->spec;
    int rc = kept_place(&s->git_dir, s->arena, KEPT_CLONES, spec->url);

    s->bare = true;
    s->top = "";
    if (rc) {
        return rc;
    }
    bool known = file_exists(AT_FDCWD, s->git_dir);
    rc = gitclone_open(&s->git, &s->commit, s->arena, s->git_dir, spec->url, spec->rev);
    if (!rc && !known) {
        kept_expire(s->arena); /* what comes in makes room */
    }
    if (!rc) {
        return 0;
    }
    /* Only a revision that is asked for can be one that was mistyped. */
    return rc == ERR_NOT_FOUND && spec->rev ? unknown_rev(s, spec->rev) : rc;
}

/* The folder of the nearest project at or above `dir`, else `dir` itself. */
static int find_top(const char **out, struct arena *arena, const char *dir) {
    const char *root;
    int rc = repo_find(&root, NULL, arena, dir);

    if (rc == ERR_NO_REPO) {
        err_clear();
        *out = NULL;
        return 0;
    }
    *out = rc ? NULL : root;
    return rc;
}

static int locate_bare(struct source *s) {
    int rc = gitrepo_open_bare(&s->git, s->dir);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    s->bare = !rc;
    s->git_dir = s->dir;
    s->top = "";
    return rc ? rc : find_commit(s, s->spec->rev ? s->spec->rev : "HEAD");
}

static int locate_folder(struct source *s) {
    const struct source_spec *spec = s->spec;
    const char *root, *cwd = dir_current(s->arena);
    int rc = locate_bare(s);

    if (rc || s->bare) {
        return rc;
    }
    rc = gitrepo_open(&s->git, s->dir);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    if (rc || (rc = find_top(&root, s->arena, s->dir))) {
        return rc;
    }
    if (!root && !s->git) {
        return err_set(ERR_NOT_FOUND, "'%s' is in no repository of DVC or Git", s->shown);
    }
    s->git_dir = s->git ? gitrepo_root(s->git) : NULL;
    root = root ? root : s->git_dir;
    s->dir = root;
    s->top = s->git ? path_relative(s->arena, s->git_dir, root) : "";
    s->here =
        !is_file_url(spec->url) && cwd && path_inside(root, cwd) ? path_below(root, cwd) : NULL;
    if (spec->rev || spec->committed || (is_file_url(spec->url) && s->git)) {
        rc = find_commit(s, spec->rev ? spec->rev : "HEAD");
    }
    return rc;
}

static int locate(struct source *s) {
    s->dir = find_dir(s->arena, s->spec); /* a folder may have a colon in its name */
    if (s->dir) {
        return locate_folder(s);
    }
    return source_is_path(s->spec->url)
               ? err_set(ERR_NOT_FOUND, "there is no repository at '%s'", s->shown)
               : locate_clone(s);
}

int source_open(struct source *s, const struct source_spec *spec, struct progress *p) {
    *s = (struct source){.arena = arena_new(), .progress = p, .spec = spec};
    s->shown = gitwire_shown(s->arena, spec->url);
    const char *inside;
    int rc = locate(s);

    return rc ? rc : source_enter(&inside, s, "");
}

static void leave(struct source *s) {
    index_free(s->index);
    data_close(s->data);
    repo_close(s->repo);
    s->index = NULL;
    s->data = NULL;
    s->repo = NULL;
}

void source_release(struct source *s) {
    leave(s);
    gitrepo_close(s->git);
    arena_free(s->arena);
    *s = (struct source){0};
}

int source_path(const char **out, struct arena *arena, const struct source *s, const char *typed) {
    bool from_top = !s->here || typed[0] == '/' || typed[0] == '\0';

    *out = path_normal(arena, path_join(arena, from_top ? "" : s->here, typed + (typed[0] == '/')));
    return path_escapes(*out) || path_is_absolute(*out)
               ? err_set(ERR_NOT_FOUND, "'%s' is not in the repository '%s'", typed, s->shown)
               : 0;
}

/* ---- its configuration */

static int override(struct source *s, const char *name, const char *value) {
    return config_override(s->repo->config, name, value);
}

/* Of paths in options the relative ones start where we run, as with DVC. */
static const char *from_here(struct arena *arena, const char *name, const char *value) {
    bool path = str_ends(name, ".url") && !strstr(value, "://") && value[0] != '~';

    return path ? path_normal(arena, path_join(arena, dir_current(arena), value)) : value;
}

static int override_pair(struct source *s, const char *prefix, const char *pair) {
    size_t len = strcspn(pair, "=");
    const char *name = arena_printf(s->arena, "%s%.*s", prefix, (int)len, pair);

    if (pair[len] == '\0') {
        return err_set(ERR_FAILED, "'%s' is not of the form <option>=<value>", pair);
    }
    return override(s, name, from_here(s->arena, name, pair + len + 1));
}

static int override_from_file(struct source *s, const char *file) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    struct config_entries all = {0};
    struct config *extra = NULL;
    int rc = file_read(&text, AT_FDCWD, file, CONFIG_FILE_MAX);

    rc = rc ? rc : config_load_text(&extra, arena, dir_current(arena), text.buf, text.len);
    if (rc) {
        return err_wrap(rc, "--config");
    }
    config_each(extra, CONFIG_REPO, &all);
    for (size_t i = 0; i < all.len && !rc; i++) {
        const struct config_entry *e = &all.at[i];
        const char *name = e->name ? arena_printf(arena, "%s.%s.%s", e->section, e->name, e->option)
                                   : arena_printf(arena, "%s.%s", e->section, e->option);
        rc = override(s, name, from_here(arena, name, e->value));
    }
    vec_release(&all);
    config_close(extra);
    return rc;
}

static int configure(struct source *s) {
    const struct repo_dep *o = &s->spec->options;
    int rc = o->config_file ? override_from_file(s, o->config_file) : 0;

    for (size_t i = 0; i < o->config.len && !rc; i++) {
        rc = override_pair(s, "", o->config.at[i]);
    }
    if (!rc && o->remote) {
        rc = override(s, "core.remote", o->remote);
    }
    const char *name = config_get(s->repo->config, CONFIG_MERGED, "core.remote");
    if (!rc && o->remote_config.len > 0 && !name) {
        return err_set(ERR_FAILED, "'%s' has no default remote: name one for these options",
                       s->shown);
    }
    for (size_t i = 0; i < o->remote_config.len && !rc; i++) {
        rc = override_pair(s, arena_printf(s->arena, "remote.%s.", name), o->remote_config.at[i]);
    }
    return rc;
}

/* ---- projects in it */

static bool has_project(const struct source *s, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *dvc = path_join(arena, path, ".dvc");
    bool is_dir = false;

    if (!s->commit) {
        const char *full = path_join(arena, s->dir, dvc);
        return file_is_dir(AT_FDCWD, full) && !file_is_link(AT_FDCWD, full);
    }
    return gittree_exists(s->git, s->commit, path_join(arena, s->top, dvc), &is_dir) && is_dir;
}

/* The workspace knows best where its data lies: its local settings are no part of a commit. */
static int open_project(struct source *s, bool is_project) {
    const char *folder = s->dir && !s->bare ? path_join(s->arena, s->dir, s->project) : NULL;
    bool here = folder && file_is_dir(AT_FDCWD, path_join(s->arena, folder, ".dvc"));

    if (is_project && here) {
        return repo_open(&s->repo, folder, true);
    }
    if (!s->commit || (!is_project && folder && s->top[0] == '\0')) {
        return repo_open_plain(&s->repo, s->dir);
    }
    struct repo_commit at = {.git_dir = s->git_dir,
                             .bare = s->bare,
                             .commit = s->commit,
                             .path = path_join(s->arena, s->top, s->project)};
    int rc = kept_place(&at.state_dir, s->arena, KEPT_SOURCES, s->dir ? s->dir : s->spec->url);
    rc = rc ? rc : dir_make(AT_FDCWD, at.state_dir, 0700);
    return rc ? rc : repo_open_commit(&s->repo, &at);
}

int source_enter(const char **inside, struct source *s, const char *path) {
    const char *project = path;
    bool found = has_project(s, project);

    while (!found && project[0]) {
        project = path_dir(s->arena, project);
        found = has_project(s, project);
    }
    if (!s->repo || !str_eq(s->project, project)) {
        leave(s);
        s->project = arena_strdup(s->arena, project);
        int rc = open_project(s, found);
        if (rc || (rc = configure(s)) ||
            (found && (rc = data_open(&s->data, s->repo, s->progress)))) {
            return err_wrap(rc, "'%s'", s->shown);
        }
    }
    *inside = path_below(s->project, path);
    return 0;
}

int source_index(struct index **out, struct source *s) {
    int rc = s->index || !s->data ? 0 : index_load(&s->index, s->repo, s->commit);

    *out = s->index;
    return err_wrap(rc, "'%s'", s->shown);
}

/* The repository's data with caches of our own in place of its, into which its remotes may be read. */
static int open_kept(struct data *kept, struct cache **cache, struct source *s,
                     enum hash_algo algo) {
    const char *dir;
    int rc = kept_place(&dir, s->arena, KEPT_SOURCES, s->dir ? s->dir : s->spec->url);
    struct cache_config cfg = {
        .dir = rc ? NULL : path_join(s->arena, dir, "cache"), .label = "cache", .algo = algo};

    if (rc || (rc = cache_open(cache, &cfg))) {
        return rc;
    }
    *kept = *s->data;
    data_caches_set(kept, *cache);
    return 0;
}

int source_check_remote(struct source *s, const char *remote) {
    struct config_entry e;
    const char *name = remote ? remote : data_remote_default(s->data);

    if (!name || (s->dir && !s->bare) ||
        !config_find(&e, s->repo->config, CONFIG_MERGED,
                     arena_printf(s->arena, "remote.%s.url", name)) ||
        e.level != CONFIG_REPO || e.value[0] == '~' || path_is_absolute(e.value) ||
        strstr(e.value, "://")) {
        return 0;
    }
    int rc = err_set(ERR_FAILED, "remote '%s' of '%s' is the folder '%s' beside it, out of reach",
                     name, s->shown, e.value);
    err_hint("if there is another way to it: --remote-config url=<url>");
    return rc;
}

int source_open_import(struct source *next, struct source_spec *spec, struct arena *arena,
                       const struct source *s, const struct out *o) {
    const struct dep *dep = &o->stage->deps[0];

    if (s->depth == CHAIN_MAX) {
        return err_set(ERR_FAILED, "'%s' of '%s' is imported over too many repositories", o->path,
                       s->shown);
    }
    source_spec_of(spec, arena, s->data, dep, o->stage->wdir, true);
    if (!s->dir || s->bare) {
        vec_clear(&spec->bases); /* what is beside the original is not beside its clone */
    }
    int rc = source_open(next, spec, s->progress);
    next->depth = s->depth + 1;
    return rc;
}

/* As its own source has them. */
static int imported_listing(struct tree *tree, struct arena *arena, struct source *s,
                            const struct out *o, struct data *kept) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source next CLEANUP(source_release) = {0};
    struct source_files files CLEANUP(source_files_release) = {0};
    struct source_moved moved = {0};
    struct digest digest;
    const char *path;
    int rc = source_open_import(&next, &spec, arena, s, o);

    rc = rc ? rc : source_path(&path, arena, &next, o->stage->deps[0].written);
    rc = rc ? rc : source_look(&files, arena, &next, path);
    if (rc) {
        return rc;
    }
    *tree = (struct tree){.at = arena_alloc(arena, (files.all.len + 1) * sizeof *tree->at)};
    tree->cap = files.all.len;
    for (size_t i = 0; i < files.all.len && !rc; i++) {
        const struct source_file *file = &files.all.at[i];
        if (!digest_is_set(&file->digest)) {
            rc = source_fetch(&moved, arena, &next, &files, NULL, kept);
        }
        tree->at[tree->len++] =
            (struct tree_entry){.path = file->path, .digest = file->digest, .size = UINT64_MAX};
    }
    if (rc) {
        return rc;
    }
    tree_sort(tree);
    tree_digest(&digest, tree, (enum hash_algo)o->recorded.digest.algo);
    return digest_equal(&digest, &o->recorded.digest)
               ? 0
               : err_set(ERR_CORRUPT, "'%s' in '%s' is not what was imported",
                         o->stage->deps[0].written, next.shown);
}

int source_lacks(const struct source *s, const char *path) {
    int rc =
        err_set(ERR_NOT_FOUND, "the data of '%s' is neither in the cache nor on the remote of '%s'",
                path, s->shown);

    err_hint("`cairn push` brings it there, where it was made");
    return rc;
}

static int find_listing(struct tree *tree, struct arena *arena, struct source *s,
                        const struct out *o) {
    struct cache *cache CLEANUP(cache_closep) = NULL;
    const struct digest *digest = &o->recorded.digest;
    bool import = stage_is_repo_import(o->stage);
    enum hash_algo algo = (enum hash_algo)digest->algo;
    struct data kept;
    int rc = open_kept(&kept, &cache, s, algo);

    if (!rc && import) {
        rc = tree_load(tree, arena, cache, digest);
        if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
            err_clear();
            rc = imported_listing(tree, arena, s, o, &kept);
        }
        return rc;
    }
    rc = rc ? rc : source_check_remote(s, o->remote);
    rc = rc ? rc : listing_load(tree, arena, &kept, digest, o->remote);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = source_lacks(s, o->path);
    }
    return rc;
}

int source_listing(const struct tree **out, struct arena *arena, struct source *s,
                   const struct out *o) {
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    const struct digest *digest = &o->recorded.digest;
    int rc = tree_load(tree, arena, data_cache_for(s->data, (enum hash_algo)digest->algo), digest);

    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        err_clear();
        rc = find_listing(tree, arena, s, o);
    }
    *out = rc ? NULL : tree;
    return rc;
}

int source_tip(const char **out, struct arena *arena, const struct source_spec *spec) {
    struct source s CLEANUP(source_release) = {.arena = arena_new(), .spec = spec};

    s.shown = gitwire_shown(s.arena, spec->url);
    int rc = locate(&s);
    *out = rc ? NULL : arena_strdup(arena, s.commit);
    return rc;
}
