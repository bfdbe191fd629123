/*
 * import-db: what a database answers, as a tracked file, and a .dvc file that knows the question.
 */
#ifndef DATA_IMPORT_DB_H
#define DATA_IMPORT_DB_H

#include <stdbool.h>

#include "base/attr.h"
#include "data/import_url.h"

struct arena;
struct data;
struct repo;
struct stage;

struct import_db_request {
    const char *connection;  /* db.<connection>.* of the configuration */
    const char *sql, *table; /* one of them */
    const char *format;      /* "csv" or "json" */
    const char *out;         /* NULL: the table's name, or "results", with the format behind it */
    bool force;              /* replace what is in the workspace */
    import_begin_fn *begin;  /* may be NULL */
    void *ctx;
};

/* Takes the repository lock. The table is written beside the state, and is in the cache before the
 * workspace changes. */
int data_import_db(struct data *d, const struct import_db_request *o) MUST_CHECK;

/* Asks again for an import, and replaces the file: one that no cache has is ERR_EXISTS without
 * `force`. The caller saves the stage. */
int import_db_bring(struct arena *arena, struct data *d, struct stage *s, bool force) MUST_CHECK;
/* What it asks for, shortened, as it is shown. */
const char *import_db_shown(struct arena *arena, const struct stage *s);

/* Connects, and no more; what is not NULL stands for what is configured. */
struct db_overrides {
    const char *url, *username, *password;
};
int data_test_db(struct repo *r, const char *connection, const struct db_overrides *o) MUST_CHECK;

#endif
