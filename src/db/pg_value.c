#include "db/pg_value.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "db/db.h"
#include "db/moment.h"
#include "db/pg_text.h"
#include "db/span.h"

/* Of pg_type.dat: they stay what they are. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_OID = 26,
    OID_JSON = 114,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BOOLS = 1000,
    OID_INT2S = 1005,
    OID_INT4S = 1007,
    OID_TEXTS = 1009,
    OID_BPCHARS = 1014,
    OID_VARCHARS = 1015,
    OID_INT8S = 1016,
    OID_FLOAT4S = 1021,
    OID_FLOAT8S = 1022,
    OID_DATE = 1082,
    OID_TIME = 1083,
    OID_TIMESTAMP = 1114,
    OID_DATES = 1182,
    OID_TIMESTAMPTZ = 1184,
    OID_INTERVAL = 1186,
    OID_NUMERICS = 1231,
    OID_TIMETZ = 1266,
    OID_NUMERIC = 1700,
    OID_JSONB = 3802
};

static bool read_real(double *out, const char *text) {
    if (str_eq(text, "NaN")) {
        *out = NAN;
    } else if (str_eq(text, "Infinity") || str_eq(text, "-Infinity")) {
        *out = text[0] == '-' ? -INFINITY : INFINITY;
    } else {
        return num_float(out, text);
    }
    return true;
}

/* The end of time is the last one that Python has. */
static bool read_moment(struct db_value *v, const char *text, size_t len, bool day) {
    if (str_eq(text, "infinity")) {
        text = day ? "9999-12-31" : "9999-12-31 23:59:59.999999";
        len = strlen(text);
    } else if (str_eq(text, "-infinity")) {
        text = "0001-01-01";
        len = strlen(text);
    }
    return moment_parse(v, text, len);
}

static int hex_digit(char c) {
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* "\x00ff41". */
static bool read_bytes(struct db_value *v, struct arena *arena, const char *text, size_t len) {
    if (len % 2 != 0 || !str_starts(text, "\\x")) {
        return false;
    }
    char *bytes = arena_text(arena, len / 2);
    for (size_t i = 2; i < len; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i / 2 - 1] = (char)(high << 4 | low);
    }
    *v = (struct db_value){.type = DB_BLOB, .text = bytes, .len = len / 2 - 1};
    return true;
}

/* A document that is one value is that value. */
static bool read_doc(struct db_value *v, const struct node *doc) {
    if (!doc) {
        return false;
    }
    switch (doc->kind) {
    case NODE_NULL:
        v->type = DB_NULL;
        return true;
    case NODE_BOOL:
        *v = (struct db_value){.type = DB_BOOL, .truth = doc->boolean};
        return true;
    case NODE_INT:
        *v = doc->big
                 ? (struct db_value){.type = DB_WIDE, .text = doc->big, .len = strlen(doc->big)}
                 : (struct db_value){.type = DB_WHOLE, .whole = doc->integer};
        return true;
    case NODE_FLOAT:
        *v = (struct db_value){.type = DB_REAL, .real = doc->real};
        return true;
    case NODE_STR:
        *v = (struct db_value){.type = DB_TEXT, .text = doc->str.text, .len = doc->str.len};
        return true;
    case NODE_LIST:
    case NODE_MAP:
        *v = (struct db_value){.type = DB_DOC, .doc = doc};
        return true;
    }
    return false;
}

static bool read_json(struct db_value *v, struct arena *arena, const char *text, size_t len) {
    struct node *doc;

    if (json_read(&doc, arena, text, len, "json")) {
        err_clear(); /* deeper or larger than we read: stays text */
        return false;
    }
    return read_doc(v, doc);
}

static enum pg_item item_of(unsigned type) {
    switch (type) {
    case OID_INT2S:
    case OID_INT4S:
    case OID_INT8S:
        return PG_WHOLE;
    case OID_FLOAT4S:
    case OID_FLOAT8S:
        return PG_REAL;
    case OID_BOOLS:
        return PG_BOOL;
    default:
        return PG_ITEM_TEXT;
    }
}

/* Whether the text is a value of the type; false leaves it text. */
static bool read_value(struct db_value *v, struct arena *arena, unsigned type, const char *text,
                       size_t len) {
    switch (type) {
    case OID_BOOL:
        *v = (struct db_value){.type = DB_BOOL, .truth = text[0] == 't'};
        return true;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_OID:
        v->type = DB_WHOLE;
        return num_int(&v->whole, text);
    case OID_FLOAT4:
    case OID_FLOAT8:
    case OID_NUMERIC:
        v->type = DB_REAL;
        return read_real(&v->real, text);
    case OID_DATE:
    case OID_TIMESTAMP:
    case OID_TIMESTAMPTZ:
        return read_moment(v, text, len, type == OID_DATE);
    case OID_INTERVAL:
        return span_parse(v, text, len);
    case OID_BYTEA:
        return read_bytes(v, arena, text, len);
    case OID_JSON:
    case OID_JSONB:
        return read_json(v, arena, text, len);
    case OID_BOOLS:
    case OID_INT2S:
    case OID_INT4S:
    case OID_INT8S:
    case OID_FLOAT4S:
    case OID_FLOAT8S:
    case OID_TEXTS:
    case OID_BPCHARS:
    case OID_VARCHARS:
    case OID_DATES:
    case OID_NUMERICS:
        return read_doc(v, pg_array(arena, text, len, item_of(type)));
    default:
        return false;
    }
}

struct db_value pg_value(struct arena *arena, unsigned type, const char *text, size_t len) {
    struct db_value v = {.type = DB_NULL};

    if (read_value(&v, arena, type, text, len)) {
        return v;
    }
    if (type == OID_TIME || type == OID_TIMETZ) {
        text = moment_clock(arena, text);
        len = strlen(text);
    }
    return (struct db_value){.type = DB_TEXT, .text = text, .len = len};
}
