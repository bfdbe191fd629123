#include "data/destroy.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/data.h"
#include "data/unprotect.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"

static int unprotect_all(struct data *d, const struct index *idx) {
    int rc = 0;

    for (size_t i = 0; !rc && i < idx->outs.len; i++) {
        rc = unprotect_out(d, idx->outs.at[i]);
    }
    return rc;
}

static int remove_files(struct arena *arena, const struct repo *r, const struct index *idx) {
    int rc = 0;

    for (size_t i = 0; !rc && i < idx->stages.len; i++) {
        rc = beneath_remove(r->root_fd, idx->stages.at[i]->file);
    }
    for (size_t i = 0; !rc && i < idx->pipes.len; i++) {
        const char *path = idx->pipes.at[i].path;

        rc = beneath_remove(r->root_fd, path);
        rc = rc ? rc : beneath_remove(r->root_fd, lockfile_path(arena, path));
    }
    return rc ? rc : beneath_remove(r->root_fd, ".dvcignore");
}

int data_destroy(struct data **d) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    struct repo *r = (*d)->repo;
    int rc;

    if ((rc = data_lock(*d)) || (rc = index_load(&idx, r, NULL)) || (rc = unprotect_all(*d, idx)) ||
        (rc = remove_files(arena, r, idx))) {
        return rc;
    }
    data_closep(d); /* it would write into the folder */
    repo_untouch(r);
    return dir_remove_tree(AT_FDCWD, r->dvc_dir);
}
