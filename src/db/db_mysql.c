#include "db/db_kind.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/library.h"
#include "net/url.h"
#include "db/db.h"
#include "db/moment.h"
#include "db/span.h"

/* What we use of mysql.h, whose interface is kept stable: to build cairn nothing is installed. */
enum { PROTOCOL_TCP = 1, UNSIGNED_FLAG = 32, CHARSET_BINARY = 63 };
enum option {
    OPT_CONNECT_TIMEOUT = 0,
    OPT_CHARSET_NAME = 7,
    OPT_LOCAL_INFILE = 8,
    OPT_PROTOCOL = 9,
    OPT_VERIFY_SERVER = 21,
    OPT_SSL_KEY = 25,
    OPT_SSL_CERT,
    OPT_SSL_CA
};
enum field_type {
    TYPE_DECIMAL = 0,
    TYPE_TINY,
    TYPE_SHORT,
    TYPE_LONG,
    TYPE_FLOAT,
    TYPE_DOUBLE,
    TYPE_TIMESTAMP = 7,
    TYPE_LONGLONG,
    TYPE_INT24,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_DATETIME,
    TYPE_YEAR,
    TYPE_BIT = 16,
    TYPE_JSON = 245,
    TYPE_NEWDECIMAL
};

struct my_field {
    const char *name, *org_name, *table, *org_table, *db, *catalog, *def;
    unsigned long length, max_length;
    unsigned name_len, org_name_len, table_len, org_table_len, db_len, catalog_len, def_len;
    unsigned flags, decimals, charset;
    enum field_type type;
    void *extension;
};

struct my_lib {
    void *(*init)(void *);
    int (*options)(void *conn, enum option option, const void *value);
    void *(*real_connect)(void *conn, const char *host, const char *user, const char *password,
                          const char *db, unsigned port, const char *socket, unsigned long flags);
    void (*close)(void *conn);
    const char *(*error)(void *conn);
    int (*real_query)(void *conn, const char *sql, unsigned long len);
    unsigned long (*real_escape_string)(void *conn, char *to, const char *from, unsigned long len);
    void *(*use_result)(void *conn);
    void *(*store_result)(void *conn);
    void (*free_result)(void *result);
    char **(*fetch_row)(void *result);
    unsigned long *(*fetch_lengths)(void *result);
    unsigned (*num_fields)(void *result);
    struct my_field *(*fetch_fields)(void *result);
};

#define SYMBOL(name)                                                                               \
    { "mysql_" #name, offsetof(struct my_lib, name) }
static const struct library_symbol symbols[] = {
    SYMBOL(init),        SYMBOL(options),      SYMBOL(real_connect),
    SYMBOL(close),       SYMBOL(error),        SYMBOL(real_query),
    SYMBOL(use_result),  SYMBOL(store_result), SYMBOL(real_escape_string),
    SYMBOL(free_result), SYMBOL(fetch_row),    SYMBOL(fetch_lengths),
    SYMBOL(num_fields),  SYMBOL(fetch_fields),
};

struct mysql {
    struct my_lib lib;
    void *conn, *result;
    const struct my_field *fields; /* of the result */
    unsigned nfields;
    bool table; /* its values become what SQLAlchemy makes of the types of columns */
};

static int failure(const struct mysql *m) {
    const char *text = m->lib.error(m->conn);

    return err_set(ERR_FAILED, "the database says: %.*s", (int)strcspn(text, "\n"), text);
}

static void mysql_close(void *conn) {
    struct mysql *m = conn;

    if (m->result) {
        m->lib.free_result(m->result);
    }
    if (m->conn) {
        m->lib.close(m->conn);
    }
    free(m);
}

static int command(const struct mysql *m, const char *sql) {
    return m->lib.real_query(m->conn, sql, strlen(sql)) ? failure(m) : 0;
}

/* ---- the connection */

static int set_option(const struct mysql *m, const char **socket, const char *name,
                      const char *value) {
    static const struct {
        const char *name;
        enum option option;
    } known[] = {{"ssl_ca", OPT_SSL_CA}, {"ssl_cert", OPT_SSL_CERT}, {"ssl_key", OPT_SSL_KEY}};
    const char verify = 1;

    if (str_eq(name, "unix_socket")) {
        *socket = value;
        return 0;
    }
    if (str_eq(name, "charset")) {
        return 0; /* what is read is always UTF-8 */
    }
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (str_eq(name, known[i].name)) {
            m->lib.options(m->conn, known[i].option, value);
            m->lib.options(m->conn, OPT_VERIFY_SERVER, &verify);
            return 0;
        }
    }
    int rc =
        err_set(ERR_FAILED, "the url of the database has an option '%s' that is not known", name);
    err_hint("unix_socket, charset, ssl_ca, ssl_cert and ssl_key are");
    return rc;
}

/* "unix_socket=/run/my%2Esock&charset=utf8mb4". */
static int set_options(const struct mysql *m, const char **socket, struct arena *arena,
                       const char *query) {
    char *name = arena_strdup(arena, query ? query : ""), *next;

    for (; *name; name = next) {
        char *end = name + strcspn(name, "&");
        next = *end ? end + 1 : end;
        *end = '\0';
        char *value = strchr(name, '=');
        if (value) {
            *value++ = '\0';
        }
        if (!value || !url_unescape(value)) {
            return err_set(ERR_FAILED, "the url of the database has no valid options");
        }
        int rc = set_option(m, socket, name, value);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* To "localhost" the driver MySQLdb goes by a socket, and so do we; the others, with a port. */
static bool by_tcp(const struct url *url) {
    const char *driver = strchr(url->scheme, '+');

    return url->port || (driver && !str_eq(driver, "+mysqldb"));
}

static int connect_to(struct mysql *m, struct arena *arena, const struct db_login *login,
                      const struct url *url) {
    const unsigned timeout = 30, no = 0, tcp = PROTOCOL_TCP;
    const char *socket = NULL;
    char *db = arena_strdup(arena, url->path[0] ? url->path + 1 : "");
    char *host = arena_strdup(arena, url->host[0] ? url->host : "localhost");
    int rc = set_options(m, &socket, arena, url->query);

    if (rc) {
        return rc;
    }
    if (!url_unescape(db) || strchr(db, '/')) {
        return err_set(ERR_FAILED, "the url of a database looks like mysql://host/database");
    }
    if (host[0] == '[') { /* of an IPv6 address */
        host[strlen(host) - 1] = '\0';
        host++;
    }
    m->lib.options(m->conn, OPT_CONNECT_TIMEOUT, &timeout);
    m->lib.options(m->conn, OPT_CHARSET_NAME, "utf8mb4");
    m->lib.options(m->conn, OPT_LOCAL_INFILE, &no); /* else a server may ask for files of ours */
    if (!socket && by_tcp(url)) {
        m->lib.options(m->conn, OPT_PROTOCOL, &tcp);
    }
    const char *user = login->username ? login->username : url->user;
    const char *password = login->password ? login->password : url->password;
    if (!m->lib.real_connect(m->conn, host, user, password, db[0] ? db : NULL, (unsigned)url->port,
                             socket, 0)) {
        return failure(m);
    }
    return 0;
}

static int mysql_open(void **conn, struct arena *arena, const struct db_login *login,
                      const char *rest) {
    struct mysql *m = mem_zalloc(1, sizeof *m);
    struct url url;

    (void)rest;
    *conn = m;
    int rc = library_load(&m->lib, "libmariadb.so.3", symbols, COUNT_OF(symbols),
                          "databases of MySQL and MariaDB need", "libmariadb3");
    if (rc || (rc = url_parse(&url, arena, login->url))) {
        return rc;
    }
    m->conn = m->lib.init(NULL);
    if (!m->conn) {
        return err_set(ERR_FAILED, "libmariadb has no memory");
    }
    rc = connect_to(m, arena, login, &url);
    /* Read only, for what defines tables is committed whatever the transaction. */
    rc = rc ? rc : command(m, "set session transaction read only");
    return rc ? rc : command(m, "start transaction");
}

/* ---- the answer */

/* `text` within quotes of that kind. */
static const char *quoted(struct arena *arena, const char *text, char quote) {
    struct str out CLEANUP(str_release) = STR_INIT;

    str_addc(&out, quote);
    for (; *text; text++) {
        str_add(&out, &quote, *text == quote);
        str_addc(&out, *text);
    }
    str_addc(&out, quote);
    return arena_strdup(arena, out.buf);
}

static int mysql_has_table(bool *yes, void *conn, const char *name) {
    const struct mysql *m = conn;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t len = strlen(name);
    char *escaped = arena_text(arena, 2 * len + 1);

    *yes = false;
    m->lib.real_escape_string(m->conn, escaped, name, len);
    int rc = command(m, arena_printf(arena,
                                     "select 1 from information_schema.tables where "
                                     "table_schema = database() and table_name = '%s'",
                                     escaped));
    void *result = rc ? NULL : m->lib.store_result(m->conn);
    if (!result) {
        return rc ? rc : failure(m);
    }
    *yes = m->lib.fetch_row(result) != NULL;
    m->lib.free_result(result);
    return 0;
}

static int mysql_query(struct strv *columns, void *conn, struct arena *arena, const char *sql,
                       bool table) {
    struct mysql *m = conn;
    int rc =
        command(m, table ? arena_printf(arena, "select * from %s", quoted(arena, sql, '`')) : sql);

    if (rc) {
        return rc;
    }
    m->table = table;
    m->result = m->lib.use_result(m->conn); /* one row is held in memory */
    if (!m->result) {
        return *m->lib.error(m->conn) ? failure(m)
                                      : err_set(ERR_FAILED, "the query gives no table");
    }
    m->fields = m->lib.fetch_fields(m->result);
    m->nfields = m->lib.num_fields(m->result);
    for (unsigned i = 0; i < m->nfields; i++) {
        vec_push(columns, arena_strdup(arena, m->fields[i].name));
    }
    return 0;
}

static bool read_bits(struct db_value *v, const char *bytes, size_t len) {
    uint64_t bits = 0;

    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | (unsigned char)bytes[i];
    }
    *v = (struct db_value){.type = DB_WHOLE, .whole = (int64_t)bits};
    return bits <= INT64_MAX;
}

/* Whether the text is a value of its type; false leaves it text. */
static bool read_value(struct db_value *v, const struct mysql *m, const struct my_field *f,
                       const char *text, size_t len) {
    switch (f->type) {
    case TYPE_TINY:
    case TYPE_SHORT:
    case TYPE_LONG:
    case TYPE_LONGLONG:
    case TYPE_INT24:
    case TYPE_YEAR:
        v->type = DB_WHOLE;
        if (!num_int(&v->whole, text)) {
            *v = (struct db_value){.type = DB_WIDE, .text = text, .len = len};
        }
        return true;
    case TYPE_DECIMAL:
    case TYPE_NEWDECIMAL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        v->type = DB_REAL;
        return num_float(&v->real, text);
    case TYPE_DATE:
    case TYPE_DATETIME:
    case TYPE_TIMESTAMP:
        return str_starts(text, "0000-00-00") || moment_parse(v, text, len); /* that is NULL */
    case TYPE_TIME:
        return !m->table && span_parse(v, text, len);
    case TYPE_BIT:
        return m->table && read_bits(v, text, len);
    case TYPE_JSON:
    default:
        return false;
    }
}

static struct db_value value_at(const struct mysql *m, struct arena *values,
                                const struct my_field *f, const char *text, size_t len) {
    struct db_value v = {.type = DB_NULL};

    if (!text || read_value(&v, m, f, text, len)) {
        return v;
    }
    if (m->table && f->type == TYPE_TIME) { /* of a day */
        text = moment_clock(values, text);
        len = strlen(text);
    }
    bool binary = f->charset == CHARSET_BINARY && f->type > TYPE_YEAR && f->type != TYPE_JSON;
    return (struct db_value){.type = binary ? DB_BLOB : DB_TEXT, .text = text, .len = len};
}

static int mysql_next(bool *more, struct db_value *row, struct arena *values, void *conn) {
    const struct mysql *m = conn;
    char **texts = m->lib.fetch_row(m->result);

    *more = texts != NULL;
    if (!texts) {
        return *m->lib.error(m->conn) ? failure(m) : 0;
    }
    const unsigned long *lengths = m->lib.fetch_lengths(m->result);
    for (unsigned i = 0; i < m->nfields; i++) {
        row[i] = value_at(m, values, &m->fields[i], texts[i], lengths[i]);
    }
    return 0;
}

#define KIND(name)                                                                                 \
    {                                                                                              \
        .scheme = name, .open = mysql_open, .close = mysql_close, .has_table = mysql_has_table,    \
        .query = mysql_query, .next = mysql_next,                                                  \
    }
const struct db_kind db_mysql = KIND("mysql");
const struct db_kind db_mariadb = KIND("mariadb");
