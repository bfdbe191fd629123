#include "db/db_kind.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/library.h"
#include "db/db.h"
#include "db/moment.h"

/* What we use of sqlite3.h, whose interface is kept stable: to build cairn nothing is installed. */
enum { SQLITE_ROW = 100, SQLITE_DONE = 101, SQLITE_OPEN_READONLY = 1 };
enum { SQLITE_INTEGER = 1, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB, SQLITE_NULL };

struct sqlite_lib {
    int (*open_v2)(const char *path, void **db, int flags, const char *vfs);
    int (*close_v2)(void *db);
    const char *(*errmsg)(void *db);
    int (*busy_timeout)(void *db, int ms);
    int (*prepare_v2)(void *db, const char *sql, int len, void **statement, const char **rest);
    int (*bind_text)(void *statement, int at, const char *text, int len, void (*release)(void *));
    int (*step)(void *statement);
    int (*finalize)(void *statement);
    int (*column_count)(void *statement);
    const char *(*column_name)(void *statement, int column);
    const char *(*column_decltype)(void *statement, int column);
    int (*column_type)(void *statement, int column);
    int64_t (*column_int64)(void *statement, int column);
    double (*column_double)(void *statement, int column);
    const void *(*column_blob)(void *statement, int column);
    int (*column_bytes)(void *statement, int column);
};

#define SYMBOL(name)                                                                               \
    { "sqlite3_" #name, offsetof(struct sqlite_lib, name) }
static const struct library_symbol symbols[] = {
    SYMBOL(open_v2),      SYMBOL(close_v2),      SYMBOL(errmsg),      SYMBOL(busy_timeout),
    SYMBOL(prepare_v2),   SYMBOL(bind_text),     SYMBOL(step),        SYMBOL(finalize),
    SYMBOL(column_count), SYMBOL(column_name),   SYMBOL(column_type), SYMBOL(column_decltype),
    SYMBOL(column_int64), SYMBOL(column_double), SYMBOL(column_blob), SYMBOL(column_bytes),
};

/* What the values of a column are to be, by its declaration. */
enum declared { AS_IT_IS, AS_BOOL, AS_MOMENT, AS_DECIMAL };

struct column {
    enum declared as;
    int scale; /* AS_DECIMAL: digits that are kept */
};

struct sqlite {
    struct sqlite_lib lib;
    void *db, *statement;
    const struct column *columns; /* NULL: of a query, where nothing is declared */
    int ncolumns;
};

static int failure(const struct sqlite *s) {
    return err_set(ERR_FAILED, "the database says: %s", s->lib.errmsg(s->db));
}

static void sqlite_close(void *conn) {
    struct sqlite *s = conn;

    if (s->statement) {
        s->lib.finalize(s->statement);
    }
    if (s->db) {
        s->lib.close_v2(s->db);
    }
    free(s);
}

static int sqlite_has_table(bool *yes, void *conn, const char *name) {
    struct sqlite *s = conn;
    void *find = NULL;

    *yes = false;
    if (s->lib.prepare_v2(s->db,
                          "select 1 from (select name, type from sqlite_master union all "
                          "select name, type from sqlite_temp_master) "
                          "where type in ('table', 'view') and lower(name) = lower(?)",
                          -1, &find, NULL) ||
        s->lib.bind_text(find, 1, name, -1, NULL)) {
        s->lib.finalize(find);
        return failure(s);
    }
    int state = s->lib.step(find);
    int rc = state == SQLITE_ROW || state == SQLITE_DONE ? 0 : failure(s);
    *yes = state == SQLITE_ROW;
    s->lib.finalize(find);
    return rc;
}

static int sqlite_open(void **conn, struct arena *arena, const struct db_login *login,
                       const char *rest) {
    struct sqlite *s = mem_zalloc(1, sizeof *s);
    size_t len = strcspn(rest, "?");

    (void)login; /* files have no users */
    *conn = s;
    if (len > 0 && rest[0] != '/') {
        return err_set(ERR_FAILED, "a database of SQLite has no host: its url has three slashes "
                                   "before the path, sqlite:///file");
    }
    const char *path = len > 1 ? arena_strndup(arena, rest + 1, len - 1) : ":memory:";
    int rc = library_load(&s->lib, "libsqlite3.so.0", symbols, COUNT_OF(symbols),
                          "databases of SQLite need", "libsqlite3-0");
    if (rc) {
        return rc;
    }
    if (s->lib.open_v2(path, &s->db, SQLITE_OPEN_READONLY, NULL)) {
        return err_set(ERR_FAILED, "cannot open the database '%s': %s", path, s->lib.errmsg(s->db));
    }
    s->lib.busy_timeout(s->db, 5000);
    bool yes;
    return err_wrap(sqlite_has_table(&yes, s, ""), "%s", path); /* only this reads the file */
}

static bool contains(const char *text, const char *const *words) {
    for (; *words; words++) {
        if (strcasestr(text, *words)) {
            return true;
        }
    }
    return false;
}

/* By SQLAlchemy's reading of SQLite's types: names that it knows, else the affinity. */
static struct column column_declared(struct arena *arena, const char *type) {
    static const char *const others[] = {"int",  "char", "clob", "text", "blob",
                                         "real", "floa", "doub", "json", NULL};
    struct column c = {.as = AS_IT_IS, .scale = 10};

    if (!type || !type[0]) {
        return c;
    }
    size_t len = strcspn(type, "(");
    const char *comma = strchr(type + len, ',');
    while (len > 0 && type[len - 1] == ' ') {
        len--;
    }
    const char *name = arena_strndup(arena, type, len);
    if (!strcasecmp(name, "bool") || !strcasecmp(name, "boolean")) {
        c.as = AS_BOOL;
    } else if (!strcasecmp(name, "date") || !strcasecmp(name, "datetime") ||
               !strcasecmp(name, "timestamp")) {
        c.as = AS_MOMENT;
    } else if (strcasecmp(name, "time") != 0 && !contains(name, others)) {
        c.as = AS_DECIMAL;
        int scale = comma ? (int)strtol(comma + 1, NULL, 10) : c.scale;
        c.scale = scale >= 0 && scale <= 30 ? scale : c.scale;
    }
    return c;
}

static const char *quoted(struct arena *arena, const char *name) {
    struct str text CLEANUP(str_release) = STR_INIT;

    str_adds(&text, "select * from \"");
    for (; *name; name++) {
        str_adds(&text, *name == '"' ? "\"" : "");
        str_addc(&text, *name);
    }
    str_addc(&text, '"');
    return arena_strdup(arena, text.buf);
}

static int sqlite_query(struct strv *columns, void *conn, struct arena *arena, const char *sql,
                        bool table) {
    struct sqlite *s = conn;
    const char *rest = "";

    if (s->lib.prepare_v2(s->db, table ? quoted(arena, sql) : sql, -1, &s->statement, &rest)) {
        return failure(s);
    }
    if (rest[strspn(rest, " \t\r\n;")]) {
        return err_set(ERR_FAILED, "one query at a time: '%s' comes after the first", rest);
    }
    s->ncolumns = s->statement ? s->lib.column_count(s->statement) : 0;
    if (s->ncolumns == 0) {
        return err_set(ERR_FAILED, "the query gives no table");
    }
    struct column *declared = arena_alloc(arena, (size_t)s->ncolumns * sizeof *declared);
    for (int i = 0; i < s->ncolumns; i++) {
        vec_push(columns, arena_strdup(arena, s->lib.column_name(s->statement, i)));
        declared[i] = column_declared(arena, s->lib.column_decltype(s->statement, i));
    }
    s->columns = table ? declared : NULL;
    return 0;
}

static int declare(struct db_value *v, const struct column *c, const char *name) {
    char text[512];

    if (v->type == DB_NULL || c->as == AS_IT_IS) {
        return 0;
    }
    if (c->as == AS_BOOL && (v->type == DB_WHOLE || v->type == DB_REAL)) {
        *v = (struct db_value){.type = DB_BOOL,
                               .truth = v->type == DB_REAL ? v->real != 0 : v->whole != 0};
    } else if (c->as == AS_DECIMAL && (v->type == DB_WHOLE || v->type == DB_REAL)) {
        double real = v->type == DB_REAL ? v->real : (double)v->whole;
        snprintf(text, sizeof text, "%.*f", c->scale, real);
        *v = (struct db_value){.type = DB_REAL, .real = num_float(&real, text) ? real : v->real};
    } else if (c->as == AS_MOMENT &&
               (v->type != DB_TEXT || !moment_parse(v, v->text, v->len) || v->zoned)) {
        return err_set(ERR_FAILED, "column '%s' has a value that is no date", name);
    }
    return 0;
}

static struct db_value value_at(const struct sqlite *s, int column) {
    void *at = s->statement;
    struct db_value v = {.type = DB_NULL};

    switch (s->lib.column_type(at, column)) {
    case SQLITE_INTEGER:
        return (struct db_value){.type = DB_WHOLE, .whole = s->lib.column_int64(at, column)};
    case SQLITE_FLOAT:
        return (struct db_value){.type = DB_REAL, .real = s->lib.column_double(at, column)};
    case SQLITE_TEXT:
    case SQLITE_BLOB:
        v.type = s->lib.column_type(at, column) == SQLITE_TEXT ? DB_TEXT : DB_BLOB;
        v.text = s->lib.column_blob(at, column);
        v.len = (size_t)s->lib.column_bytes(at, column);
        v.text = v.text ? v.text : "";
        return v;
    default:
        return v;
    }
}

static int sqlite_next(bool *more, struct db_value *row, struct arena *values, void *conn) {
    struct sqlite *s = conn;
    int state = s->lib.step(s->statement), rc = 0;

    (void)values; /* all are SQLite's */
    *more = state == SQLITE_ROW;
    if (state != SQLITE_ROW) {
        return state == SQLITE_DONE ? 0 : failure(s);
    }
    for (int i = 0; !rc && i < s->ncolumns; i++) {
        row[i] = value_at(s, i);
        if (s->columns) {
            rc = declare(&row[i], &s->columns[i], s->lib.column_name(s->statement, i));
        }
    }
    return rc;
}

const struct db_kind db_sqlite = {
    .scheme = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .has_table = sqlite_has_table,
    .query = sqlite_query,
    .next = sqlite_next,
};
