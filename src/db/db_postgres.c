#include "db/db_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/library.h"
#include "db/db.h"
#include "db/pg_value.h"

/* What we use of libpq-fe.h, whose interface is kept stable: to build cairn nothing is installed. */
enum { CONNECTION_OK = 0, PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2, PGRES_SINGLE_TUPLE = 9 };
struct pq_lib {
    void *(*connectdbParams)(const char *const *names, const char *const *values, int expand);
    int (*status)(void *conn);
    char *(*errorMessage)(void *conn);
    void (*finish)(void *conn);
    void *(*exec)(void *conn, const char *sql);
    void *(*execParams)(void *conn, const char *sql, int n, const unsigned *types,
                        const char *const *values, const int *lengths, const int *formats,
                        int binary);
    int (*sendQueryParams)(void *conn, const char *sql, int n, const unsigned *types,
                           const char *const *values, const int *lengths, const int *formats,
                           int binary);
    int (*setSingleRowMode)(void *conn);
    void *(*getResult)(void *conn);
    int (*resultStatus)(void *result);
    void (*clear)(void *result);
    int (*ntuples)(void *result);
    int (*nfields)(void *result);
    char *(*fname)(void *result, int column);
    unsigned (*ftype)(void *result, int column);
    char *(*getvalue)(void *result, int row, int column);
    int (*getlength)(void *result, int row, int column);
    int (*getisnull)(void *result, int row, int column);
    char *(*escapeIdentifier)(void *conn, const char *text, size_t len);
    void (*freemem)(void *text);
    void (*(*setNoticeProcessor)(void *conn, void (*show)(void *, const char *),
                                 void *ctx))(void *, const char *);
};

#define SYMBOL(name)                                                                               \
    { "PQ" #name, offsetof(struct pq_lib, name) }
static const struct library_symbol symbols[] = {
    SYMBOL(connectdbParams),
    SYMBOL(status),
    SYMBOL(errorMessage),
    SYMBOL(finish),
    SYMBOL(exec),
    SYMBOL(execParams),
    SYMBOL(getResult),
    SYMBOL(resultStatus),
    SYMBOL(sendQueryParams),
    SYMBOL(setSingleRowMode),
    SYMBOL(clear),
    SYMBOL(ntuples),
    SYMBOL(nfields),
    SYMBOL(fname),
    SYMBOL(ftype),
    SYMBOL(getvalue),
    SYMBOL(getlength),
    SYMBOL(getisnull),
    SYMBOL(freemem),
    SYMBOL(escapeIdentifier),
    SYMBOL(setNoticeProcessor),
};

struct postgres {
    struct pq_lib lib;
    void *conn;
    void *row;  /* a result: one row, or the end of them */
    bool given; /* that row was handed out */
    bool table; /* moments with a zone are told in UTC */
};

static void be_silent(void *ctx, const char *text) {
    (void)ctx;
    (void)text;
}

/* Its first line, without the word before it. */
static int failure(const struct postgres *p) {
    const char *text = p->lib.errorMessage(p->conn);
    const char *skip = "ERROR:";

    text += str_starts(text, skip) ? strlen(skip) : 0;
    text += strspn(text, " \n");
    return err_set(ERR_FAILED, "the database says: %.*s", (int)strcspn(text, "\n"), text);
}

static void postgres_close(void *conn) {
    struct postgres *p = conn;

    if (p->row) {
        p->lib.clear(p->row);
    }
    if (p->conn) {
        p->lib.finish(p->conn);
    }
    free(p);
}

static int command(const struct postgres *p, const char *sql) {
    void *result = p->lib.exec(p->conn, sql);
    int rc = p->lib.resultStatus(result) == PGRES_COMMAND_OK ? 0 : failure(p);

    p->lib.clear(result);
    return rc;
}

static int postgres_open(void **conn, struct arena *arena, const struct db_login *login,
                         const char *rest) {
    struct postgres *p = mem_zalloc(1, sizeof *p);
    const char *names[8] = {"connect_timeout", "dbname"};
    const char *values[8] = {"30", arena_printf(arena, "postgresql://%s", rest)};
    size_t n = 2;

    *conn = p;
    int rc = library_load(&p->lib, "libpq.so.5", symbols, COUNT_OF(symbols),
                          "databases of PostgreSQL need", "libpq5");
    if (rc) {
        return rc;
    }
    if (login->username) {
        names[n] = "user";
        values[n++] = login->username;
    }
    if (login->password) {
        names[n] = "password";
        values[n++] = login->password;
    }
    names[n] = "client_encoding";
    values[n] = "UTF8";
    p->conn = p->lib.connectdbParams(names, values, 1);
    if (!p->conn || p->lib.status(p->conn) != CONNECTION_OK) {
        return p->conn ? failure(p) : err_set(ERR_FAILED, "libpq has no memory");
    }
    p->lib.setNoticeProcessor(p->conn, be_silent, NULL);
    rc = command(p, "set datestyle = 'ISO'");
    rc = rc ? rc : command(p, "set intervalstyle = 'postgres'");
    rc = rc ? rc : command(p, "set bytea_output = 'hex'");
    return rc ? rc : command(p, "begin");
}

static int postgres_has_table(bool *yes, void *conn, const char *name) {
    const struct postgres *p = conn;
    void *result = p->lib.execParams(
        p->conn,
        "select 1 from pg_catalog.pg_class where relname = $1::text and relkind in "
        "('r', 'p', 'v', 'm', 'f') and pg_catalog.pg_table_is_visible(oid)",
        1, NULL, &name, NULL, NULL, 0);
    int rc = p->lib.resultStatus(result) == PGRES_TUPLES_OK ? 0 : failure(p);

    *yes = !rc && p->lib.ntuples(result) > 0;
    p->lib.clear(result);
    return rc;
}

/* One row is held in memory, whatever the answer. */
static int advance(struct postgres *p) {
    if (p->row) {
        p->lib.clear(p->row);
    }
    p->row = p->lib.getResult(p->conn);
    int status = p->row ? p->lib.resultStatus(p->row) : PGRES_TUPLES_OK;
    if (status == PGRES_COMMAND_OK) {
        return err_set(ERR_FAILED, "the query gives no table");
    }
    return status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE ? 0 : failure(p);
}

static int postgres_query(struct strv *columns, void *conn, struct arena *arena, const char *sql,
                          bool table) {
    struct postgres *p = conn;

    if (table) {
        char *name = p->lib.escapeIdentifier(p->conn, sql, strlen(sql));
        sql = arena_printf(arena, "select * from %s", name ? name : "");
        p->lib.freemem(name);
    }
    p->table = table;
    if (!p->lib.sendQueryParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 0) ||
        !p->lib.setSingleRowMode(p->conn)) {
        return failure(p);
    }
    int rc = advance(p);
    int n = rc ? 0 : p->lib.nfields(p->row);
    for (int i = 0; i < n; i++) {
        vec_push(columns, arena_strdup(arena, p->lib.fname(p->row, i)));
    }
    return !rc && n == 0 ? err_set(ERR_FAILED, "the query gives no table") : rc;
}

static struct db_value value_at(const struct postgres *p, struct arena *values, int column) {
    struct db_value v = {.type = DB_NULL};

    if (!p->lib.getisnull(p->row, 0, column)) {
        v = pg_value(values, p->lib.ftype(p->row, column), p->lib.getvalue(p->row, 0, column),
                     (size_t)p->lib.getlength(p->row, 0, column));
        v.zone = p->table && v.type == DB_MOMENT ? 0 : v.zone;
    }
    return v;
}

static int postgres_next(bool *more, struct db_value *row, struct arena *values, void *conn) {
    struct postgres *p = conn;
    int rc = p->given ? advance(p) : 0;

    *more = !rc && p->row && p->lib.ntuples(p->row) > 0;
    p->given = *more;
    if (!*more) {
        return rc;
    }
    int n = p->lib.nfields(p->row);
    for (int i = 0; i < n; i++) {
        row[i] = value_at(p, values, i);
    }
    return 0;
}

const struct db_kind db_postgres = {
    .scheme = "postgresql",
    .open = postgres_open,
    .close = postgres_close,
    .has_table = postgres_has_table,
    .query = postgres_query,
    .next = postgres_next,
};
