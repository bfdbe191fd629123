/*
 * .dvc files.
 */
#ifndef MODEL_DVCFILE_H
#define MODEL_DVCFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "hash/digest.h"

struct arena;
struct node;
struct repo;
struct stage;
struct strv;

/* Parses and validates: unknown keys, wrong types, hostile paths, digests that are none are
 * ERR_INVALID with file:line:column. `path` is repo-relative. */
int dvcfile_parse(struct stage **out, struct arena *arena, const struct repo *r, const char *path,
                  const char *text, size_t len) MUST_CHECK;

/* Writes the stage's outs (and deps) into its file: a new one in DVC's style, an existing one by
 * changing only the values that differ. A stage made by dvcfile_new takes over the meta and
 * annotations of the file it replaces. The `md5:` of an import is renewed when the stage changed,
 * or s->md5 is NULL. Touches the file and checks that Git does not ignore it. */
int dvcfile_save(struct repo *r, const struct stage *s) MUST_CHECK;

/* The same into another file, s->file, that does not exist yet, with all that the user wrote in
 * `from`, which stays. ERR_EXISTS. */
int dvcfile_save_as(struct repo *r, const struct stage *s, const char *from) MUST_CHECK;

/* dvcfile_save into a temporary file of the merge driver: whether Git ignores it does not matter, and
 * nothing is touched. */
int dvcfile_save_temporary(struct repo *r, const struct stage *s) MUST_CHECK;

/* Whether the outs of both are written alike but for what they hold: digests and sizes. */
bool dvcfile_same_form(struct arena *arena, const struct repo *r, const struct stage *a,
                       const struct stage *b);

/* A new data stage for one out: file name, wdir and flags filled as `add` makes them. Both paths
 * are repo-relative. */
struct stage *dvcfile_new(struct arena *arena, const char *out_path, const char *file);

/* A new import of what is at `url` (a path or a url, as it is to be written) into one out: frozen, as
 * imports are, with nothing recorded. `options` become its fs_config: "name=value" each. */
struct import_options {
    const struct strv *fs_config;
    bool version_aware; /* goes there too */
};
struct stage *dvcfile_new_import(struct arena *arena, const struct repo *r, const char *out_path,
                                 const char *url, const struct import_options *o);

/* The stage as the file's top level would be written anew. */
struct node *dvcfile_dump(struct arena *arena, const struct repo *r, const struct stage *s);

/* The checksum DVC keeps in the `md5:` key of imports. `top` is what dvcfile_dump gave. */
void dvcfile_checksum(struct digest *out, const struct node *top);

#endif
