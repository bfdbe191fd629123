/*
 * libyaml's events become nodes. Its marks count code points and lines, so byte offsets are found through a table of
 * line starts; a block collection's end mark is the next token, so its end is that of its last descendant; a block
 * scalar's end lies behind its blank tail, so that is cut off.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/scalar.h"

#define DEPTH_MAX 100
#define NODES_MAX 1000000u
#define BOM       "\xef\xbb\xbf"

struct line {
    uint32_t start; /* byte offset */
    bool ascii;
};

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    const char *text, *name;
    size_t len;
    VEC(struct line) lines;
    struct map anchors; /* name -> struct anchor * */
    uint32_t nodes;     /* after alias expansion */
    int depth;
};

struct anchor {
    struct node *node; /* NULL while it is being read */
    uint32_t nodes;
};

static int fail_at(const struct reader *r, size_t line, size_t column, const char *what)
{
    return err_set(ERR_INVALID, "%s:%zu:%zu: %s", r->name, line + 1, column + 1, what);
}

static int fail_event(const struct reader *r, const yaml_event_t *e, const char *what)
{
    return fail_at(r, e->start_mark.line, e->start_mark.column, what);
}

/* Line breaks as libyaml counts them: CR, LF, CRLF, NEL, LS, PS. */
static void find_lines(struct reader *r)
{
    const unsigned char *t = (const unsigned char *)r->text;
    size_t i = r->len >= 3 && memcmp(t, BOM, 3) == 0 ? 3 : 0;
    struct line line = {.start = (uint32_t)i, .ascii = true};

    while (i < r->len) {
        size_t skip = 0;

        if (t[i] == '\n' || t[i] == '\r') {
            skip = t[i] == '\r' && i + 1 < r->len && t[i + 1] == '\n' ? 2 : 1;
        } else if (t[i] >= 0x80) {
            line.ascii = false;
            if (t[i] == 0xc2 && i + 1 < r->len && t[i + 1] == 0x85) {
                skip = 2;
            } else if (t[i] == 0xe2 && i + 2 < r->len && t[i + 1] == 0x80 &&
                       (t[i + 2] == 0xa8 || t[i + 2] == 0xa9)) {
                skip = 3;
            }
        }
        if (skip > 0) {
            vec_push(&r->lines, line);
            i += skip;
            line = (struct line){.start = (uint32_t)i, .ascii = true};
        } else {
            i++;
        }
    }
    vec_push(&r->lines, line);
}

static uint32_t offset_of(const struct reader *r, const yaml_mark_t *mark)
{
    const struct line *line;
    const char *at, *end = r->text + r->len;
    size_t left = mark->column;

    if (mark->line >= r->lines.len) {
        return (uint32_t)r->len;
    }
    line = &r->lines.at[mark->line];
    if (line->ascii) {
        size_t offset = line->start + left;

        return (uint32_t)(offset < r->len ? offset : r->len);
    }
    for (at = r->text + line->start; left > 0 && at < end; left--) {
        (void)utf8_next(&at, end);
    }
    return (uint32_t)(at - r->text);
}

static void place(const struct reader *r, struct node *n, const yaml_event_t *e)
{
    n->span.start = offset_of(r, &e->start_mark);
    n->span.end = offset_of(r, &e->end_mark);
    n->line = (uint32_t)e->start_mark.line + 1;
    n->column = (uint32_t)e->start_mark.column + 1;
}

static int next_event(struct reader *r, yaml_event_t *e)
{
    const char *what;

    if (yaml_parser_parse(&r->parser, e)) {
        return 0;
    }
    what = r->parser.problem != NULL ? r->parser.problem : "cannot be parsed";
    return fail_at(r, r->parser.problem_mark.line, r->parser.problem_mark.column, what);
}

static int count_nodes(struct reader *r, const yaml_event_t *e, uint32_t more)
{
    if (more > NODES_MAX - r->nodes) {
        return fail_event(r, e, "more than a million values after expanding aliases");
    }
    r->nodes += more;
    return 0;
}

/* Tags of the core schema change nothing but force a type; any other is refused. */
static int check_tag(struct reader *r, const yaml_event_t *e, const yaml_char_t *tag, bool *text)
{
    static const char core[] = "tag:yaml.org,2002:";
    const char *t = (const char *)tag;

    *text = false;
    if (t == NULL) {
        return 0;
    }
    if (strcmp(t, "!") == 0 || (str_starts(t, core) && str_eq(t + strlen(core), "str"))) {
        *text = true;
        return 0;
    }
    if (str_starts(t, core) && (strcmp(t + strlen(core), "int") == 0 || strcmp(t + strlen(core), "float") == 0 ||
                                strcmp(t + strlen(core), "bool") == 0 || strcmp(t + strlen(core), "null") == 0 ||
                                strcmp(t + strlen(core), "map") == 0 || strcmp(t + strlen(core), "seq") == 0)) {
        return 0;
    }
    return fail_event(r, e, "a tag that is not one of YAML's core types");
}

static void add_anchor(struct reader *r, const yaml_char_t *name, struct node *n, uint32_t before)
{
    struct anchor *a;

    if (name == NULL) {
        return;
    }
    a = map_get(&r->anchors, (const char *)name);
    if (a == NULL) {
        a = arena_alloc(r->arena, sizeof *a);
        map_put(&r->anchors, arena_strdup(r->arena, (const char *)name), a);
    }
    a->node = n;
    a->nodes = r->nodes - before;
}

/* A block scalar's text ends with its last character that is no blank or line end. */
static void trim_block(const struct reader *r, struct node *n)
{
    while (n->span.end > n->span.start && strchr(" \t\r\n", r->text[n->span.end - 1]) != NULL) {
        n->span.end--;
    }
}

static int read_scalar(struct node **out, struct reader *r, const yaml_event_t *e)
{
    struct node *n = arena_alloc(r->arena, sizeof *n);
    const char *value = (const char *)e->data.scalar.value;
    size_t len = e->data.scalar.length;
    bool text;
    int rc = check_tag(r, e, e->data.scalar.tag, &text);

    if (rc == 0) {
        rc = count_nodes(r, e, 1);
    }
    if (rc == 0 && memchr(value, '\0', len) != NULL) {
        rc = fail_event(r, e, "a NUL character in a string");
    }
    if (rc != 0) {
        return rc;
    }
    place(r, n, e);
    switch (e->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        n->quote = '\'';
        break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        n->quote = '"';
        break;
    case YAML_LITERAL_SCALAR_STYLE:
        n->quote = '|';
        trim_block(r, n);
        break;
    case YAML_FOLDED_SCALAR_STYLE:
        n->quote = '>';
        trim_block(r, n);
        break;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    if (n->quote == 0 && !text) {
        scalar_resolve(n, r->arena, value, len);
    } else {
        n->kind = NODE_STR;
        n->str.text = arena_strndup(r->arena, value, len);
        n->str.len = len;
    }
    add_anchor(r, e->data.scalar.anchor, n, r->nodes - 1);
    *out = n;
    return 0;
}

static int read_node(struct node **out, struct reader *r, yaml_event_t *e);

static int read_list(struct node **out, struct reader *r, const yaml_event_t *start)
{
    struct node *n = node_list(r->arena);
    uint32_t before = r->nodes;
    bool text;
    int rc = check_tag(r, start, start->data.sequence_start.tag, &text);

    n->flow = start->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    place(r, n, start);
    add_anchor(r, start->data.sequence_start.anchor, NULL, before);
    if (rc == 0) {
        rc = count_nodes(r, start, 1);
    }
    while (rc == 0) {
        struct node *value;
        yaml_event_t e;

        rc = next_event(r, &e);
        if (rc != 0) {
            break;
        }
        if (e.type == YAML_SEQUENCE_END_EVENT) {
            if (n->flow) {
                n->span.end = offset_of(r, &e.end_mark);
            }
            yaml_event_delete(&e);
            break;
        }
        rc = read_node(&value, r, &e);
        yaml_event_delete(&e);
        if (rc == 0) {
            node_append(r->arena, n, value);
            if (!n->flow && !value->alias) {
                n->span.end = value->span.end;
            }
        }
    }
    add_anchor(r, start->data.sequence_start.anchor, n, before);
    *out = n;
    return rc;
}

/* The entries of a merge key that the map does not have itself come in front of none: they count as aliases. */
static int merge(struct reader *r, const yaml_event_t *e, struct node *into, const struct node *from)
{
    size_t i;

    if (from->kind == NODE_LIST) {
        for (i = 0; i < from->list.len; i++) {
            int rc = merge(r, e, into, from->list.at[i]);

            if (rc != 0) {
                return rc;
            }
        }
        return 0;
    }
    if (from->kind != NODE_MAP) {
        return fail_event(r, e, "a merge key (<<) needs a mapping");
    }
    for (i = 0; i < from->map.len; i++) {
        const char *key = node_text(from->map.at[i].key);
        int rc = count_nodes(r, e, 1);

        if (rc != 0) {
            return rc;
        }
        if (key != NULL && node_get(into, key) == NULL) {
            struct node *copy = arena_dup(r->arena, from->map.at[i].value, sizeof *copy);

            copy->alias = true;
            node_put(r->arena, into, key, copy);
        }
    }
    return 0;
}

static const char *key_text(struct reader *r, const struct node *key)
{
    struct str text = STR_INIT;
    const char *kept;

    if (key->kind == NODE_STR) {
        return key->str.text;
    }
    str_addf(&text, "%c", (char)('0' + key->kind));
    str_add(&text, r->text + key->span.start, key->span.end - key->span.start);
    kept = arena_strndup(r->arena, text.buf, text.len);
    str_release(&text);
    return kept;
}

static void append_pair(struct reader *r, struct node *map, const struct node *key, struct node *value)
{
    size_t n = map->map.len;

    if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
        struct node_pair *bigger = arena_alloc(r->arena, (n == 0 ? 4 : n * 2) * sizeof *bigger);

        if (n > 0) {
            memcpy(bigger, map->map.at, n * sizeof *bigger);
        }
        map->map.at = bigger;
    }
    map->map.at[map->map.len++] = (struct node_pair){key, value};
}


/* One `key: value`; *ended at the end of the map. */
static int read_pair(struct reader *r, struct node *n, struct map *seen, struct node **merged, bool *ended)
{
    struct node *key = NULL, *value = NULL;
    yaml_event_t e;
    bool is_merge = false;
    const char *text;
    int rc = next_event(r, &e);

    if (rc != 0) {
        return rc;
    }
    *ended = e.type == YAML_MAPPING_END_EVENT;
    if (*ended) {
        if (n->flow) {
            n->span.end = offset_of(r, &e.end_mark);
        }
        yaml_event_delete(&e);
        return 0;
    }
    rc = read_node(&key, r, &e);
    if (rc == 0 && (key->kind == NODE_LIST || key->kind == NODE_MAP)) {
        rc = fail_event(r, &e, "a key that is not a scalar");
    }
    if (rc == 0) {
        text = key_text(r, key);
        is_merge = key->quote == 0 && strcmp(text, "<<") == 0;
        if (!is_merge && !map_add(seen, text, key)) {
            rc = err_set(ERR_INVALID, "%s:%zu:%zu: the key '%s' stands twice in this mapping", r->name,
                         e.start_mark.line + 1, e.start_mark.column + 1, text);
        }
    }
    yaml_event_delete(&e);
    if (rc != 0 || (rc = next_event(r, &e)) != 0) {
        return rc;
    }
    rc = read_node(&value, r, &e);
    if (rc == 0 && is_merge) {
        *merged = value;
    } else if (rc == 0) {
        append_pair(r, n, key, value);
    }
    if (rc == 0 && !n->flow) {
        /* An empty value's span is an empty one somewhere behind the colon. */
        bool empty = value->alias || value->span.end <= key->span.end;

        n->span.end = value->alias ? offset_of(r, &e.end_mark) : empty ? key->span.end + 1 : value->span.end;
    }
    yaml_event_delete(&e);
    return rc;
}

static int read_map(struct node **out, struct reader *r, const yaml_event_t *start)
{
    struct node *n = node_map(r->arena), *merged = NULL;
    uint32_t before = r->nodes;
    struct map seen = MAP_INIT;
    bool text, ended = false;
    int rc = check_tag(r, start, start->data.mapping_start.tag, &text);

    n->flow = start->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    place(r, n, start);
    add_anchor(r, start->data.mapping_start.anchor, NULL, before);
    if (rc == 0) {
        rc = count_nodes(r, start, 1);
    }
    while (rc == 0 && !ended) {
        rc = read_pair(r, n, &seen, &merged, &ended);
    }
    if (rc == 0 && merged != NULL) {
        rc = merge(r, start, n, merged);
    }
    map_release(&seen);
    add_anchor(r, start->data.mapping_start.anchor, n, before);
    *out = n;
    return rc;
}

static int read_alias(struct node **out, struct reader *r, const yaml_event_t *e)
{
    const struct anchor *a = map_get(&r->anchors, (const char *)e->data.alias.anchor);
    int rc;

    if (a == NULL) {
        return fail_event(r, e, "an alias of an anchor that is not there");
    }
    if (a->node == NULL) {
        return fail_event(r, e, "an alias inside what it names");
    }
    rc = count_nodes(r, e, a->nodes > 0 ? a->nodes : 1);
    if (rc == 0) {
        *out = arena_dup(r->arena, a->node, sizeof **out);
        (*out)->alias = true;
    }
    return rc;
}

static int read_node(struct node **out, struct reader *r, yaml_event_t *e)
{
    int rc;

    if (r->depth >= DEPTH_MAX) {
        return fail_event(r, e, "nested more than 100 deep");
    }
    r->depth++;
    switch ((int)e->type) {
    case YAML_SCALAR_EVENT:
        rc = read_scalar(out, r, e);
        break;
    case YAML_SEQUENCE_START_EVENT:
        rc = read_list(out, r, e);
        break;
    case YAML_MAPPING_START_EVENT:
        rc = read_map(out, r, e);
        break;
    case YAML_ALIAS_EVENT:
        rc = read_alias(out, r, e);
        break;
    default:
        rc = fail_event(r, e, "cannot be parsed");
    }
    r->depth--;
    return rc;
}

static int read_document(struct node **out, struct reader *r)
{
    bool done = false, found = false;
    int rc = 0;

    *out = node_null(r->arena);
    while (rc == 0 && !done) {
        yaml_event_t e;

        rc = next_event(r, &e);
        if (rc != 0) {
            break;
        }
        switch ((int)e.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_STREAM_END_EVENT:
            done = true;
            break;
        case YAML_DOCUMENT_START_EVENT:
            if (found) {
                rc = fail_event(r, &e, "a second document in the file");
            }
            found = true;
            break;
        default:
            rc = read_node(out, r, &e);
        }
        yaml_event_delete(&e);
    }
    return rc;
}

int yaml_read(struct node **out, struct arena *arena, const char *text, size_t len, const char *name)
{
    struct reader r = {.arena = arena, .text = text, .name = name, .len = len};
    int rc;

    if (len > DOC_MAX_BYTES) {
        return err_set(ERR_INVALID, "%s: %zu bytes; the limit is %u", name, len, DOC_MAX_BYTES);
    }
    if (!utf8_valid(text, len)) {
        return err_set(ERR_INVALID, "%s: not valid UTF-8", name);
    }
    if (memchr(text, '\0', len) != NULL) {
        return err_set(ERR_INVALID, "%s: holds a NUL byte", name);
    }
    if (!yaml_parser_initialize(&r.parser)) {
        return err_set(ERR_FAILED, "%s: cannot start the YAML parser", name);
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    find_lines(&r);
    rc = read_document(out, &r);
    yaml_parser_delete(&r.parser);
    vec_release(&r.lines);
    map_release(&r.anchors);
    return rc;
}
