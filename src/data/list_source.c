#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/list.h"
#include "model/repo.h"
#include "os/file.h"

static const char *find_here(const struct repo *r) {
    const char *cwd = dir_current(r->arena);

    return cwd && path_inside(r->root, cwd) ? path_below(r->root, cwd) : NULL;
}

int list_source_open(struct list_source *s, const char *url, struct progress *p) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path = str_starts(url, "file://") ? url + strlen("file://") : url;

    *s = (struct list_source){0};
    if (!file_is_dir(AT_FDCWD, path)) {
        bool elsewhere = strstr(url, "://") || strchr(url, ':');
        return elsewhere && path == url
                   ? err_set(ERR_UNSUPPORTED,
                             "'%s': only repositories on this machine can be "
                             "listed",
                             url)
                   : err_set(ERR_NOT_FOUND, "there is no repository '%s'", url);
    }
    const char *start = file_real_path(arena, path);
    if (!start) {
        return err_errno("cannot find '%s'", path);
    }
    int rc = repo_open(&s->repo, start, false);
    if (!rc) {
        rc = data_open(&s->data, s->repo, p);
    } else if (rc == ERR_NO_REPO) {
        err_clear();
        rc = repo_open_plain(&s->repo, start);
        if (!rc && !s->repo->git) {
            rc = err_set(ERR_NOT_FOUND, "'%s' is in no repository of DVC or Git", url);
        }
    }
    if (!rc) {
        bool cloned = path != url && s->repo->git;
        s->rev = cloned ? "HEAD" : NULL;
        s->here = cloned ? NULL : find_here(s->repo);
    }
    return rc;
}

int list_path(const char **out, struct arena *arena, const struct list_source *s,
              const char *typed) {
    bool from_root = !s->here || typed[0] == '/' || typed[0] == '\0';

    *out =
        path_normal(arena, path_join(arena, from_root ? "" : s->here, typed + (typed[0] == '/')));
    return path_escapes(*out) || path_is_absolute(*out)
               ? err_set(ERR_NOT_FOUND, "'%s' is not in the repository '%s'", typed, s->repo->root)
               : 0;
}

void list_source_release(struct list_source *s) {
    data_close(s->data);
    repo_close(s->repo);
}
