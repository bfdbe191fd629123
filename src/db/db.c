#include "db/db.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/db_kind.h"

struct db {
    const struct db_kind *kind;
    void *conn;
    struct arena *arena, *values; /* of the row */
    struct strv columns;
    struct db_value *row;
};

static const struct db_kind *const kinds[] = {&db_sqlite, &db_postgres, &db_mysql, &db_mariadb};

static const struct db_kind *kind_of(const char *scheme, size_t len) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strlen(kinds[i]->scheme) == len && memcmp(kinds[i]->scheme, scheme, len) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

int db_open(struct db **out, const struct db_login *login) {
    const char *rest = strstr(login->url, "://");

    *out = NULL;
    if (!rest || rest == login->url) {
        return err_set(ERR_FAILED, "the url of a database looks like sqlite:///file or "
                                   "postgresql://host/database");
    }
    size_t scheme = (size_t)(rest - login->url), driver = strcspn(login->url, "+");
    size_t len = driver < scheme ? driver : scheme;
    const struct db_kind *kind = kind_of(login->url, len);
    if (!kind) {
        int rc =
            err_set(ERR_UNSUPPORTED, "databases of '%.*s' are not supported", (int)len, login->url);
        err_hint("SQLite (sqlite:///file), PostgreSQL (postgresql://host/database) and MySQL "
                 "(mysql://host/database) are");
        return rc;
    }
    struct db *db = mem_alloc(sizeof *db);
    *db = (struct db){.kind = kind, .arena = arena_new(), .values = arena_new()};
    *out = db;
    return kind->open(&db->conn, db->arena, login, rest + strlen("://"));
}

void db_closep(struct db **at) {
    struct db *db = *at;

    if (!db) {
        return;
    }
    if (db->conn) {
        db->kind->close(db->conn);
    }
    vec_release(&db->columns);
    arena_free(db->values);
    arena_free(db->arena);
    free(db);
    *at = NULL;
}

int db_has_table(bool *yes, struct db *db, const char *name) {
    return db->kind->has_table(yes, db->conn, name);
}

int db_query(struct db *db, const char *sql) {
    bool table;
    int rc = db_has_table(&table, db, sql);

    rc = rc ? rc : db->kind->query(&db->columns, db->conn, db->arena, sql, table);
    if (rc) {
        return rc;
    }
    db->row = arena_alloc(db->arena, (db->columns.len + 1) * sizeof *db->row);
    return 0;
}

const struct strv *db_columns(const struct db *db) {
    return &db->columns;
}

int db_next(const struct db_value **row, struct db *db) {
    bool more = false;

    if (arena_used(db->values) > 0) {
        arena_free(db->values);
        db->values = arena_new();
    }
    int rc = db->kind->next(&more, db->row, db->values, db->conn);

    *row = !rc && more ? db->row : NULL;
    return rc;
}
