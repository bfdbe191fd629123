/*
 * Imports that were recorded but not brought (import-url --no-download): nothing is known of the data
 * but what its source says.
 */
#ifndef DATA_IMPORT_PARTIAL_H
#define DATA_IMPORT_PARTIAL_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct map;
struct out;
struct strv;
struct transfer_result;

/* Whether the out belongs to such an import. */
bool import_is_partial(const struct out *o);

/* That, or one whose source keeps the version that was imported: it is fetched from there. */
bool import_has_source(const struct out *o);

/* Where the record of the source names the content, that is the out's: it is taken over. */
void import_assume(struct out *o);

/* Brings the data of the outs at these paths into the cache; `contents`: path -> struct content, of
 * those that are there then. Fails, in the result, for a source that has changed since it was
 * recorded. Values live in `arena`. */
int import_partial_fetch(struct transfer_result *result, struct map *contents, struct arena *arena,
                         struct data *d, const struct strv *paths) MUST_CHECK;

#endif
