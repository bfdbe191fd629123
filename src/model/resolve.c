#include "model/resolve.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "model/repo.h"
#include "model/schema.h"
#include "model/stagefile.h"

/* What DVC takes for a remote address; any other "x://y" is a path to it. */
static const char *const schemes[] = {
    "http://",   "https://",  "s3://",      "gs://",      "gcs://",
    "azure://",  "abfs://",   "ssh://",     "hdfs://",    "oss://",
    "gdrive://", "webdav://", "webdavs://", "webhdfs://", "remote://",
};

static bool is_url(const char *written) {
    const char *mark = strstr(written, "://");

    if (!mark) {
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (str_starts(written, schemes[i])) {
            return true;
        }
    }
    return false;
}

static bool is_dataset(const char *written) {
    return str_starts(written, "ds://");
}

/* Takes a path back into the repository if that is where it leads. */
static bool locate(const char **out, struct arena *arena, const struct repo *r, const char *wdir,
                   const char *path) {
    const char *p = path_normal(arena, path_join(arena, wdir, path));

    if (!path_is_absolute(p)) {
        if (!path_escapes(p)) {
            *out = p;
            return true;
        }
        p = path_normal(arena, path_join(arena, r->root, p));
    }
    if (path_inside(r->root, p)) {
        *out = path_below(r->root, p);
        return true;
    }
    *out = p;
    return false;
}

void resolve_path(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                  const char *written) {
    out->written = out->path = written;
    if (is_dataset(written)) {
        out->kind = RESOLVED_DATASET;
        return;
    }
    if (is_url(written)) {
        out->kind = RESOLVED_URL;
        return;
    }
    bool inside = locate(&out->path, arena, r, wdir, written);

    out->kind = inside ? RESOLVED_INSIDE : RESOLVED_OUTSIDE;
    if (inside && path_is_absolute(written) && !path_is_absolute(wdir)) {
        out->written = path_relative(arena, wdir, out->path);
        out->written = out->written[0] != '\0' ? out->written : ".";
    }
}

bool resolved_inside(const char *path) {
    return !path_is_absolute(path) && !is_url(path) && !is_dataset(path);
}

const char *resolve_wdir(struct arena *arena, const struct repo *r, const char *file,
                         const char *written) {
    const char *dir = path_dir(arena, file), *wdir;

    if (!written || written[0] == '\0') {
        return dir;
    }
    (void)locate(&wdir, arena, r, dir, written);
    return wdir;
}

int resolve_dep(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                const char *written, const struct node *at, const char *file) {
    if (written[0] == '\0') {
        return schema_error(at, file, "a dependency without a path");
    }
    resolve_path(out, arena, r, wdir, written);
    if (stagefile_is_any(written)) {
        return schema_error(at, file, "'%s' describes stages and cannot be a dependency", written);
    }
    return 0;
}

int resolve_out(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                const char *written, const struct node *at, const char *file) {
    if (written[0] == '\0') {
        return schema_error(at, file, "an output without a path");
    }
    resolve_path(out, arena, r, wdir, written);
    if (stagefile_is_any(written)) {
        return schema_error(at, file, "'%s' describes stages and cannot be an output", written);
    }
    if (out->kind == RESOLVED_URL || out->kind == RESOLVED_OUTSIDE) {
        return 0;
    }
    if (out->kind != RESOLVED_INSIDE) {
        return schema_error(at, file, "output '%s' lies outside the repository", written);
    }
    if (out->path[0] == '\0') {
        return schema_error(at, file, "output '%s' is the repository itself", written);
    }
    if (path_is_hostile(out->path)) {
        return schema_error(at, file, "output '%s' lies where only Git or DVC may write", written);
    }
    return 0;
}
