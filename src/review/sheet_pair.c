#include "review/sheet_pair.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/temp.h"
#include "os/term.h"
#include "hash/digest.h"
#include "git/gitrev.h"
#include "store/cache.h"
#include "store/tree.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "data/data.h"
#include "review/sheet.h"

#define BLOB_MAX ((size_t)1 << 30) /* of a file that Git itself keeps */

static int not_there(const char *typed, const char *rev) {
    return err_set(ERR_NOT_FOUND, "there is no '%s' in %s", typed, rev ? rev : "the workspace");
}

static int find_digest(struct digest *out, struct arena *arena, struct data *d, const struct out *o,
                       const char *path) {
    struct tree tree = {0};

    *out = o->recorded.digest;
    if (!out->is_dir) {
        return 0;
    }
    int rc = tree_load(&tree, arena, data_cache_for(d, out->algo), out);
    const struct tree_entry *entry = rc ? NULL : tree_find(&tree, path_below(o->path, path));
    if (entry) {
        *out = entry->digest;
        return 0;
    }
    return rc ? rc : err_set(ERR_NOT_FOUND, "the folder has no '%s'", path);
}

/* What Git keeps in its own objects goes to a file whose name is gone at once. */
static int open_blob(int *fd, struct arena *arena, const struct str *text) {
    const char *folder = env_get("TMPDIR") ? env_get("TMPDIR") : "/tmp";
    char name[TEMP_NAME_MAX];

    temp_name(name);
    const char *path = path_join(arena, folder, name);
    int rc = file_create(fd, AT_FDCWD, path);
    if (rc) {
        return rc;
    }
    rc = file_remove(AT_FDCWD, path);
    rc = rc ? rc : file_write_all(*fd, text->buf, text->len);
    if (rc) {
        fd_closep(fd);
    }
    return rc;
}

static int open_tracked(int *fd, struct arena *arena, struct data *d, const char *path,
                        const char *typed, const char *commit, const char *rev) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct digest digest;
    int rc = index_load(&idx, d->repo, commit);

    if (rc) {
        return rc;
    }
    const struct out *o = index_find_out(idx, path);
    if (!o || !digest_is_set(&o->recorded.digest)) {
        return not_there(typed, rev);
    }
    if ((rc = find_digest(&digest, arena, d, o, path)) ||
        (rc = cache_open_object(fd, data_cache_for(d, digest.algo), &digest))) {
        err_hint("fetch it: fetch %s", typed);
        return err_wrap(rc, "cannot read '%s' of %s", typed, rev ? rev : "the workspace");
    }
    return 0;
}

static int version_open(int *fd, struct arena *arena, struct data *d, const char *typed,
                        const char *rev) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct view view = {.repo = d->repo};
    struct gitrev commit;
    const char *path;
    int rc = repo_path(&path, d->repo, typed, true);

    if (rc) {
        return rc;
    }
    if (!rev) {
        *fd = openat(d->repo->root_fd, path, O_RDONLY | O_CLOEXEC);
        return *fd >= 0 ? 0 : open_tracked(fd, arena, d, path, typed, NULL, rev);
    }
    if (!d->repo->git) {
        return err_set(ERR_FAILED, "there is no Git repository, so there are no revisions");
    }
    if ((rc = gitrev_find(&commit, d->repo->git, arena, rev))) {
        return rc;
    }
    view.commit = arena_strdup(arena, commit.id);
    rc = view_read(&text, &view, path, BLOB_MAX);
    if (rc != ERR_NOT_FOUND) {
        return rc ? rc : open_blob(fd, arena, &text);
    }
    err_clear();
    return open_tracked(fd, arena, d, path, typed, view.commit, rev);
}

void sheet_pair_release(struct sheet_pair *p) {
    sheet_closep(&p->old);
    sheet_closep(&p->old_again);
    sheet_closep(&p->now);
    fd_closep(&p->old_fd);
    fd_closep(&p->now_fd);
}

int sheet_pair_open(struct sheet_pair *p, struct arena *arena, struct data *d, const char *typed,
                    const char *old_rev, const char *now_rev) {
    enum sheet_kind kind = sheet_kind_of(typed);
    int rc;

    *p = (struct sheet_pair){.old_fd = -1, .now_fd = -1};
    if (kind == SHEET_NONE) {
        return err_set(ERR_UNSUPPORTED, "'%s' is no table that can be compared: .csv, .tsv, .jsonl",
                       typed);
    }
    if ((rc = version_open(&p->old_fd, arena, d, typed, old_rev)) ||
        (rc = version_open(&p->now_fd, arena, d, typed, now_rev)) ||
        (rc = sheet_open(&p->old, kind, p->old_fd, typed)) ||
        (rc = sheet_open(&p->old_again, kind, p->old_fd, typed))) {
        return rc;
    }
    return sheet_open(&p->now, kind, p->now_fd, typed);
}
