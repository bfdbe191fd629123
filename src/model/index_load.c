/*
 * The order of stages is that of DVC's walk: in each folder first the files, then the folders, both
 * by name (DVC takes them as the system lists them); within a dvc.yaml as they stand there. A
 * folder that an out found so far claims is not entered: no stage file of ours lies in data.
 */
#include "model/index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"
#include "doc/read.h"
#include "git/gitrepo.h"
#include "git/gittree.h"
#include "model/dvcfile.h"
#include "model/ignore.h"
#include "model/index_seen.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/stagefile.h"

enum load_how {
    LOAD_PLAIN,
    LOAD_SOUND, /* leave out files that do not parse */
    LOAD_WHOLE, /* a folder that cannot be searched is an error */
};

struct loader {
    struct index *idx;
    struct arena *scratch; /* names of folders and files on the way */
    struct ignore *ignore; /* NULL for a commit */
    struct str text;       /* of the file being read */
    enum load_how how;
    struct index_seen *seen; /* see index_load_new; NULL: all is loaded */
};

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_outs(const void *a, const void *b) {
    return strcmp((*(struct out *const *)a)->path, (*(struct out *const *)b)->path);
}

/* Whether .dvcignore excludes the out, as the file or folder that it is recorded as, or is, or as
 * either. */
static bool is_excluded(const struct loader *l, const struct out *o, struct ignore_match *m) {
    bool known = digest_is_set(&o->recorded.digest), folder = o->recorded.digest.is_dir;
    bool file = known && !folder;

    if (!known) {
        int root_fd = l->idx->view.repo->root_fd;

        folder = file_is_dir(root_fd, o->path);
        file = !folder && file_exists(root_fd, o->path);
    }
    return (!folder && ignore_path(l->ignore, o->path, false, m)) ||
           (!file && ignore_path(l->ignore, o->path, true, m));
}

/* What DVC ignores could never be recorded. The rules that are built in do not count here. */
static int check_not_ignored(const struct loader *l, const struct out *o) {
    const struct repo *r = l->idx->view.repo;
    struct ignore_match m = {0};

    if (!l->ignore || !resolved_inside(o->path) || !is_excluded(l, o, &m) || !m.file) {
        return 0;
    }
    return err_set(ERR_INVALID, "%s: output '%s' is ignored by %s:%d ('%s')",
                   repo_shown(r, o->stage->file), o->written, repo_shown(r, m.file), m.line,
                   m.pattern);
}

static int add_stage(struct loader *l, struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        int rc = check_not_ignored(l, &s->outs[i]);

        if (rc) {
            return rc;
        }
    }
    for (size_t i = 0; i < s->nouts; i++) {
        (void)map_add(&l->idx->by_out, s->outs[i].path, &s->outs[i]);
        if (resolved_inside(s->outs[i].path)) {
            vec_push(&l->idx->outs, &s->outs[i]);
        }
    }
    for (size_t i = 0; i < s->ndeps; i++) {
        s->deps[i].index = s->deps[i].kind == DEP_DATASET ? l->idx : NULL;
    }
    const char *key = s->name ? arena_printf(l->idx->arena, "%s:%s", s->file, s->name) : s->file;

    (void)map_add(&l->idx->by_stage, key, s);
    vec_push(&l->idx->stages, s);
    return 0;
}

/* A link that leads nowhere is not the same as nothing. */
static bool is_dead_link(const struct view *v, const char *path) {
    bool is_dir;

    return v->commit ? view_exists(v, path, &is_dir) : file_is_link(v->repo->root_fd, path);
}

static int read_lock(struct loader *l, struct pipefile *pipe) {
    const struct view *v = &l->idx->view;
    const char *path = lockfile_path(l->idx->arena, pipe->path);
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = v->commit ? 0 : stagefile_check_ignored(v->repo, path);

    if (rc) {
        return rc;
    }
    rc = view_read(&text, v, path, DOC_MAX_BYTES);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        bool dead = l->how == LOAD_WHOLE && is_dead_link(v, path);
        return dead ? view_read(&text, v, path, DOC_MAX_BYTES) : 0; /* the same error */
    }
    return rc ? rc : lockfile_apply(pipe, l->idx->arena, path, text.buf, text.len);
}

/* Whether what the text says depends on more than itself and the dvc.lock. */
static bool is_template(const struct str *text) {
    return strstr(text->buf, "${") || strstr(text->buf, "vars");
}

static int parse_pipe(struct loader *l, const char *path) {
    struct pipefile pipe;

    if (l->seen && is_template(&l->text)) {
        index_seen_doubt(l->seen, path);
    }
    int rc = pipefile_parse(&pipe, l->idx->arena, &l->idx->view, path, l->text.buf, l->text.len);

    if (rc) {
        return rc;
    }
    rc = read_lock(l, &pipe);
    for (size_t i = 0; rc == 0 && i < pipe.stages.len; i++) {
        rc = add_stage(l, pipe.stages.at[i]);
    }
    vec_push(&l->idx->pipes, pipe); /* owns its vecs from here on, whatever went wrong */
    return rc;
}

/* What can be changed of a stage is the index's own; text and nodes are shared. */
static struct stage *copy_stage(struct arena *arena, const struct stage *from) {
    struct stage *s = arena_dup(arena, from, sizeof *from);

    s->deps = arena_dup(arena, s->deps, s->ndeps * sizeof *s->deps);
    s->outs = arena_dup(arena, s->outs, s->nouts * sizeof *s->outs);
    for (size_t i = 0; i < s->nouts; i++) {
        s->outs[i].stage = s;
    }
    return s;
}

/* Commits have most .dvc files in common: each is parsed once. */
static int load_shared(struct loader *l, const char *path, const char *id) {
    struct repo *r = l->idx->view.repo;
    const char *key = arena_printf(l->scratch, "%s/%s", id, path);
    struct stage *s = map_get(&r->stages_read, key);
    int rc = 0;

    str_clear(&l->text);
    if (!s && !(rc = view_read(&l->text, &l->idx->view, path, DOC_MAX_BYTES)) &&
        !(rc = dvcfile_parse(&s, r->arena, r, path, l->text.buf, l->text.len))) {
        map_put(&r->stages_read, arena_strdup(r->arena, key), s);
    }
    return rc ? rc : add_stage(l, copy_stage(l->idx->arena, s));
}

/* `id`: of the file in the commit, NULL in the workspace. */
static int parse_file(struct loader *l, const char *path, const char *id) {
    struct stage *s;
    int rc;

    if (id && !stagefile_is_pipe(path)) {
        return load_shared(l, path, id);
    }
    str_clear(&l->text);
    if ((rc = view_read(&l->text, &l->idx->view, path, DOC_MAX_BYTES)) != 0) {
        return rc;
    }
    if (stagefile_is_pipe(path)) {
        return parse_pipe(l, path);
    }
    rc = dvcfile_parse(&s, l->idx->arena, l->idx->view.repo, path, l->text.buf, l->text.len);
    return rc ? rc : add_stage(l, s);
}

static int load_file(struct loader *l, const char *path, const char *id) {
    int rc = parse_file(l, path, id);

    if (rc && l->how == LOAD_SOUND && rc != ERR_INTERRUPTED) {
        log_debug("left out: %s", err_text());
        err_clear();
        return 0;
    }
    return rc;
}

/* Whether DVC or Git ignores the path; the folder it lies in is ignored by neither. */
static int is_ignored(bool *yes, struct loader *l, const char *path, bool is_dir) {
    const struct repo *r = l->idx->view.repo;
    struct ignore_walk walk = {.ignore = l->ignore, .top = ""};

    *yes = ignore_skip(&walk, path, is_dir);
    if (*yes || !r->git) {
        return 0;
    }
    return gitrepo_ignores(r->git, path_join(l->scratch, r->root, path), is_dir, yes);
}

static bool entry_is_dir(int dirfd, const struct dirent *e) {
    struct stat st;

    if (e->d_type != DT_UNKNOWN) {
        return e->d_type == DT_DIR;
    }
    return fstatat(dirfd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* Names of stage files and of folders, sorted. False when the folder could not be read to its
 * end. */
static bool list_folder(struct strv *files, struct strv *folders, struct arena *arena, DIR *dir) {
    struct dirent *e;

    while ((errno = 0, e = readdir(dir)) != NULL) {
        const char *name = e->d_name;
        bool stage_file = stagefile_is_any(name);

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        if (!stage_file && e->d_type != DT_DIR && e->d_type != DT_UNKNOWN) {
            continue;
        }
        if (entry_is_dir(dirfd(dir), e)) {
            vec_push(folders, arena_strdup(arena, name));
        } else if (stage_file) {
            vec_push(files, arena_strdup(arena, name));
        }
    }
    bool whole = errno == 0;
    if (files->len > 0) {
        qsort(files->at, files->len, sizeof *files->at, compare_names);
    }
    if (folders->len > 0) {
        qsort(folders->at, folders->len, sizeof *folders->at, compare_names);
    }
    return whole;
}

static int walk_folder(struct loader *l, int parent_fd, const char *name, const char *path);

static int walk_entries(struct loader *l, int fd, const char *path, const struct strv *files,
                        const struct strv *folders) {
    bool ignored;
    int rc = cancel_check();

    for (size_t i = 0; rc == 0 && i < files->len; i++) {
        const char *file = path_join(l->scratch, path, files->at[i]);

        rc = is_ignored(&ignored, l, file, false);
        if (rc == 0 && !ignored) {
            rc = load_file(l, file, NULL);
        }
    }
    for (size_t i = 0; rc == 0 && i < folders->len; i++) {
        const char *folder = path_join(l->scratch, path, folders->at[i]);

        if (map_has(&l->idx->by_out, folder)) {
            continue;
        }
        rc = is_ignored(&ignored, l, folder, true);
        if (rc == 0 && !ignored) {
            rc = walk_folder(l, fd, folders->at[i], folder);
        }
    }
    return rc;
}

/* A folder that cannot be read holds nothing for us, as for DVC; nor does one that is gone, or is a
 * symlink now. */
static int not_searched(const struct loader *l, const char *path) {
    if (l->how == LOAD_WHOLE && errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
        return err_errno("cannot search the folder '%s'",
                         *path ? repo_shown(l->idx->view.repo, path) : ".");
    }
    log_debug("not searched: %s", path);
    return 0;
}

static int walk_folder(struct loader *l, int parent_fd, const char *name, const char *path) {
    struct strv files CLEANUP(strv_release) = {0};
    struct strv folders CLEANUP(strv_release) = {0};
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir) {
        int rc = not_searched(l, path);
        if (fd >= 0) {
            close(fd);
        }
        return rc;
    }
    int rc = list_folder(&files, &folders, l->scratch, dir) ? 0 : not_searched(l, path);
    if (rc == 0) {
        rc = walk_entries(l, fd, path, &files, &folders);
    }

    closedir(dir);
    return rc;
}

struct listed {
    const char *path, *id; /* id: Git's, of the content */
};

/* Stage files of a commit, and the folders that are repositories of their own. */
struct listing {
    struct arena *arena;
    const char *top; /* of our repository in the Git tree */
    bool whole;
    VEC(struct listed) files;
    struct map nested;
    struct index_seen *seen;
    const char *lock, *lock_id; /* the dvc.lock met last: it comes before its dvc.yaml */
};

/* Whether the stage file, with its dvc.lock, or the folder was met before as it is. */
static bool is_known(struct listing *l, const char *path, bool is_dir,
                     const struct gittree_id *git_id) {
    char id[GITTREE_ID_MAX];

    if (!l->seen) {
        return false;
    }
    gittree_id_text(id, git_id);
    bool pipe = !is_dir && stagefile_is_pipe(path);
    bool locked = pipe && l->lock && str_eq(l->lock, lockfile_path(l->arena, path));
    const char *with = locked ? l->lock_id : "";

    if (index_seen_has(l->seen, path, id, with)) {
        return true;
    }
    index_seen_note(l->seen, path, id, with);
    return false;
}

static int list_entry(void *ctx, const char *git_path, bool is_dir, unsigned mode,
                      const struct gittree_id *id) {
    struct listing *l = ctx;
    const char *path = path_below(l->top, git_path), *name = path_base(path);

    if (is_dir && (strcmp(name, ".dvc") == 0 || strcmp(name, ".git") == 0)) {
        const char *folder = path_dir(l->arena, path);

        if (folder[0] != '\0' && name[1] == 'd') {
            (void)map_add(&l->nested, folder, l);
        }
        return 1;
    }
    if (is_dir) {
        return is_known(l, path, true, id);
    }
    if (l->seen && str_eq(name, "dvc.lock")) {
        l->lock = arena_strdup(l->arena, path);
        l->lock_id = gittree_id_text(arena_text(l->arena, GITTREE_ID_MAX), id);
    }
    if (S_ISLNK(mode) && stagefile_is_any(name) && l->whole) {
        return err_set(ERR_INVALID, "%s is a symlink in the commit, which is not followed", path);
    }
    if (!S_ISLNK(mode) && stagefile_is_any(name) && !is_known(l, path, false, id)) {
        char *hex = arena_text(l->arena, GITTREE_ID_MAX);
        vec_push(&l->files, ((struct listed){.path = arena_strdup(l->arena, path),
                                             .id = gittree_id_text(hex, id)}));
    }
    return 0;
}

/* Files of a folder before its folders, else by name: the order of the walk. */
static int compare_walk(const void *a, const void *b) {
    const char *x = ((const struct listed *)a)->path, *y = ((const struct listed *)b)->path;

    for (;;) {
        size_t n = strcspn(x, "/"), m = strcspn(y, "/");
        size_t least = n < m ? n : m;

        if ((x[n] == '/') != (y[m] == '/')) {
            return x[n] == '/' ? 1 : -1;
        }
        int order = memcmp(x, y, least);

        if (order || n != m || x[n] == '\0') {
            return order ? order : (n > m) - (n < m);
        }
        x += n + 1;
        y += m + 1;
    }
}

/* Whether a folder above the path is in the map. */
static bool lies_in(const struct map *m, struct arena *arena, const char *path) {
    char *above = arena_strdup(arena, path);

    for (char *slash = strrchr(above, '/'); slash; slash = strrchr(above, '/')) {
        *slash = '\0';
        if (map_has(m, above)) {
            return true;
        }
    }
    return false;
}

static int load_commit(struct loader *l) {
    const struct view *v = &l->idx->view;
    struct listing list = {.arena = l->scratch,
                           .top = v->repo->git_path,
                           .whole = l->how == LOAD_WHOLE,
                           .nested = MAP_INIT,
                           .seen = l->seen};
    int rc = gittree_walk(v->repo->git, v->commit, list.top, list_entry, &list);

    if (rc == ERR_NOT_FOUND) { /* a commit from before the project was */
        err_clear();
        rc = 0;
    }
    if (list.files.len > 0) {
        qsort(list.files.at, list.files.len, sizeof *list.files.at, compare_walk);
    }
    for (size_t i = 0; rc == 0 && i < list.files.len; i++) {
        const char *path = list.files.at[i].path;

        if (!lies_in(&list.nested, l->scratch, path) &&
            !lies_in(&l->idx->by_out, l->scratch, path)) {
            rc = load_file(l, path, list.files.at[i].id);
        } else if (l->seen) {
            index_seen_doubt(l->seen, path); /* elsewhere it may count */
        }
    }
    if (l->seen) {
        index_seen_settle(l->seen, rc == 0);
    }
    vec_release(&list.files);
    map_release(&list.nested);
    return rc;
}

static int load_workspace(struct loader *l) {
    struct repo *r = l->idx->view.repo;
    int rc = repo_ignore(r, &l->ignore);

    return rc ? rc : walk_folder(l, r->root_fd, ".", "");
}

static int load(struct index **out, struct repo *r, const char *commit, enum load_how how,
                struct index_seen *seen) {
    struct arena *arena = arena_new(), *scratch CLEANUP(arena_freep) = arena_new();
    struct index *idx = arena_alloc(arena, sizeof *idx);
    struct loader l = {.idx = idx, .scratch = scratch, .text = STR_INIT, .how = how, .seen = seen};
    int rc;

    idx->arena = arena;
    idx->view = (struct view){.repo = r, .commit = commit ? arena_strdup(arena, commit) : NULL};
    rc = commit ? load_commit(&l) : load_workspace(&l);
    str_release(&l.text);
    if (rc) {
        index_free(idx);
        return rc;
    }
    if (idx->outs.len > 0) {
        qsort(idx->outs.at, idx->outs.len, sizeof *idx->outs.at, compare_outs);
    }
    log_debug("%zu stages, %zu outs", idx->stages.len, idx->outs.len);
    *out = idx;
    return 0;
}

int index_load(struct index **out, struct repo *r, const char *commit) {
    return load(out, r, commit, LOAD_PLAIN, NULL);
}

int index_load_sound(struct index **out, struct repo *r, const char *commit) {
    return load(out, r, commit, LOAD_SOUND, NULL);
}

int index_load_whole(struct index **out, struct repo *r, const char *commit) {
    return load(out, r, commit, LOAD_WHOLE, NULL);
}

int index_load_new(struct index **out, struct repo *r, const char *commit, struct index_seen *seen,
                   bool whole) {
    return load(out, r, commit, whole ? LOAD_WHOLE : LOAD_PLAIN, seen);
}
