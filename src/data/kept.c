#include "data/kept.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/stat.h"
#include "os/term.h"
#include "hash/hasher.h"
#include "git/gitclone.h"

#define DAY_NS (INT64_C(86400) * 1000000000)

enum { DAYS = 30 };

/* Where what we keep of sources lies: in the folder that DVC is told to use for such, else in the
 * user's cache folder. It is for one user alone, for a repository may be private. */
static int kept_dir(const char **out, struct arena *arena) {
    const char *site = env_get("DVC_SITE_CACHE_DIR"), *xdg = env_get("XDG_CACHE_HOME"),
               *home = env_get("HOME");

    if (site) {
        *out = arena_printf(arena, "%s/cairn-%u", site, (unsigned)geteuid());
    } else if (xdg && path_is_absolute(xdg)) {
        *out = path_join(arena, xdg, "cairn");
    } else if (home) {
        *out = path_join(arena, home, ".cache/cairn");
    } else {
        int rc = err_set(ERR_FAILED, "there is no folder to keep clones of repositories in");
        err_hint("name one with XDG_CACHE_HOME, or set HOME");
        return rc;
    }
    if (!path_is_absolute(*out)) {
        *out = path_join(arena, dir_current(arena), *out);
    }
    return 0;
}

int kept_place(const char **out, struct arena *arena, const char *kind, const char *address) {
    char text[DIGEST_TEXT_MAX];
    struct digest digest;
    const char *dir = NULL;
    int rc = kept_dir(&dir, arena);

    if (rc) {
        return rc;
    }
    hash_bytes(&digest, HASH_SHA256, address, strlen(address));
    char *name = arena_strdup(arena, path_base(path_normal(arena, address)));
    for (char *p = name; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '-' || *p == '_';
        *p = plain ? *p : '_';
    }
    *out = arena_printf(arena, "%s/%s/%.40s-%.16s", dir, kind, name, digest_text(text, &digest));
    file_touch(AT_FDCWD, *out); /* used now, if it is there */
    return 0;
}

static void expire_in(struct arena *arena, const char *dir, int64_t since) {
    struct strv names CLEANUP(strv_release) = {0};
    bool clones = str_eq(path_base(dir), KEPT_CLONES);

    if (dir_names(&names, arena, AT_FDCWD, dir)) {
        err_clear();
    }
    for (size_t i = 0; i < names.len; i++) {
        const char *path = path_join(arena, dir, names.at[i]);
        struct file_id id;
        if (str_ends(path, ".lock") || !file_id_peek(&id, AT_FDCWD, path) || id.mtime_ns >= since) {
            continue;
        }
        if (clones ? gitclone_expire(path, since) : dir_remove_tree(AT_FDCWD, path)) {
            err_clear(); /* the next time */
        }
    }
}

void kept_expire(struct arena *arena) {
    const char *dir;

    if (kept_dir(&dir, arena)) {
        err_clear();
        return;
    }
    int64_t since = clock_real_ns() - DAYS * DAY_NS;
    expire_in(arena, path_join(arena, dir, KEPT_CLONES), since);
    expire_in(arena, path_join(arena, dir, KEPT_SOURCES), since);
}
