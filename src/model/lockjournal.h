/*
 * Lines of a journal (data/journal): what a stage that has finished will be in dvc.lock. JSON: "lock"
 * (path of the dvc.lock), "was" (any text that tells its state), "stage" (name), "entry" (of dvc.lock,
 * YAML), "outs" (repo-relative paths, in the order of the entry), "cached" (those that are).
 */
#ifndef MODEL_LOCKJOURNAL_H
#define MODEL_LOCKJOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "model/lockfile.h"
#include "model/stage.h"

struct arena;
struct str;

struct lockjournal_out {
    const char *path; /* inside the repository */
    bool cached;
    struct content content;
};

struct lockjournal_line {
    const char *lock, *was;
    struct lockfile_entry entry;
    struct lockjournal_out *outs;
    size_t nouts;
};

/* Appends the line, with its end. */
void lockjournal_write(struct str *out, const struct stage *s, const char *was);

/* One line without its end; values in the arena. False: it is not sound. */
bool lockjournal_read(struct lockjournal_line *line, struct arena *arena, const char *text,
                      size_t len);

#endif
