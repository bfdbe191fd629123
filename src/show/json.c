#include "show/json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/write.h"
#include "show/out.h"

struct json {
    struct show *out;
    struct str scratch;
    VEC(char) open; /* '}' and ']' of the open maps and lists */
    bool first;     /* nothing stands yet in the innermost of them */
};

struct json *json_begin(struct show *s) {
    struct json *j = mem_zalloc(1, sizeof *j);
    j->out = s;
    str_init(&j->scratch);
    j->first = true;
    return j;
}

void json_end(struct json *j) {
    while (j->open.len) {
        json_close(j);
    }
    show_text(j->out, "\n");
    str_release(&j->scratch);
    vec_release(&j->open);
    free(j);
}

/* The separator and the key: whatever comes before a value. The text waits in `scratch`. */
static void put_key(struct json *j, const char *key) {
    str_clear(&j->scratch);
    if (!j->first) {
        str_adds(&j->scratch, ", ");
    }
    if (key) {
        json_write_text(&j->scratch, key);
        str_adds(&j->scratch, ": ");
    }
    j->first = false;
}

static void put_value(struct json *j) {
    show_text(j->out, "%s", j->scratch.buf);
}

static void put_open(struct json *j, const char *key, char open, char close) {
    put_key(j, key);
    str_addc(&j->scratch, open);
    put_value(j);
    vec_push(&j->open, close);
    j->first = true;
}

void json_map(struct json *j, const char *key) {
    put_open(j, key, '{', '}');
}

void json_list(struct json *j, const char *key) {
    put_open(j, key, '[', ']');
}

void json_close(struct json *j) {
    if (j->open.len) {
        show_text(j->out, "%c", j->open.at[--j->open.len]);
        j->first = false;
    }
}

void json_str(struct json *j, const char *key, const char *value) {
    put_key(j, key);
    if (value) {
        json_write_text(&j->scratch, value);
    } else {
        str_adds(&j->scratch, "null");
    }
    put_value(j);
}

void json_int(struct json *j, const char *key, int64_t value) {
    put_key(j, key);
    str_addf(&j->scratch, "%" PRId64, value);
    put_value(j);
}

void json_float(struct json *j, const char *key, double value) {
    struct node number = {.kind = NODE_FLOAT, .real = value};
    json_node(j, key, &number);
}

void json_bool(struct json *j, const char *key, bool value) {
    put_key(j, key);
    str_adds(&j->scratch, value ? "true" : "false");
    put_value(j);
}

void json_null(struct json *j, const char *key) {
    json_str(j, key, NULL);
}

void json_node(struct json *j, const char *key, const struct node *value) {
    put_key(j, key);
    if (value) {
        json_write(&j->scratch, value);
    } else {
        str_adds(&j->scratch, "null");
    }
    put_value(j);
}
