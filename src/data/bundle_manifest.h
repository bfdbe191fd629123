/*
 * What a bundle says of itself in its first file, "manifest":
 *
 *     cairn-bundle 1
 *     object <size> <algo> <digest>     files/<algo>/<2>/<rest>
 *     run <size> <sha256> <path>        runs/…, as in the cache
 *     pointer <size> <sha256> <path>    pointers/<path of a .dvc file, dvc.yaml or dvc.lock>
 *     end
 *
 * One line for each of the files that follow, in their order: objects that are files, listings,
 * runs, pointers. A bundle comes from strangers; nothing is taken from it but what a line names, at
 * that place and with that size.
 */
#ifndef DATA_BUNDLE_MANIFEST_H
#define DATA_BUNDLE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct str;

#define BUNDLE_MANIFEST "manifest"

#define BUNDLE_MANIFEST_MAX ((size_t)512 << 20)
#define BUNDLE_TEXT_MAX     ((size_t)64 << 20) /* of a run or pointer */

enum bundle_kind { BUNDLE_FILE, BUNDLE_LISTING, BUNDLE_RUN, BUNDLE_POINTER };

struct bundle_entry {
    const char *path; /* of a run or pointer */
    uint64_t size;
    struct digest digest; /* of the bytes: an object's name, else sha256 */
    enum bundle_kind kind;
};
struct bundle_entries VEC_OF(struct bundle_entry);

/* The order in which they stand; for qsort. */
int bundle_entry_order(const void *a, const void *b);
/* Its name in the archive, appended. */
void bundle_entry_name(struct str *out, const struct bundle_entry *e);

/* Whether it is a path that a pointer may have: repo-relative, inside, and of a file that is one. */
bool bundle_is_pointer(const char *path);

void bundle_manifest_write(struct str *out, const struct bundle_entries *entries);
/* Strict: anything else than what is written above is ERR_INVALID, and nothing is given. Paths live
 * in the arena. */
int bundle_manifest_read(struct bundle_entries *out, struct arena *arena, const char *text,
                         size_t len) MUST_CHECK;

#endif
