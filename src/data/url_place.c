#include "data/url_place.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "model/config.h"
#include "model/repo.h"
#include "remote/files.h"
#include "remote/registry.h"

#define CHAIN_MAX     8
#define REMOTE_SCHEME "remote://"
#define FILE_SCHEME   "file://"

/* Where options are looked up: what was given, then the remotes that the url names, each of which may
 * go on from another one. */
struct options {
    struct repo *repo;
    const struct strv *given;
    const char *jobs;
    const char *remotes[CHAIN_MAX];
    size_t n;
};

static const char *option(const void *ctx, const char *key) {
    const struct options *o = ctx;
    struct repo *r = o->repo;
    size_t len = strlen(key);

    for (size_t i = 0; o->given && i < o->given->len; i++) {
        const char *text = o->given->at[i];
        if (strncmp(text, key, len) == 0 && text[len] == '=') {
            return text + len + 1;
        }
    }
    if (o->jobs && strcmp(key, "jobs") == 0) {
        return o->jobs;
    }
    for (size_t i = 0; i < o->n; i++) {
        const char *value = config_get(r->config, CONFIG_MERGED,
                                       arena_printf(r->arena, "remote.%s.%s", o->remotes[i], key));
        if (value) {
            return value;
        }
    }
    return NULL;
}

/* "remote://name/path" to the url of the remote and the path below it, as often as it takes. */
static int resolve(const char **url, struct arena *arena, struct options *o) {
    struct repo *r = o->repo;

    while (str_starts(*url, REMOTE_SCHEME)) {
        const char *name = *url + strlen(REMOTE_SCHEME), *rest = name + strcspn(name, "/");
        name = arena_strndup(arena, name, (size_t)(rest - name));
        const char *base =
            config_path(r->config, arena, arena_printf(arena, "remote.%s.url", name));
        if (!base) {
            return err_set(ERR_FAILED, "there is no remote '%s'", name);
        }
        if (o->n == CHAIN_MAX) {
            return err_set(ERR_FAILED, "remote '%s' has no url of its own", name);
        }
        o->remotes[o->n++] = name;
        rest += strspn(rest, "/");
        *url = *rest ? path_join(arena, base, rest) : base;
    }
    return 0;
}

static const char *local_path(struct arena *arena, const char *url, const char *from) {
    if (str_starts(url, FILE_SCHEME)) {
        url += strlen(FILE_SCHEME);
        url += str_starts(url, "localhost/") ? strlen("localhost") : 0;
    }
    return path_normal(arena, path_join(arena, from, url));
}

int url_place_open(struct url_place *out, struct arena *arena, struct repo *r,
                   const struct url_asked *a) {
    struct options *o = arena_alloc(arena, sizeof *o);
    const char *url = a->url;

    *out = (struct url_place){0};
    *o = (struct options){.repo = r, .given = a->options};
    o->jobs = a->jobs > 0 ? arena_printf(arena, "%d", a->jobs) : NULL;
    int rc = resolve(&url, arena, o);
    if (rc) {
        return rc;
    }
    if (str_eq(remote_scheme(url), "local")) {
        out->path = local_path(arena, url, a->from);
        return 0;
    }
    struct remote_config cfg = {
        .name = o->n > 0 ? o->remotes[0] : remote_shown(arena, url),
        .url = url,
        .state = a->state,
        .option = option,
        .ctx = o,
    };
    return remote_files_open(&out->files, &cfg);
}

void url_place_release(struct url_place *p) {
    files_closep(&p->files);
}
