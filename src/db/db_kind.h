/*
 * Inside of db/: what a kind of database does.
 */
#ifndef DB_DB_KIND_H
#define DB_DB_KIND_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct db_login;
struct db_value;

struct db_kind {
    const char *scheme; /* of the url, before any "+driver" */
    /* *conn is closed also after an error, if it was set. `rest` is the url after "scheme://". */
    int (*open)(void **conn, struct arena *arena, const struct db_login *login, const char *rest);
    void (*close)(void *conn);
    int (*has_table)(bool *yes, void *conn, const char *name);
    /* Of a table (quoted here), or a query; fills the names of the columns. */
    int (*query)(struct strv *columns, void *conn, struct arena *arena, const char *sql,
                 bool table);
    /* `values` is of this row, for what the connection does not hold. */
    int (*next)(bool *more, struct db_value *row, struct arena *values, void *conn);
};

extern const struct db_kind db_sqlite, db_postgres, db_mysql, db_mariadb;

#endif
