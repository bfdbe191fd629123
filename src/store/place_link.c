#include "store/place_link.h"

#include <fcntl.h>

#include "base/arena.h"
#include "os/file.h"
#include "os/link.h"
#include "store/cache_dir.h"
#include "store/place.h"
#include "store/place_plan.h"
#include "store/scan.h"

/* Clones the object into a file without a name. */
static bool try_reflink(const struct place_spec *spec, const struct digest *d) {
    int from CLEANUP(fd_closep) = object_open(spec->cache, d);
    int to CLEANUP(fd_closep) =
        from < 0 ? -1 : openat(spec->root_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    return to >= 0 && fd_clone(from, to);
}

static bool reflinks_work(enum place_reflinks *reflinks, const struct place_spec *spec,
                          const struct scan_file *now) {
    if (*reflinks == REFLINKS_UNTRIED && now->id.size > 0) {
        *reflinks = try_reflink(spec, &now->digest) ? REFLINKS_YES : REFLINKS_NO;
    }
    return *reflinks == REFLINKS_YES;
}

static bool is_symlink(const struct place_spec *spec, const struct scan_file *now) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path = place_full_path(arena, spec, now->path);

    return place_link_type(spec->cache, spec->root_fd, path, &now->digest) == LINK_SYMLINK;
}

bool place_needs_relink(enum place_reflinks *reflinks, const struct place_spec *spec,
                        const struct scan_file *now) {
    const struct place_links *links = spec->links;
    bool copy = !now->link && now->id.nlink == 1;
    struct file_id object;

    for (int i = 0; i < links->n; i++) {
        bool copy_next = i + 1 < links->n && links->type[i + 1] == LINK_COPY;

        switch (links->type[i]) {
        case LINK_REFLINK:
            if (copy_next && !spec->relink) {
                return !copy; /* whichever of the two it is */
            }
            if (reflinks_work(reflinks, spec, now)) {
                return !copy || spec->relink;
            }
            break;
        case LINK_COPY:
            return !copy;
        case LINK_HARDLINK:
            if (now->id.size == 0) {
                return !copy; /* empty files are never hard-linked */
            }
            if (!object_peek(spec->cache, &now->digest, &object)) {
                return true;
            }
            if (object.device == now->id.device) {
                return now->link || object.inode != now->id.inode;
            }
            break;
        case LINK_SYMLINK:
            return !now->link || !is_symlink(spec, now);
        }
    }
    return true;
}
