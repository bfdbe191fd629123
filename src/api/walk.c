/*
 * What is there: single paths, and folders.
 */
#include <cairn.h>

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "hash/digest.h"
#include "model/index.h"
#include "model/stage.h"
#include "data/list.h"
#include "api/handle.h"

/* Fills as much as the caller's header knew. */
static void hand_out(struct cairn_entry *out, const struct cairn_entry *entry) {
    size_t size = out->size_of < sizeof *entry ? out->size_of : sizeof *entry;

    if (size > sizeof out->size_of) {
        memcpy((char *)out + sizeof out->size_of, (const char *)entry + sizeof entry->size_of,
               size - sizeof entry->size_of);
    }
}

static struct cairn_entry entry_of(const struct list_entry *e) {
    struct cairn_entry entry = {.size_of = sizeof entry,
                                .is_dir = e->isdir,
                                .size = e->isdir && !e->isout ? -1 : e->size,
                                .nfiles = -1,
                                .is_out = e->isout,
                                .is_exec = e->isexec};

    if (digest_is_set(&e->digest)) {
        (void)digest_text(entry.digest, &e->digest);
    }
    return entry;
}

static int list(struct list_entries *out, struct arena *arena, cairn *c, const char *path,
                enum list_form form, int level) {
    const char *inside;
    int rc = handle_enter(&inside, c, arena, path);
    struct list_request request = {
        .path = path_normal(arena, path), .form = form, .level = level, .strict = true};

    return rc ? rc : data_list(out, arena, &c->source, &request);
}

/* What only the record of a whole out has. */
static int add_record(struct cairn_entry *entry, cairn *c, struct arena *arena, const char *path) {
    struct index *index;
    const char *inside;

    int rc = handle_enter(&inside, c, arena, path);
    rc = rc ? rc : source_index(&index, &c->source);
    const struct out *o = rc || !index ? NULL : index_find_out(index, inside);
    if (o && strcmp(o->path, inside) == 0) {
        entry->nfiles = o->recorded.nfiles;
        entry->size = o->recorded.size >= 0 ? o->recorded.size : entry->size;
    }
    return rc;
}

static int look_up(struct cairn_entry *entry, cairn *c, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct list_entries found = {0};

    int rc = list(&found, arena, c, path, LIST_TREE, 0);
    if (!rc && found.len == 0) {
        rc = err_set(ERR_NOT_FOUND, "there is no '%s'", path);
    }
    if (!rc) {
        *entry = entry_of(&found.at[0]);
        rc = add_record(entry, c, arena, path);
    }
    vec_release(&found);
    return rc;
}

int cairn_lookup(cairn *c, const char *path, struct cairn_entry *out) {
    struct cairn_entry entry;

    call_begin();
    int rc = look_up(&entry, c, path);
    if (!rc) {
        hand_out(out, &entry);
    }
    return call_end(rc);
}

int cairn_walk(cairn *c, const char *path, int recursive, cairn_walk_fn *fn, void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct list_entries found = {0};

    call_begin();
    int rc = call_end(list(&found, arena, c, path, recursive ? LIST_FILES : LIST_FOLDER,
                           recursive ? LIST_ALL_LEVELS : 1));
    for (size_t i = 0; !rc && i < found.len; i++) {
        struct cairn_entry entry = entry_of(&found.at[i]);
        rc = fn(ctx, found.at[i].path, &entry);
    }
    vec_release(&found);
    return rc;
}
