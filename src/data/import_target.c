#include "data/import_target.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "model/repo.h"
#include "os/file.h"
#include "os/stat.h"

int import_target(const char **path, struct arena *arena, struct data *d,
                  const struct import_target *t) {
    struct repo *r = d->repo;
    const char *here = path_join(arena, r->root, r->cwd), *out = t->out;
    struct file_id id;
    int rc;

    if (!t->own[0] && (!out || file_is_dir(AT_FDCWD, path_join(arena, here, out)))) {
        return err_set(ERR_FAILED, "'%s' says no name for what is there: name the output", t->from);
    }
    if (!out) {
        out = t->own;
    } else if (file_is_dir(AT_FDCWD, path_join(arena, here, out))) {
        out = path_join(arena, out, t->own);
    }
    if ((rc = repo_path(path, r, out, true))) {
        return rc;
    }
    const char *dir = path_dir(arena, *path);
    if (dir[0] && !file_is_dir(r->root_fd, dir)) {
        return err_set(ERR_NOT_FOUND, "the folder '%s' does not exist", repo_shown(r, dir));
    }
    bool itself = str_eq(repo_abs(r, *path), t->itself);
    if (!t->force && !itself && file_id_peek(&id, r->root_fd, *path)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to force.", out);
    }
    return 0;
}
