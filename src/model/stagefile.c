#include "model/stagefile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/read.h"
#include "os/beneath.h"
#include "os/file.h"
#include "git/gitrepo.h"
#include "model/repo.h"

bool stagefile_is_dvc(const char *path) {
    return str_ends(path, ".dvc") && strcmp(path_base(path), ".dvc") != 0;
}

bool stagefile_is_pipe(const char *path) {
    return strcmp(path_base(path), "dvc.yaml") == 0;
}

bool stagefile_is_any(const char *path) {
    return stagefile_is_dvc(path) || stagefile_is_pipe(path);
}

int stagefile_check_ignored(const struct repo *r, const char *path) {
    bool ignored = false;

    if (!r->git) {
        return 0;
    }
    int rc = gitrepo_ignores(r->git, repo_abs(r, path), false, &ignored);

    if (rc || !ignored) {
        return rc;
    }
    rc = err_set(ERR_FAILED, "'%s' is ignored by Git", repo_shown(r, path));
    err_hint("change the rule in .gitignore, so that the file can be committed");
    return rc;
}

int stagefile_read(struct str *out, const struct repo *r, const char *path) {
    int rc = file_read(out, r->root_fd, path, DOC_MAX_BYTES);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc;
}

int stagefile_write(struct repo *r, const char *path, const struct str *before,
                    const struct str *now) {
    if (r->drafts) {
        struct stagefile_draft draft = {arena_strdup(r->arena, path),
                                        arena_strndup(r->arena, now->buf, now->len), now->len};
        vec_push(r->drafts, draft);
        return 0;
    }
    if (now->len != before->len || memcmp(now->buf, before->buf, now->len) != 0) {
        int rc = r->writes ? beneath_write_round(r->writes, r->root_fd, path, now->buf, now->len)
                           : beneath_write(r->root_fd, path, now->buf, now->len);

        if (rc) {
            return rc;
        }
    }
    repo_touch(r, path);
    return 0;
}

int stagefile_delete(struct repo *r, const char *path) {
    int rc = beneath_remove(r->root_fd, path);

    if (rc == 0) {
        repo_touch(r, path);
    }
    return rc;
}
