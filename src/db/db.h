/*
 * Databases as sources of tables: SQLite, PostgreSQL, and MySQL or MariaDB, each by its own library.
 * What is asked changes nothing: SQLite is opened for reading, and the transaction of a server is
 * never committed.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct db;
struct node;

struct db_login {
    const char *url; /* as SQLAlchemy has it: sqlite:///file, postgresql://host/name */
    const char *username, *password; /* in place of those of the url; or NULL */
};

enum db_type {
    DB_NULL,
    DB_WHOLE,
    DB_WIDE, /* a whole number beyond int64: its digits */
    DB_REAL,
    DB_BOOL,
    DB_TEXT,
    DB_BLOB,
    DB_MOMENT,
    DB_SPAN,
    DB_DOC /* a JSON document, an array */
};

struct db_value {
    enum db_type type;
    bool zoned; /* DB_MOMENT: of a known time zone, so many seconds east of Greenwich */
    int zone;
    union {
        int64_t
            whole; /* DB_MOMENT: microseconds since 1970, UTC if it is zoned; DB_SPAN: its own */
        double real;
        bool truth;
        const struct node *doc; /* a list or a map */
        struct {
            const char *text; /* need not end in NUL */
            size_t len;
        };
    };
};

/* Connects. ERR_FAILED for a url that is none, ERR_UNSUPPORTED for a kind of database that we do not
 * know or whose library is not here. No password is in any message. */
int db_open(struct db **out, const struct db_login *login) MUST_CHECK;
void db_closep(struct db **db); /* for CLEANUP */

/* Asks: `sql` is the name of a table or view, of which all is wanted, or else a query. Of a table of
 * SQLite and of MySQL values become what their columns are declared as. A connection answers one. */
int db_query(struct db *db, const char *sql) MUST_CHECK;
/* Whether there is such a table or view. */
int db_has_table(bool *yes, struct db *db, const char *name) MUST_CHECK;

/* Of the answer; valid as long as the connection. */
const struct strv *db_columns(const struct db *db);
/* The next row, one value per column, valid until the next call; *row is NULL at the end. */
int db_next(const struct db_value **row, struct db *db) MUST_CHECK;

#endif
