#include "doc/yaml_tag.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/scalar.h"

#define CORE "tag:yaml.org,2002:"

/* The name of a tag of the core schema, "" for none and for "!", NULL for any other. */
static const char *core_name(const char *tag) {
    static const char *const names[] = {"str", "int", "float", "bool", "null", "seq", "map"};
    if (!tag || str_eq(tag, "!")) {
        return "";
    }
    for (size_t i = 0; i < COUNT_OF(names) && str_starts(tag, CORE); i++) {
        if (str_eq(tag + strlen(CORE), names[i])) {
            return names[i];
        }
    }
    return NULL;
}

bool yaml_tag_fits(const char *tag, const char *kind) {
    const char *name = core_name(tag);
    return name && (!*name || str_eq(name, kind));
}

static bool float_value(struct node *n, struct arena *arena, enum scalar_type type,
                        const char *text, size_t len) {
    if ((type != SCALAR_INT && type != SCALAR_FLOAT) || !scalar_value(n, arena, type, text, len)) {
        return false;
    }
    double value = node_number(n);
    n->kind = NODE_FLOAT;
    n->big = NULL;
    n->real = value;
    return true;
}

/* !!int, !!float … make a value what they say, where it can be. */
static bool tagged_value(struct node *n, struct arena *arena, const char *name, const char *text,
                         size_t len) {
    enum scalar_type type = scalar_type(text, len);
    if (str_eq(name, "str")) {
        return scalar_value(n, arena, SCALAR_TEXT, text, len);
    }
    if (str_eq(name, "null")) {
        return scalar_value(n, arena, SCALAR_NULL, text, len);
    }
    if (str_eq(name, "bool")) {
        return type == SCALAR_BOOL && scalar_value(n, arena, type, text, len);
    }
    if (str_eq(name, "int")) {
        return type == SCALAR_INT && scalar_value(n, arena, type, text, len);
    }
    return str_eq(name, "float") && float_value(n, arena, type, text, len);
}

const char *yaml_tag_value(struct node *n, struct arena *arena, const char *tag, const char *text,
                           size_t len) {
    const char *name = core_name(tag);
    if (memchr(text, '\0', len)) {
        return "a NUL in a string";
    }
    if (!name) {
        return "a tag that is not supported here";
    }
    if (*name) {
        return tagged_value(n, arena, name, text, len) ? NULL
                                                       : "a value that is not what its tag says";
    }
    enum scalar_type type = n->quote ? SCALAR_TEXT : scalar_type(text, len);
    if (scalar_value(n, arena, type, text, len)) {
        return NULL;
    }
    /* Without a digit ("0b_") it is text; with very many nothing could compute with it. */
    if (strpbrk(text, "123456789")) {
        return "a number with too many digits";
    }
    scalar_value(n, arena, SCALAR_TEXT, text, len);
    return NULL;
}
