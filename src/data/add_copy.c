#include "data/add_copy.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/output.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "os/stat.h"

int add_copy_plan(const char **source, const char **path, struct arena *arena, struct data *d,
                  const char *typed, const char *out, bool force) {
    struct repo *r = d->repo;
    const char *here = path_join(arena, r->root, r->cwd);
    struct file_id id;
    int rc;

    if (strstr(typed, "://")) {
        return err_set(ERR_UNSUPPORTED,
                       "'%s': adding from elsewhere than this machine is not supported yet", typed);
    }
    *source = path_normal(arena, path_join(arena, here, typed));
    if ((rc = file_id_follow(&id, AT_FDCWD, *source))) {
        return rc;
    }
    if (!out) {
        out = path_base(*source);
    } else if (file_is_dir(AT_FDCWD, path_join(arena, here, out))) {
        out = path_join(arena, out, path_base(*source));
    }
    if ((rc = repo_path(path, r, out, true))) {
        return rc;
    }
    const char *dir = path_dir(arena, *path);
    if (dir[0] && !file_is_dir(r->root_fd, dir)) {
        return err_set(ERR_NOT_FOUND, "the folder '%s' does not exist", repo_shown(r, dir));
    }
    bool itself = str_eq(repo_abs(r, *path), *source);
    if (!force && !itself && file_id_peek(&id, r->root_fd, *path)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to force.", out);
    }
    return 0;
}

int add_copy(struct arena *arena, struct data *d, struct out *o, const char *source) {
    const struct checkout_options opt = {.force = true};
    struct place_result placed;
    struct scan from;
    int rc = output_scan(&from, arena, d, source, d->hash, true);

    if (rc) {
        return rc;
    }
    if (!from.exists) {
        return err_set(ERR_NOT_FOUND, "'%s' does not exist", source);
    }
    content_from_scan(&o->recorded, &from);
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc ? rc : repo_gitignore_add(d->repo, o->path);
}
