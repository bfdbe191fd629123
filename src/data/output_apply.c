#include "data/output.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "data/placed.h"
#include "data/url_content.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/versions.h"
#include "os/beneath.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/tree.h"

static struct place_spec place_spec(struct data *d, const struct out *o, const struct scan *now) {
    return (struct place_spec){
        .root_fd = d->repo->root_fd,
        .path = o->path,
        .digest = o->recorded.digest,
        .isexec = o->recorded.isexec,
        .now = now,
        .cache = data_cache_for(d, content_algo(&o->recorded)),
        .links = &d->links,
        .state = d->state,
        .progress = d->progress,
    };
}

/* The files that the record asks for; *known is false when the cache lacks the listing. */
static int wanted_tree(struct tree *want, bool *known, struct arena *arena, struct data *d,
                       const struct content *c) {
    *want = (struct tree){0};
    *known = true;
    if (!c->digest.is_dir) {
        return 0;
    }
    int rc = tree_load(want, arena, data_cache_for(d, content_algo(c)), &c->digest);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        err_clear();
        *known = false;
        return 0;
    }
    return rc;
}

int output_unsaved(struct strv *paths, struct arena *arena, struct data *d, const struct out *o,
                   const char *below, const struct scan *now) {
    size_t n = 0, most = now->nfiles_at + 1;
    struct tree want;
    bool known;
    int rc;

    if (!now->exists || digest_equal(&now->digest, &o->recorded.digest)) {
        return 0;
    }
    if ((rc = wanted_tree(&want, &known, arena, d, &o->recorded)) || !known) {
        return rc; /* what is not known will not be placed over anything */
    }
    const struct scan_file **file = arena_alloc(arena, most * sizeof(struct scan_file *));
    struct digest *digest = arena_alloc(arena, most * sizeof *digest);
    bool *have = arena_alloc(arena, most * sizeof *have);
    for (size_t i = 0; i < now->nfiles_at; i++) {
        const struct scan_file *f = &now->files[i];
        const struct tree_entry *e = now->is_dir ? tree_find(&want, f->path) : NULL;

        if ((!below || path_inside(below, f->path)) &&
            !(e && digest_equal(&e->digest, &f->digest))) {
            digest[n] = f->digest;
            file[n++] = f;
        }
    }
    if ((rc = cache_has_many(data_cache_for(d, (enum hash_algo)now->digest.algo), digest, n,
                             have))) {
        return rc;
    }
    for (size_t i = 0; i < n; i++) {
        if (!have[i]) {
            vec_push(paths, path_join(arena, o->path, file[i]->path));
        }
    }
    return 0;
}

int output_remove(struct data *d, const struct out *o, bool force) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct strv unsaved CLEANUP(strv_release) = {0};
    struct out nothing = *o;
    struct file_id id;
    struct scan now;
    int rc;

    if (!resolved_inside(o->path)) {
        return 0; /* outside of the repository nothing is ever removed */
    }
    if (!file_id_peek(&id, d->repo->root_fd, o->path)) {
        placed_forget(d, o->path);
        return 0;
    }
    if (!force) {
        if ((rc = output_look(&now, scratch, d, o->path, content_algo(&o->recorded)))) {
            return rc;
        }
        content_clear(&nothing.recorded);
        if ((rc = output_unsaved(&unsaved, scratch, d, &nothing, NULL, &now))) {
            return rc;
        }
        if (unsaved.len > 0) {
            return err_set(ERR_EXISTS, "'%s' is not in the cache: removing it would lose it",
                           repo_shown(d->repo, unsaved.at[0]));
        }
    }
    rc = S_ISDIR(id.mode) ? beneath_remove_tree(d->repo->root_fd, o->path)
                          : beneath_remove(d->repo->root_fd, o->path);
    if (!rc) {
        placed_forget(d, o->path);
    }
    return rc;
}

/* A folder that is as recorded needs nothing of the cache, not even its listing. */
static bool is_intact(const struct place_spec *spec) {
    return spec->now->is_dir && !spec->now->link && !spec->relink &&
           digest_equal(&spec->now->digest, &spec->digest);
}

int output_checkout(struct place_result *result, struct arena *arena, struct data *d,
                    const struct out *o, const struct checkout_options *opt) {
    struct scan now;
    int rc;

    *result = (struct place_result){0};
    if (!o->cache) {
        return 0;
    }
    if (!opt->now && (rc = output_look(&now, arena, d, o->path, content_algo(&o->recorded)))) {
        return rc;
    }
    struct place_spec spec = place_spec(d, o, opt->now ? opt->now : &now);
    spec.below = opt->below;
    spec.force = opt->force;
    spec.relink = opt->relink;
    spec.partial = opt->allow_missing;
    if (is_intact(&spec)) {
        result->change = place_prune(&spec) ? PLACE_MODIFIED : PLACE_NONE;
    } else if ((rc = place_apply(result, arena, &spec))) {
        return rc;
    }
    if (digest_is_set(&o->recorded.digest) && result->missing.len == 0 && !opt->below) {
        placed_note(d, o->path, &o->recorded.digest);
    }
    return 0;
}

/* A record made with another hash (by DVC 2, say) whose content is still the same stays as it is;
 * *kept tells. */
static int keep_record(bool *kept, struct scan *now, struct arena *arena, struct data *d,
                       struct out *o, bool cached) {
    enum hash_algo algo = content_algo(&o->recorded);

    *kept = false;
    if (!digest_is_set(&o->recorded.digest) || algo == d->hash) {
        return 0;
    }
    int rc = output_scan(now, arena, d, o->path, algo, false);
    if (rc || !now->exists || !digest_equal(&now->digest, &o->recorded.digest)) {
        return rc;
    }
    *kept = true;
    return cached ? output_scan(now, arena, d, o->path, algo, true) : 0;
}

/* Whether there may be links to make, or to unmake: from objects either way. */
static bool relink_needs_objects(const struct data *d, const struct scan *now) {
    if (d->links.type[0] == LINK_HARDLINK || d->links.type[0] == LINK_SYMLINK) {
        return true;
    }
    for (size_t i = 0; i < now->nfiles_at; i++) {
        if (now->files[i].link || now->files[i].id.nlink > 1) {
            return true;
        }
    }
    return now->link;
}

static void record_scan(struct arena *arena, struct out *o, const struct scan *now) {
    struct version_files files CLEANUP(version_files_release) = {0};
    const struct content was = o->recorded;
    bool same = digest_equal(&was.digest, &now->digest);

    content_from_scan(&o->recorded, now);
    if (same) { /* then it is what a remote has as this version */
        o->recorded.etag = was.etag;
        o->recorded.etag_key = was.etag_key;
    }
    if (!o->files || !now->is_dir || same) {
        return;
    }
    for (size_t i = 0; i < now->nfiles_at; i++) {
        const struct scan_file *f = &now->files[i];
        struct version_file file = {.path = f->path, .digest = f->digest, .size = f->id.size};
        vec_push(&files, file);
    }
    versions_refresh_out(o, arena, &files);
}

int output_commit(struct arena *arena, struct data *d, struct out *o,
                  const struct commit_options *opt) {
    bool cached = o->cache && !opt->no_commit, kept;
    bool ours = o->cache || (o->stage && stage_is_repo_import(o->stage));
    struct scan now;
    int rc;

    if (out_is_url(o)) {
        return url_out_commit(arena, d, o, opt);
    }
    if (ours && (rc = output_check_untracked(d, o->path))) {
        return rc;
    }
    if ((rc = keep_record(&kept, &now, arena, d, o, cached))) {
        return rc;
    }
    if (!kept && (rc = output_scan(&now, arena, d, o->path, d->hash, cached))) {
        return rc;
    }
    if (!now.exists) {
        if (opt->must_exist) {
            return err_set(ERR_NOT_FOUND, "output '%s' does not exist",
                           repo_shown(d->repo, o->path));
        }
        content_clear(&o->recorded);
        return 0;
    }
    if (!kept) {
        record_scan(arena, o, &now);
    }
    if (ours && !opt->no_gitignore && (rc = repo_gitignore_add(d->repo, o->path))) {
        return rc;
    }
    if (!cached) {
        return 0;
    }
    if (!opt->no_relink && opt->relink_later && relink_needs_objects(d, &now)) {
        *opt->relink_later = true;
    } else if (!opt->no_relink) {
        struct place_spec spec = place_spec(d, o, &now);
        if ((rc = place_relink(arena, &spec))) {
            return rc;
        }
    }
    placed_note(d, o->path, &o->recorded.digest);
    return 0;
}

int output_relink(struct arena *arena, struct data *d, const struct out *o) {
    struct scan now;
    int rc;

    if (!o->cache || !digest_is_set(&o->recorded.digest)) {
        return 0;
    }
    if ((rc = output_look(&now, arena, d, o->path, content_algo(&o->recorded)))) {
        return rc;
    }
    if (!now.exists || !digest_equal(&now.digest, &o->recorded.digest)) {
        return 0;
    }
    struct place_spec spec = place_spec(d, o, &now);

    rc = place_relink(arena, &spec);
    if (rc == ERR_EXISTS) { /* somebody wrote to it while we looked */
        log_debug("%s", err_text());
        err_clear();
        rc = 0;
    }
    return rc;
}
