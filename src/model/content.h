/*
 * What files record of contents: the hash keys, sizes and flags of one entry of a .dvc file or
 * dvc.lock, read into a struct content and written back in the order of either file.
 */
#ifndef MODEL_CONTENT_H
#define MODEL_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "model/schema.h"

struct arena;
struct content;
struct node;

/* The keys of an entry's content, for tables of fields: md5, etag, checksum, size, nfiles, isexec,
 * version_id, cloud, hash and files. */
#define CONTENT_FIELDS                                                                             \
    {"md5", &schema_checksum, false}, {"checksum", &schema_checksum, false},                       \
        {"etag", &schema_checksum, false}, {"size", &schema_count, false},                         \
        {"nfiles", &schema_count, false}, {"isexec", &schema_bool, false},                         \
        {"version_id", &schema_str, false}, {"cloud", &schema_cloud, false},                       \
        {"hash", &schema_str, false}, {                                                            \
        "files", &schema_files, false                                                              \
    }

extern const struct schema schema_checksum, schema_count, schema_cloud, schema_files;

/* Nothing known. */
void content_clear(struct content *c);

/* Reads an entry that passed its schema. Without `hash: md5` an md5 is of DVC 2 (md5-dos2unix),
 * except outside the repository, where DVC knows only one. Digests of every algorithm stand under
 * `md5`, the one key for them that DVC takes. A digest of the wrong shape and a negative size are
 * ERR_INVALID. */
int content_read(struct content *c, struct arena *arena, const struct node *entry, bool inside,
                 const char *file) MUST_CHECK;

/* What DVC records of a folder elsewhere, whose files are known by something else than their md5:
 * the digest of their list. Files are sorted by it. `key`: "etag", "checksum". */
struct content_file {
    const char *path; /* below the folder */
    const char *hash;
    uint64_t size; /* UINT64_MAX unknown */
};
void content_from_files(struct content *c, const char *key, struct content_file *files, size_t n);

/* Same recorded content: digest, etag, size, count and flag. */
bool content_equal(const struct content *a, const struct content *b);

/* Whether a source is what was recorded of it: digest, or etag or the like; sizes follow from these. */
bool content_same_source(const struct content *a, const struct content *b);

/* Puts the keys into `map` in the order of .dvc files (md5, size … hash, path) or dvc.lock (path,
 * hash, md5, size …). What a struct content does not hold (cloud, version_id, files) is taken from
 * `before`, the entry that was read, as long as the content is still that one; `before` may be
 * NULL. */
void content_put_dvc(struct arena *arena, struct node *map, const struct content *c,
                     const char *path, const struct node *before, bool inside);
void content_put_lock(struct arena *arena, struct node *map, const struct content *c,
                      const char *path, const struct node *before, bool inside);

#endif
