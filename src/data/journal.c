#include "data/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/stat.h"
#include "model/lockfile.h"
#include "model/lockjournal.h"
#include "model/repo.h"
#include "model/stage.h"
#include "store/scan.h"
#include "data/data.h"
#include "data/output.h"

#define PREFIX      "repro-"
#define SUFFIX      ".journal"
#define JOURNAL_MAX (256u << 20)

struct journal {
    struct data *data;
    char *path;
    int fd; /* -1: it cannot be written, and there is none */
};

static const char *folder(struct arena *arena, const struct data *d) {
    return path_join(arena, d->repo->tmp_dir, "cairn");
}

/* Which state of a dvc.lock: any change is a new file. */
static const char *lock_state(struct arena *arena, const struct data *d, const char *lock) {
    struct file_id id;

    if (!file_id_peek(&id, d->repo->root_fd, lock)) {
        return "none";
    }
    return arena_printf(arena, "%llu %lld %llu", (unsigned long long)id.size,
                        (long long)id.mtime_ns, (unsigned long long)id.inode);
}

struct journal *journal_open(struct data *d) {
    struct journal *j = mem_zalloc(1, sizeof *j);
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const char *path =
        arena_printf(scratch, "%s/" PREFIX "%ld" SUFFIX, folder(scratch, d), (long)getpid());

    j->data = d;
    j->path = mem_strdup(path);
    if (dir_make(AT_FDCWD, folder(scratch, d), 0777) || file_create(&j->fd, AT_FDCWD, path)) {
        log_debug("no journal: %s", err_text());
        err_clear();
        j->fd = -1;
    }
    return j;
}

void journal_close(struct journal *j, bool keep) {
    if (!j) {
        return;
    }
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    if (j->fd >= 0 && !keep && file_remove(AT_FDCWD, j->path)) {
        err_clear();
    }
    fd_closep(&j->fd);
    free(j->path);
    free(j);
}

void journal_clear(struct journal *j) {
    if (j->fd >= 0 && ftruncate(j->fd, 0)) {
        fd_closep(&j->fd);
    }
}

void journal_add(struct journal *j, const struct stage *s) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;

    if (j->fd < 0 || !s->name) {
        return;
    }
    lockjournal_write(&text, s, lock_state(scratch, j->data, lockfile_path(scratch, s->file)));
    if (file_write_all(j->fd, text.buf, text.len)) {
        log_debug("journal: %s", err_text());
        err_clear();
        journal_clear(j);
    }
}

/* Folding */

struct lines VEC_OF(struct lockjournal_line);

/* Whether the out is what the line says; then it is in the cache, if it is to be. */
static bool out_holds(struct data *d, struct arena *arena, const struct lockjournal_out *o) {
    const struct digest *want = &o->content.digest;
    struct scan now;
    bool have = false;

    if (o->cached && content_cached(&have, arena, d, &o->content)) {
        return false;
    }
    return have || (!output_scan(&now, arena, d, o->path, (enum hash_algo)want->algo, o->cached) &&
                    now.exists && digest_equal(&now.digest, want));
}

/* The run ended before it could. Without the links it holds all the same. */
static void make_links(struct data *d, struct arena *arena, const struct lockjournal_out *o) {
    struct out out = {.path = o->path, .written = o->path, .cache = true, .recorded = o->content};

    if (o->cached && output_relink(arena, d, &out)) {
        log_debug("%s", err_text());
        err_clear();
    }
}

static bool line_holds(struct data *d, struct arena *arena, const struct lockjournal_line *l) {
    bool holds = str_eq(l->was, lock_state(arena, d, l->lock));

    for (size_t i = 0; holds && i < l->nouts; i++) {
        holds = out_holds(d, arena, &l->outs[i]);
        err_clear();
    }
    for (size_t i = 0; holds && i < l->nouts; i++) {
        make_links(d, arena, &l->outs[i]);
    }
    return holds;
}

/* The entries of one lock file, and what .gitignore has to have for them. */
static int save_lock(struct data *d, struct arena *arena, const struct lines *lines, size_t first) {
    const char *lock = lines->at[first].lock;
    struct lockfile_entry *entries = arena_alloc(arena, lines->len * sizeof *entries);
    struct strv ignored CLEANUP(strv_release) = {0};
    size_t n = 0;

    for (size_t i = first; i < lines->len; i++) {
        const struct lockjournal_line *l = &lines->at[i];

        if (!str_eq(l->lock, lock)) {
            continue;
        }
        log_debug("'%s' of %s had finished before its run ended", l->entry.name, lock);
        entries[n++] = l->entry;
        for (size_t k = 0; k < l->nouts; k++) {
            if (l->outs[k].cached) {
                vec_push(&ignored, l->outs[k].path);
            }
        }
    }
    int rc = repo_gitignore_add_many(d->repo, &ignored);
    return rc ? rc : lockfile_save_entries(d->repo, lock, entries, n);
}

static int save_lines(struct data *d, struct arena *arena, const struct lines *lines) {
    struct map done CLEANUP(map_release) = MAP_INIT;
    int rc = 0;

    for (size_t i = 0; !rc && i < lines->len; i++) {
        rc = map_add(&done, lines->at[i].lock, &done) ? save_lock(d, arena, lines, i) : 0;
    }
    return rc;
}

static int fold_file(struct data *d, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    struct lines lines = {0};
    struct lockjournal_line line;
    const char *end;
    int rc = file_read(&text, AT_FDCWD, path, JOURNAL_MAX);

    for (const char *at = text.buf; !rc && (end = strchr(at, '\n')) != NULL; at = end + 1) {
        if (lockjournal_read(&line, arena, at, (size_t)(end - at)) && line_holds(d, arena, &line)) {
            vec_push(&lines, line);
        }
    } /* behind the last end of a line is one that was torn */
    if (!rc) {
        rc = save_lines(d, arena, &lines);
    }
    vec_release(&lines);
    if (rc) {
        log_warn("what a run that was ended has finished cannot be recorded: %s", err_text());
        err_clear();
    }
    return file_remove(AT_FDCWD, path);
}

/* Whether the process that wrote it is gone; ours has not begun one yet. */
static bool is_left(const char *name) {
    char *end;
    long pid = strtol(name + strlen(PREFIX), &end, 10);

    return str_eq(end, SUFFIX) &&
           (pid <= 0 || pid == (long)getpid() || (kill((pid_t)pid, 0) && errno == ESRCH));
}

int journal_fold(struct data *d) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *top = folder(arena, d);
    struct strv left CLEANUP(strv_release) = {0};
    DIR *dir = opendir(top);
    int rc = 0;

    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0 && is_left(e->d_name)) {
            vec_push(&left, path_join(arena, top, e->d_name));
        }
    }
    if (dir) {
        closedir(dir);
    }
    for (size_t i = 0; !rc && i < left.len; i++) {
        rc = fold_file(d, left.at[i]);
    }
    return rc;
}
