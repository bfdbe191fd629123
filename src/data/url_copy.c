#include "data/url_copy.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/output.h"
#include "data/url_source.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "os/stat.h"

int url_copy_target(const char **path, struct arena *arena, struct data *d,
                    const struct url_source *s, const char *out, bool force) {
    struct repo *r = d->repo;
    const char *here = path_join(arena, r->root, r->cwd), *name = url_source_name(s);
    struct file_id id;
    int rc;

    if (!*name && (!out || file_is_dir(AT_FDCWD, path_join(arena, here, out)))) {
        return err_set(ERR_FAILED, "'%s' says no name for what is there: name the output", s->url);
    }
    if (!out) {
        out = name;
    } else if (file_is_dir(AT_FDCWD, path_join(arena, here, out))) {
        out = path_join(arena, out, name);
    }
    if ((rc = repo_path(path, r, out, true))) {
        return rc;
    }
    const char *dir = path_dir(arena, *path);
    if (dir[0] && !file_is_dir(r->root_fd, dir)) {
        return err_set(ERR_NOT_FOUND, "the folder '%s' does not exist", repo_shown(r, dir));
    }
    bool itself = str_eq(repo_abs(r, *path), s->place.path);
    if (!force && !itself && file_id_peek(&id, r->root_fd, *path)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to force.", out);
    }
    return 0;
}

int url_copy(struct arena *arena, struct data *d, struct out *o, struct url_source *s, bool force) {
    const struct checkout_options opt = {.force = force};
    struct place_result placed;
    int rc = url_source_fetch(&o->recorded, d, s);

    if (rc) {
        return rc;
    }
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc ? rc : repo_gitignore_add(d->repo, o->path);
}
