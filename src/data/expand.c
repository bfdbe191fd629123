#include "data/expand.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/path.h"
#include "model/repo.h"
#include "os/file.h"
#include "job/walk.h"

struct expand {
    struct strv *out;
    struct arena *arena;
    const char *
        top; /* folder that is walked, relative to the working directory: the pattern's part without magic */
    const char *pattern; /* below it */
};

/* Whether some name of the path begins with a dot. */
static bool has_hidden(const char *path) {
    return path[0] == '.' || strstr(path, "/.") != NULL;
}

/* Looks at everything on the way; only folders are gone into, and of files nothing but the name is
 * asked. */
static bool collect_match(void *ctx, const char *path, bool is_dir) {
    struct expand *e = ctx;

    if (has_hidden(path) && !has_hidden(e->pattern)) {
        return true;
    }
    if (glob_match(e->pattern, path, GLOB_PATHNAME)) {
        vec_push(e->out, path_join(e->arena, e->top, arena_strdup(e->arena, path)));
    }
    return !is_dir;
}

static int expand_one(struct strv *out, struct arena *arena, const struct repo *r,
                      const char *typed) {
    const char *name = typed + strcspn(typed, "*?[");
    struct walk walk CLEANUP(walk_release) = {0};

    while (name > typed && name[-1] != '/') {
        name--;
    }
    struct expand e = {.out = out, .arena = arena, .pattern = name};
    e.top = arena_strndup(arena, typed, (size_t)(name - typed));
    if (strlen(e.top) > 1) {
        e.top = path_normal(arena, e.top);
    }
    const char *top =
        path_normal(arena, path_join(arena, path_join(arena, r->root, r->cwd), e.top));
    return file_is_dir(AT_FDCWD, top) ? walk_tree(&walk, arena, AT_FDCWD, top, collect_match, &e)
                                      : 0;
}

int expand_targets(struct strv *out, struct arena *arena, const struct repo *r,
                   const struct strv *typed) {
    int rc = 0;

    for (size_t i = 0; !rc && i < typed->len; i++) {
        if (glob_has_magic(typed->at[i])) {
            rc = expand_one(out, arena, r, typed->at[i]);
        } else {
            vec_push(out, typed->at[i]);
        }
    }
    if (rc) {
        return rc;
    }
    if (out->len == 0) {
        return err_set(ERR_FAILED, "nothing is named like '%s'", typed->at[0]);
    }
    strv_sort(out);
    return 0;
}
