/*
 * A table of a database as a file, byte for byte as DVC's import-db writes it.
 */
#ifndef DB_EXPORT_H
#define DB_EXPORT_H

#include "base/attr.h"

struct db;

enum export_format { EXPORT_CSV, EXPORT_JSON };

/* What db_query answers. CSV holds 10,000 rows in memory, and what a column is taken for is decided
 * for each such part, as DVC does; JSON holds all of them. */
int export_table(int fd, struct db *db, enum export_format format) MUST_CHECK;

#endif
