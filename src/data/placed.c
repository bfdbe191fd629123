#include "data/placed.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "model/repo.h"
#include "os/file.h"

/*
 * The file: a line that names the format, then per out "<algo> <digest>", a NUL, the path, a NUL.
 */

#define PLACED_FORMAT    "cairn placed 1\n"
#define PLACED_MAX_BYTES (256u << 20)

struct placed {
    struct arena *arena;
    VEC(struct placed_out) outs; /* a forgotten one has an unset digest */
    struct map by_path;          /* path -> index + 1 into outs */
    bool loaded, changed;
};

static const char *placed_file(struct data *d) {
    return arena_printf(d->placed->arena, "%s/cairn/placed", d->repo->tmp_dir);
}

static void placed_put(struct placed *p, const char *path, const struct digest *digest) {
    size_t at = (size_t)(uintptr_t)map_get(&p->by_path, path);

    if (at == 0) {
        path = arena_strdup(p->arena, path);
        vec_push(&p->outs, ((struct placed_out){.path = path}));
        at = p->outs.len;
        map_put(&p->by_path, path, (void *)(uintptr_t)at);
    }
    p->outs.at[at - 1].digest = *digest;
}

/* One entry of the file; false if it is none. */
static bool placed_parse(struct placed *p, const char *head, const char *path) {
    const char *space = strchr(head, ' ');
    enum hash_algo algo;
    struct digest digest;

    if (!space ||
        !hash_algo_from_name(&algo, arena_strndup(p->arena, head, (size_t)(space - head))) ||
        !digest_from_text(&digest, algo, space + 1) || path[0] == '\0' || path_is_absolute(path) ||
        path_is_hostile(path)) {
        return false;
    }
    placed_put(p, path, &digest);
    return true;
}

static void placed_read(struct data *d) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct str text CLEANUP(str_release) = STR_INIT;
    size_t at = strlen(PLACED_FORMAT);

    if (file_read(&text, AT_FDCWD, placed_file(d), PLACED_MAX_BYTES)) {
        err_clear();
        return;
    }
    if (!str_starts(text.buf, PLACED_FORMAT)) {
        return;
    }
    while (at < text.len) {
        const char *head = text.buf + at;
        size_t path_at = at + strlen(head) + 1;

        if (path_at >= text.len || !placed_parse(d->placed, head, text.buf + path_at)) {
            return;
        }
        at = path_at + strlen(text.buf + path_at) + 1;
    }
}

struct placed *placed_new(void) {
    struct placed *p = mem_zalloc(1, sizeof *p);

    p->arena = arena_new();
    return p;
}

static struct placed *placed_get(struct data *d) {
    if (!d->placed->loaded) {
        d->placed->loaded = true;
        placed_read(d);
    }
    return d->placed;
}

void placed_note(struct data *d, const char *path, const struct digest *digest) {
    struct placed *p = placed_get(d);
    size_t at = (size_t)(uintptr_t)map_get(&p->by_path, path);

    if (at == 0 || !digest_equal(&p->outs.at[at - 1].digest, digest)) {
        placed_put(p, path, digest);
        p->changed = true;
    }
}

void placed_forget(struct data *d, const char *path) {
    static const struct digest none = {.algo = HASH_NONE};

    if (map_has(&placed_get(d)->by_path, path)) {
        placed_note(d, path, &none);
    }
}

const struct placed_out *placed_all(struct data *d, size_t *n) {
    struct placed *p = placed_get(d);
    size_t len = 0;

    map_release(&p->by_path);
    for (size_t i = 0; i < p->outs.len; i++) {
        if (digest_is_set(&p->outs.at[i].digest)) {
            p->outs.at[len++] = p->outs.at[i];
            map_put(&p->by_path, p->outs.at[len - 1].path, (void *)(uintptr_t)len);
        }
    }
    p->outs.len = len;
    *n = len;
    return p->outs.at;
}

static void placed_write(struct data *d) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct str text CLEANUP(str_release) = STR_INIT;
    size_t n;
    const struct placed_out *outs = placed_all(d, &n);
    char hex[DIGEST_TEXT_MAX];

    str_adds(&text, PLACED_FORMAT);
    for (size_t i = 0; i < n; i++) {
        str_addf(&text, "%s %s", hash_algo_name(outs[i].digest.algo),
                 digest_text(hex, &outs[i].digest));
        str_addc(&text, '\0');
        str_adds(&text, outs[i].path);
        str_addc(&text, '\0');
    }
    if (dir_make(AT_FDCWD, arena_printf(d->placed->arena, "%s/cairn", d->repo->tmp_dir), 0777) ||
        file_write_replace(AT_FDCWD, placed_file(d), text.buf, text.len)) {
        err_clear();
    }
}

void placed_close(struct data *d) {
    struct placed *p = d->placed;

    if (!p) {
        return;
    }
    if (p->changed) {
        placed_write(d);
    }
    map_release(&p->by_path);
    vec_release(&p->outs);
    arena_free(p->arena);
    free(p);
    d->placed = NULL;
}
