#include "cli/facts.h"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/link.h"
#include "os/temp.h"
#include "model/repo.h"

const char *facts_platform(struct arena *arena) {
    struct utsname u;
    if (uname(&u)) {
        return "unknown";
    }
    return arena_printf(arena, "%s %s %s, glibc %s, %d processor%s", u.sysname, u.release,
                        u.machine, gnu_get_libc_version(), cpu_count(),
                        cpu_count() == 1 ? "" : "s");
}

struct library_list {
    struct strv *out;
    struct arena *arena;
};

static int note_library(struct dl_phdr_info *info, size_t size, void *ctx) {
    struct library_list *list = ctx;
    (void)size;
    /* The file behind the link has the full version in its name. */
    const char *path = info->dlpi_name && *info->dlpi_name == '/' ? info->dlpi_name : NULL;
    const char *real = path ? file_real_path(list->arena, path) : NULL;
    if (real) {
        vec_push(list->out, path_base(real));
    }
    return 0;
}

void facts_libraries(struct strv *out, struct arena *arena) {
    struct library_list list = {out, arena};
    dl_iterate_phdr(note_library, &list);
    strv_sort(out);
}

const char *facts_file_system(struct arena *arena, const char *path) {
    const char *real = file_real_path(arena, path);
    FILE *mounts = real ? setmntent("/proc/self/mounts", "r") : NULL;
    if (!mounts) {
        return "unknown";
    }
    const char *type = "unknown";
    size_t longest = 0;
    struct mntent entry;
    char line[8192];
    while (getmntent_r(mounts, &entry, line, sizeof line)) {
        size_t len = strlen(entry.mnt_dir);
        /* Of two mounts on one folder the later one covers the other. */
        if (path_inside(entry.mnt_dir, real) && len >= longest) {
            longest = len;
            type = arena_strdup(arena, entry.mnt_type);
        }
    }
    endmntent(mounts);
    return type;
}

/* Makes a link of the type beside the user's files and removes it. */
static bool link_works(enum link_type type, const char *source, int root_fd) {
    char name[TEMP_NAME_MAX];
    temp_name(name);
    if (link_make(type, AT_FDCWD, source, root_fd, name, 0600)) {
        err_clear();
        return false;
    }
    return unlinkat(root_fd, name, 0) == 0;
}

const char *facts_link_types(struct arena *arena, const struct repo *r, const char *cache_dir) {
    char name[TEMP_NAME_MAX];
    int fd CLEANUP(fd_closep) = -1;
    if (temp_open(&fd, name, AT_FDCWD, cache_dir)) {
        bool absent = err_current() == ERR_NOT_FOUND;
        err_clear();
        return absent ? "unknown (there is no cache yet)" : "unknown (the cache cannot be written)";
    }
    const char *source = path_join(arena, cache_dir, name);
    struct str found CLEANUP(str_release) = STR_INIT;
    static const enum link_type types[] = {LINK_REFLINK, LINK_HARDLINK, LINK_SYMLINK};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (link_works(types[i], source, r->root_fd)) {
            str_addf(&found, "%s%s", found.len ? ", " : "", link_type_name(types[i]));
        }
    }
    (void)unlink(source);
    return arena_strdup(arena, found.len ? found.buf : "none");
}
