/*
 * Dependencies on what a database answers (import-db).
 */
#ifndef MODEL_DEP_DB_H
#define MODEL_DEP_DB_H

#include "base/attr.h"

struct arena;
struct dep;
struct stage;

struct dep_db {
    const char *connection;    /* names the options db.<connection>.* */
    const char *format;        /* "csv" or "json" */
    const char *query, *table; /* one of them, the other is NULL */
};

/* ERR_INVALID for a format that is none, and where there is nothing to ask. */
int dep_db_read(struct dep_db *out, const struct dep *d) MUST_CHECK;

/* A new stage for one out (repo-relative), beside it, with one such dependency: frozen, as imports
 * are, and with nothing recorded. */
struct stage *dep_db_stage(struct arena *arena, const char *out_path, const struct dep_db *ask);

#endif
