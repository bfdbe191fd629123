#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "job/parallel.h"
#include "job/progress.h"
#include "os/beneath.h"
#include "os/file.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/folder.h"
#include "store/place_file.h"
#include "store/place_plan.h"
#include "store/scan.h"
#include "store/staging.h"
#include "store/statcache.h"

#define GROUP_MAX 64

/* Files of one folder, next to each other in the plan: one unit of work. */
struct group {
    size_t from, to; /* in placer.index */
};

struct placer {
    struct place_plan *plan;
    const struct place_spec *spec;
    size_t *index; /* of the changes that this pass makes */
    size_t nindex;
    VEC(struct group) groups;
    char **buffers; /* per worker */
    int state_dir;  /* where means.staging is */
    struct place_means means;
    bool pruned; /* folders that held nothing are gone */
};

/* What was seen must still be there: it may not be what somebody wrote meanwhile. */
static int check_unchanged(const struct place_spec *spec, const struct placement *p,
                           const struct place_target *t) {
    struct stat st;
    struct file_id id;

    if (spec->force && !p->same) {
        return 0;
    }
    if (fstatat(t->parent, t->name, &st, p->now->link ? 0 : AT_SYMLINK_NOFOLLOW)) {
        return errno == ENOENT ? 0 : err_errno("cannot look at '%s'", t->full);
    }
    file_id_from_stat(&id, &st);
    if (!file_id_same(&id, &p->now->id)) {
        return err_set(ERR_EXISTS, "'%s' was changed meanwhile; it was left alone", t->full);
    }
    return 0;
}

/* errno of a removal: what NFS keeps of a file that was removed while it was open is gone with its
 * closing, and cannot be removed before. */
static bool goes_by_itself(const char *name) {
    return errno == EBUSY && str_starts(name, ".nfs");
}

static int change_file(const struct placer *placer, struct placement *p,
                       const struct place_target *t) {
    struct stat st;

    int rc = p->now ? check_unchanged(placer->spec, p, t) : 0;
    if (!rc && p->want) {
        rc = place_file(t);
    } else if (!rc && unlinkat(t->parent, t->name, 0) && errno != ENOENT &&
               !goes_by_itself(t->name)) {
        rc = err_errno("cannot delete '%s'", t->full);
    }
    if (rc) {
        return rc;
    }
    p->done = true;
    if (p->want && !fstatat(t->parent, t->name, &st, 0)) {
        file_id_from_stat(&p->id, &st);
    }
    return 0;
}

/* Whether a dead link of ours stands where the file goes: the plan found nothing else there. */
static bool holds_link(const struct place_target *t) {
    struct stat st;

    return !fstatat(t->parent, t->name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}

static int change_group(void *ctx, size_t g, int worker) {
    struct placer *placer = ctx;
    const struct place_spec *spec = placer->spec;
    const struct group *group = &placer->groups.at[g];
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int parent CLEANUP(fd_closep) = -1;
    bool staged = false;

    if (!placer->buffers[worker]) {
        placer->buffers[worker] = mem_alloc(PLACE_BUFFER);
    }
    for (size_t i = group->from; i < group->to; i++) {
        struct placement *p = &placer->plan->changes.at[placer->index[i]];
        const char *full = place_full_path(arena, spec, p->path);
        int rc = 0;
        if (parent < 0) {
            rc = beneath_parent(&parent, spec->root_fd, full, p->want != NULL);
            staged = !rc && place_can_stage(&placer->means, parent);
        }
        if (rc == ERR_NOT_FOUND && !p->want) {
            err_clear();
            return 0;
        }
        if (rc) {
            return rc;
        }
        struct place_target t = {.means = &placer->means,
                                 .full = full,
                                 .parent = parent,
                                 .name = path_base(full),
                                 .staged = staged,
                                 .buffer = placer->buffers[worker]};
        t.digest = p->want ? &p->want->digest : NULL;
        t.replace = p->now || spec->force;
        rc = change_file(placer, p, &t);
        if (rc == ERR_EXISTS && !t.replace && holds_link(&t)) {
            err_clear();
            t.replace = true;
            rc = change_file(placer, p, &t);
        }
        if (rc) {
            return rc;
        }
        progress_add(spec->progress, 1, 0);
    }
    return 0;
}

static size_t folder_length(const char *path) {
    return (size_t)(path_base(path) - path);
}

static void make_groups(struct placer *placer) {
    const struct placement *changes = placer->plan->changes.at;

    vec_clear(&placer->groups);
    for (size_t i = 0; i < placer->nindex; i++) {
        const char *path = changes[placer->index[i]].path;
        if (placer->groups.len > 0) {
            struct group *last = &placer->groups.at[placer->groups.len - 1];
            const char *other = changes[placer->index[last->from]].path;
            size_t len = folder_length(path);
            if (last->to - last->from < GROUP_MAX && len == folder_length(other) &&
                memcmp(path, other, len) == 0) {
                last->to++;
                continue;
            }
        }
        vec_push(&placer->groups, ((struct group){.from = i, .to = i + 1}));
    }
}

static int run_pass(struct placer *placer, bool deletions) {
    const struct placements *changes = &placer->plan->changes;

    placer->nindex = 0;
    for (size_t i = 0; i < changes->len; i++) {
        if (!changes->at[i].missing && (changes->at[i].want == NULL) == deletions) {
            placer->index[placer->nindex++] = i;
        }
    }
    make_groups(placer);
    return parallel_for(placer->groups.len, change_group, placer);
}

static int open_top(int *top, const struct place_spec *spec) {
    int rc = beneath_open(top, spec->root_fd, spec->path, O_RDONLY | O_DIRECTORY, 0);

    if (rc) {
        err_clear();
    }
    return rc;
}

bool place_prune(const struct place_spec *spec) {
    const char *below = spec->below ? spec->below : "";
    int top CLEANUP(fd_closep) = -1;
    bool any = false;

    if (spec->now->nempty == 0 || open_top(&top, spec)) {
        return false;
    }
    for (size_t i = spec->now->nempty; i-- > 0;) {
        if (path_inside(below, spec->now->empty[i])) {
            dir_prune(top, spec->now->empty[i]);
            any = any || !file_exists(top, spec->now->empty[i]);
        }
    }
    return any;
}

/* Removes the folders that deletions left empty, the lowest first. */
static void prune(struct placer *placer) {
    const struct placements *changes = &placer->plan->changes;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int top CLEANUP(fd_closep) = -1;
    const char *last = "";

    placer->pruned = place_prune(placer->spec);
    if (open_top(&top, placer->spec)) {
        return;
    }
    for (size_t i = changes->len; i-- > 0;) {
        const struct placement *p = &changes->at[i];
        if (!p->done || p->want) {
            continue;
        }
        const char *dir = path_dir(arena, p->path);
        if (strcmp(dir, last) != 0) {
            dir_prune(top, dir);
            last = dir;
        }
    }
}

/* Removes the out's own folder with all empty folders in it; what still holds files stays. */
static void remove_empty(int dirfd, const char *name, int depth) {
    int fd CLEANUP(fd_closep) = -1;

    if (!unlinkat(dirfd, name, AT_REMOVEDIR) || (errno != ENOTEMPTY && errno != EEXIST) ||
        depth > 500 || folder_open(&fd, dirfd, name, 0, name)) {
        err_clear();
        return;
    }
    struct strv names = {0};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    folder_names(&names, arena, fd);
    for (size_t i = 0; i < names.len; i++) {
        remove_empty(fd, names.at[i], depth + 1);
    }
    strv_release(&names);
    unlinkat(dirfd, name, AT_REMOVEDIR);
}

static int remove_out_folder(const struct placer *placer) {
    int parent CLEANUP(fd_closep) = -1;
    int rc = beneath_parent(&parent, placer->spec->root_fd, placer->spec->path, false);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (!rc) {
        remove_empty(parent, path_base(placer->spec->path), 0);
    }
    return rc;
}

/* The changes in their order: what goes, the folders that got empty, what comes. */
static int make_changes(struct placer *placer) {
    const struct place_plan *plan = placer->plan;
    const struct place_spec *spec = placer->spec;
    bool whole = !spec->below || *spec->below == '\0';
    int rc = 0;

    bool dead_link = !plan->want_any && spec->now->link && !spec->now->exists;
    if (plan->cut_link || dead_link) {
        rc = beneath_remove(spec->root_fd, spec->path);
    }
    if (!rc) {
        rc = run_pass(placer, true);
    }
    if (!rc && spec->now->is_dir && !plan->cut_link) {
        prune(placer);
        if (whole && (!plan->want_any || !plan->want_dir)) {
            rc = remove_out_folder(placer);
        }
    }
    if (!rc) {
        rc = run_pass(placer, false);
    }
    if (!rc && plan->want_dir && plan->want.len == 0 && (!spec->now->is_dir || plan->cut_link)) {
        rc = beneath_mkdir(spec->root_fd, spec->path);
    }
    return rc;
}

static void open_staging(struct placer *placer) {
    const struct statcache *state = placer->spec->state;

    placer->state_dir = -1;
    if (!state || !statcache_folder(&placer->state_dir, state)) {
        return;
    }
    staging_sweep(placer->state_dir);
    if (placer->plan->changes.len > 0 &&
        staging_open(&placer->means.staging, placer->state_dir, statcache_dir(state))) {
        err_clear();
        placer->means.staging = NULL;
    }
}

/* Identities of what was written: the next look at it reads nothing. */
static void record(const struct placer *placer) {
    const struct placements *changes = &placer->plan->changes;

    if (!placer->spec->state) {
        return;
    }
    const char *path = placer->spec->path;
    struct stat_table *table = placer->plan->want_dir ? statcache_table(placer->spec->state, path)
                                                      : statcache_files(placer->spec->state);
    for (size_t i = 0; i < changes->len; i++) {
        const struct placement *p = &changes->at[i];
        if (p->done && p->want && p->id.inode != 0) {
            stat_table_put(table, placer->plan->want_dir ? p->path : path, &p->id,
                           &p->want->digest);
        }
    }
}

static int apply(bool *pruned, struct place_plan *plan) {
    struct placer placer = {.plan = plan, .spec = plan->spec};
    int workers = parallel_workers(plan->changes.len);

    placer.means.cache = plan->spec->cache;
    placer.means.links = plan->spec->links;
    placer.means.isexec = plan->spec->isexec;
    placer.index = mem_realloc(NULL, plan->changes.len + 1, sizeof *placer.index);
    placer.buffers = mem_zalloc((size_t)workers, sizeof *placer.buffers);
    open_staging(&placer);
    if (plan->changes.len > 0) {
        progress_phase(plan->spec->progress, "Checking out", plan->changes.len, 0);
    }
    int rc = make_changes(&placer);
    record(&placer);
    *pruned = placer.pruned;
    staging_close(placer.means.staging);
    fd_closep(&placer.state_dir);
    for (int i = 0; i < workers; i++) {
        free(placer.buffers[i]);
    }
    free(placer.buffers);
    free(placer.index);
    vec_release(&placer.groups);
    return rc;
}

static void count(struct place_result *result, const struct place_plan *plan, bool pruned) {
    for (size_t i = 0; i < plan->changes.len; i++) {
        const struct placement *p = &plan->changes.at[i];
        if (p->done && !p->same) {
            result->added += p->want && !p->now;
            result->modified += p->want && p->now;
            result->deleted += !p->want;
        }
    }

    const struct scan *now = plan->spec->now;
    bool any = result->added + result->modified + result->deleted > 0 || plan->cut_link || pruned;
    if (!plan->want_any) {
        result->change = now->exists || now->link ? PLACE_DELETED : PLACE_NONE;
    } else if (!now->exists) {
        bool empty_folder = plan->want_dir && plan->want.len == 0;
        result->change = any || empty_folder ? PLACE_ADDED : PLACE_NONE;
    } else {
        result->change = any || now->is_dir != plan->want_dir ? PLACE_MODIFIED : PLACE_NONE;
    }
}

static int add_exec(const struct place_spec *spec) {
    int fd CLEANUP(fd_closep) = -1;
    struct stat st;

    int rc = beneath_open(&fd, spec->root_fd, spec->path, O_RDONLY | O_NONBLOCK, 0);
    if (!rc && (fstat(fd, &st) || fchmod(fd, (st.st_mode & 07777) | S_IXUSR))) {
        rc = err_errno("cannot make '%s' executable", spec->path);
    }
    return rc;
}

int place_apply(struct place_result *result, struct arena *arena, const struct place_spec *spec) {
    struct place_plan plan;
    bool pruned = false;

    *result = (struct place_result){0};
    int rc = place_plan_make(&plan, result, arena, spec);
    if (!rc) {
        rc = apply(&pruned, &plan);
        count(result, &plan, pruned);
        if (!rc && plan.set_exec) {
            rc = add_exec(spec);
        }
    } else if (rc == ERR_NOT_FOUND && spec->partial && result->missing.len > 0) {
        err_clear(); /* not even the listing is there: nothing can be placed */
        rc = 0;
    }
    place_plan_release(&plan);
    return rc;
}

int place_relink(struct arena *arena, const struct place_spec *spec) {
    struct place_result ignored = {0};
    struct place_plan plan;
    bool pruned;

    int rc = place_plan_relink(&plan, &ignored, arena, spec);
    if (!rc && plan.changes.len > 0) {
        rc = apply(&pruned, &plan);
    }
    place_plan_release(&plan);
    vec_release(&ignored.missing);
    return rc;
}

enum link_type place_link_type(struct cache *cache, int root_fd, const char *path,
                               const struct digest *d) {
    struct str object CLEANUP(str_release) = STR_INIT;
    struct file_id id;
    struct stat st;

    if (fstatat(root_fd, path, &st, AT_SYMLINK_NOFOLLOW)) {
        return LINK_COPY;
    }
    if (S_ISLNK(st.st_mode)) {
        char target[4096];
        ssize_t len = readlinkat(root_fd, path, target, sizeof target - 1);
        cache_path(cache, d, &object);
        bool same =
            len > 0 && (size_t)len == object.len && memcmp(target, object.buf, object.len) == 0;
        return same ? LINK_SYMLINK : LINK_COPY;
    }
    bool linked = cache_has(cache, d) && object_peek(cache, d, &id) && id.inode == st.st_ino &&
                  id.device == st.st_dev;
    return linked ? LINK_HARDLINK : LINK_COPY;
}
