#include "remote/local.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "net/url.h"
#include "remote/registry.h"
#include "store/cache.h"

#define FILE_SCHEME "file://"

/* The folder that the url means, absolute and normal. */
static int url_folder(const char **out, struct arena *arena, const struct remote_config *cfg) {
    const char *path = cfg->url;

    if (str_starts(path, FILE_SCHEME)) {
        path += strlen(FILE_SCHEME);
        if (str_starts(path, "localhost/")) {
            path += strlen("localhost");
        }
        char *plain = arena_strdup(arena, path);
        if (!url_unescape(plain)) {
            return err_set(ERR_CONFIG, "remote '%s': bad escape in url '%s'", cfg->name, cfg->url);
        }
        path = plain;
    }
    if (!path_is_absolute(path)) {
        return err_set(ERR_CONFIG, "remote '%s': url '%s' is no absolute path", cfg->name,
                       cfg->url);
    }
    *out = path_normal(arena, path);
    return 0;
}

int remote_local_open(struct odb **out, const struct remote_config *cfg) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *shared = cfg->option ? cfg->option(cfg->ctx, "shared") : NULL;
    struct cache_config cache = {.algo = cfg->algo, .follow = true, .state = cfg->state};
    struct cache *c;

    int rc = url_folder(&cache.dir, arena, cfg);
    if (rc) {
        return rc;
    }
    cache.label = arena_printf(arena, "remote '%s'", cfg->name);
    cache.group_shared = shared && str_eq(shared, "group");
    rc = cache_open(&c, &cache);
    if (!rc) {
        *out = cache_as_odb(c, cfg->name, cfg->url);
    }
    return rc;
}
