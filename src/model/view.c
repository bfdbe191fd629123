#include "model/view.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "git/gittree.h"
#include "model/repo.h"
#include "os/file.h"

/* Commits count paths from the Git root, which may lie above ours. */
static const char *git_path(struct arena *arena, const struct view *v, const char *path) {
    return path_join(arena, v->repo->git_path, path);
}

int view_read(struct str *out, const struct view *v, const char *path, size_t max) {
    CLEANUP(arena_freep) struct arena *arena = NULL;

    if (v->commit == NULL) {
        return file_read(out, v->repo->root_fd, path, max);
    }
    arena = arena_new();
    return gittree_read(out, v->repo->git, v->commit, git_path(arena, v, path), max);
}

bool view_exists(const struct view *v, const char *path, bool *is_dir) {
    CLEANUP(arena_freep) struct arena *arena = NULL;

    if (v->commit == NULL) {
        *is_dir = file_is_dir(v->repo->root_fd, path);
        return *is_dir || file_exists(v->repo->root_fd, path);
    }
    arena = arena_new();
    return gittree_exists(v->repo->git, v->commit, git_path(arena, v, path), is_dir);
}
