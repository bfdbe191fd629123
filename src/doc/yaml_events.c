/*
 * What libyaml does not tell is found here: byte offsets (its marks count code points), where a block
 * scalar's content ends (its mark is behind the blank lines that follow), where a value begins behind
 * its anchor and tag.
 */
#include "doc/yaml_events.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/yaml_bytes.h"
#include "doc/yaml_problem.h"
#include "doc/yaml_tag.h"

void yaml_event_release(yaml_event_t *event) {
    yaml_event_delete(event);
}

size_t yaml_offset(const struct yaml_reader *r, yaml_mark_t mark) {
    return r->skipped + marks_offset(&r->marks, mark.index);
}

int yaml_fail(struct yaml_reader *r, yaml_mark_t mark, const char *what) {
    return source_error(&r->source, yaml_offset(r, mark), "%s", what);
}

int yaml_next_event(struct yaml_reader *r, yaml_event_t *event) {
    if (yaml_parser_parse(&r->parser, event)) {
        return 0;
    }
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_READER_ERROR) {
        return source_error(&r->source, r->skipped + p->problem_offset, "%s",
                            yaml_problem(p->problem));
    }
    r->stray_bytes = p->problem && strstr(p->problem, "Unicode character escape");
    return yaml_fail(r, p->problem_mark, yaml_problem(p->problem));
}

int yaml_count_nodes(struct yaml_reader *r, yaml_mark_t mark, size_t more) {
    if (more > DOC_MAX_NODES - r->nodes) {
        return source_too_many(&r->source, yaml_offset(r, mark));
    }
    r->nodes += more;
    return 0;
}

/* ---- places */

/* The next of the bytes `stops`, or the end. The text need not end in a NUL. */
static size_t skip_to(const struct yaml_reader *r, size_t at, const char *stops) {
    while (at < r->source.len && !strchr(stops, r->parsed[at])) {
        at++;
    }
    return at;
}

/* Behind anchor and tag, blanks and comments: where the value itself begins. */
static size_t skip_properties(const struct yaml_reader *r, size_t at) {
    const char *text = r->parsed;
    size_t len = r->source.len;
    while (at < len) {
        if (text[at] == '&' || text[at] == '!') {
            at = skip_to(r, at, " \t\r\n");
        } else if (text[at] == '#') {
            at = skip_to(r, at, "\r\n");
        } else if (strchr(" \t\r\n", text[at])) {
            at++;
        } else {
            break;
        }
    }
    return at;
}

void yaml_place(struct yaml_reader *r, struct node *n, const yaml_event_t *event,
                bool has_properties) {
    size_t start = yaml_offset(r, event->start_mark);
    size_t end = yaml_offset(r, event->end_mark);
    if (has_properties) {
        size_t begin = skip_properties(r, start);
        source_mark(&r->source, n, begin < end ? begin : end, end);
        return;
    }
    n->line = (uint32_t)event->start_mark.line + 1;
    n->column = (uint32_t)event->start_mark.column + 1;
    n->span = (struct span){(uint32_t)start, (uint32_t)end};
}

/* The last line with content, or the line of the sign itself. */
static void trim_block_scalar(const struct yaml_reader *r, struct node *n) {
    const char *text = r->parsed;
    size_t header = skip_to(r, n->span.start, "\r\n");
    size_t end = n->span.end < r->source.len ? n->span.end : r->source.len;
    while (end > header && strchr(" \t\r\n", text[end - 1])) {
        end--;
    }
    n->span.end = (uint32_t)(end > header ? end : header);
}

/* ---- anchors */

struct yaml_anchor *yaml_anchor_add(struct yaml_reader *r, const yaml_char_t *name) {
    if (!name) {
        return NULL;
    }
    struct yaml_anchor *a = arena_alloc(r->arena, sizeof *a);
    map_put(&r->anchors, arena_strdup(r->arena, (const char *)name), a);
    return a;
}

void yaml_anchor_fill(struct yaml_anchor *a, struct node *n, size_t nodes, unsigned height) {
    if (a) {
        *a = (struct yaml_anchor){n, nodes, height};
    }
}

int yaml_read_alias(struct node **out, struct yaml_reader *r, const yaml_event_t *event,
                    unsigned depth, unsigned *height) {
    const struct yaml_anchor *a = map_get(&r->anchors, (const char *)event->data.alias.anchor);
    if (!a) {
        return yaml_fail(r, event->start_mark, "an alias without its anchor");
    }
    if (!a->node) {
        return yaml_fail(r, event->start_mark, "an alias within what it stands for");
    }
    if (depth + a->height > DOC_MAX_DEPTH) {
        return source_too_deep(&r->source, yaml_offset(r, event->start_mark));
    }
    int rc = yaml_count_nodes(r, event->start_mark, a->nodes);
    if (rc) {
        return rc;
    }
    struct node *n = arena_dup(r->arena, a->node, sizeof *n);
    n->alias = true;
    yaml_place(r, n, event, false);
    *height = a->height;
    *out = n;
    return 0;
}

/* ---- scalars */

static char quote_of(yaml_scalar_style_t style) {
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return '\'';
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return '"';
    case YAML_LITERAL_SCALAR_STYLE:
        return '|';
    case YAML_FOLDED_SCALAR_STYLE:
        return '>';
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    return 0;
}

int yaml_read_scalar(struct node **out, struct yaml_reader *r, const yaml_event_t *event) {
    struct node *n = arena_alloc(r->arena, sizeof *n);
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    int rc = yaml_count_nodes(r, event->start_mark, 1);
    if (rc) {
        return rc;
    }
    n->quote = quote_of(event->data.scalar.style);
    yaml_place(r, n, event, event->data.scalar.anchor || event->data.scalar.tag);
    if (n->quote == '|' || n->quote == '>') {
        trim_block_scalar(r, n);
    }

    CLEANUP(str_release) struct str shown = STR_INIT;
    size_t size = n->span.end - n->span.start;
    if (memcmp(r->parsed + n->span.start, r->source.text + n->span.start, size) != 0) {
        if (n->quote != '"') {
            return yaml_fail(r, event->start_mark, "an escaped byte outside of double quotes");
        }
        yaml_bytes_show(&shown, text, len);
        text = shown.buf;
        len = shown.len;
    }
    const char *problem =
        yaml_tag_value(n, r->arena, (const char *)event->data.scalar.tag, text, len);
    if (problem) {
        return yaml_fail(r, event->start_mark, problem);
    }
    yaml_anchor_fill(yaml_anchor_add(r, event->data.scalar.anchor), n, 1, 0);
    *out = n;
    return 0;
}
