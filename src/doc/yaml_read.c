/*
 * libyaml's events become nodes. What it does not tell of lists and maps is found here: where a block list or
 * map ends (its mark is the next token).
 */
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/keys.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/source.h"
#include "doc/yaml_bytes.h"
#include "doc/yaml_events.h"
#include "doc/yaml_marks.h"
#include "doc/yaml_merge.h"
#include "doc/yaml_tag.h"

/* ---- lists and maps */

static int read_node(struct node **out, struct yaml_reader *r, yaml_event_t *event, unsigned depth,
                     unsigned *height);

struct items VEC_OF(struct node *);

static void items_release(struct items *items) {
    vec_release(items);
}

static void max_height(unsigned *height, unsigned child) {
    if (*height < child + 1) {
        *height = child + 1;
    }
}

static int read_items(struct items *items, struct yaml_reader *r, struct span *span, bool flow,
                      unsigned depth, unsigned *height) {
    for (;;) {
        CLEANUP(yaml_event_release) yaml_event_t event = {0};
        int rc = yaml_next_event(r, &event);
        if (rc) {
            return rc;
        }
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            if (flow) {
                span->end = (uint32_t)yaml_offset(r, event.end_mark);
            }
            return 0;
        }
        struct node *item;
        unsigned child = 0;
        rc = read_node(&item, r, &event, depth + 1, &child);
        if (rc) {
            return rc;
        }
        vec_push(items, item);
        span->end = item->span.end;
        max_height(height, child);
    }
}

static int read_list(struct node **out, struct yaml_reader *r, const yaml_event_t *event,
                     unsigned depth, unsigned *height) {
    const yaml_char_t *tag = event->data.sequence_start.tag;
    const yaml_char_t *anchor_name = event->data.sequence_start.anchor;
    size_t before = r->nodes;
    if (!yaml_tag_fits((const char *)tag, "seq")) {
        return yaml_fail(r, event->start_mark, "a tag that is not supported here");
    }
    int rc = yaml_count_nodes(r, event->start_mark, 1);
    if (rc) {
        return rc;
    }
    struct node at = {.flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE};
    yaml_place(r, &at, event, tag || anchor_name);
    struct yaml_anchor *anchor = yaml_anchor_add(r, anchor_name);

    CLEANUP(items_release) struct items items = {0};
    rc = read_items(&items, r, &at.span, at.flow, depth, height);
    if (rc) {
        return rc;
    }
    struct node *n = node_list_of(r->arena, items.at, items.len);
    n->flow = at.flow;
    n->line = at.line;
    n->column = at.column;
    n->span = at.span;
    yaml_anchor_fill(anchor, n, r->nodes - before, *height);
    *out = n;
    return 0;
}

static bool is_merge_key(const yaml_event_t *event) {
    return event->type == YAML_SCALAR_EVENT && !event->data.scalar.tag &&
           event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           str_eq((const char *)event->data.scalar.value, "<<");
}

/* One key; NULL at the end of the map. */
static int read_key(struct node **out, bool *merge, struct yaml_reader *r, struct span *span,
                    bool flow, unsigned depth) {
    CLEANUP(yaml_event_release) yaml_event_t event = {0};
    unsigned height = 0;
    *out = NULL;
    *merge = false;
    int rc = yaml_next_event(r, &event);
    if (rc) {
        return rc;
    }
    if (event.type == YAML_MAPPING_END_EVENT) {
        if (flow) {
            span->end = (uint32_t)yaml_offset(r, event.end_mark);
        }
        return 0;
    }
    if (event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT) {
        return yaml_fail(r, event.start_mark, "a list or mapping as a key");
    }
    *merge = is_merge_key(&event);
    rc = read_node(out, r, &event, depth + 1, &height);
    if (rc == 0 && ((*out)->kind == NODE_LIST || (*out)->kind == NODE_MAP)) {
        return yaml_fail(r, event.start_mark, "a list or mapping as a key");
    }
    return rc;
}

/* libyaml puts a null where the next thing begins: it belongs behind its colon, or its key without one. */
static size_t null_place(const struct yaml_reader *r, const struct node *key) {
    size_t at = key->span.end;
    while (at < r->source.len && strchr(" \t\r\n", r->parsed[at])) {
        at++;
    }
    return at < r->source.len && r->parsed[at] == ':' ? at + 1 : key->span.end;
}

static int read_value(struct node **out, struct yaml_reader *r, const struct node *key,
                      unsigned depth, unsigned *height) {
    CLEANUP(yaml_event_release) yaml_event_t event = {0};
    unsigned child = 0;
    int rc = yaml_next_event(r, &event);
    if (rc) {
        return rc;
    }
    rc = read_node(out, r, &event, depth + 1, &child);
    if (rc) {
        return rc;
    }
    struct span *span = &(*out)->span;
    if (span->start == span->end && span->start > key->span.end) {
        span->start = span->end = (uint32_t)null_place(r, key);
    }
    max_height(height, child);
    return 0;
}

static int read_pairs(struct merge *pairs, struct yaml_reader *r, struct span *span, bool flow,
                      unsigned depth, unsigned *height) {
    for (;;) {
        struct node *key, *value;
        bool merge;
        int rc = read_key(&key, &merge, r, span, flow, depth);
        if (rc || !key) {
            return rc;
        }
        /* "[?x]" is text in YAML 1.2, and a key for libyaml. */
        if (flow && key->span.start > 0 && r->parsed[key->span.start - 1] == '?') {
            return source_error(&r->source, key->span.start,
                                "a question mark that only some parsers take for text; quote it");
        }
        size_t before = r->nodes;
        rc = read_value(&value, r, key, depth, height);
        if (rc) {
            return rc;
        }
        span->end = value->span.end > key->span.end ? value->span.end : key->span.end;
        if (merge) {
            const char *problem = merge_add(pairs, r->arena, value);
            if (problem) {
                return source_error(&r->source, value->span.start, "%s", problem);
            }
            /* Its entries count where they were read and where they are merged. */
            rc = yaml_count_nodes(r, r->parser.mark, r->nodes - before);
        } else {
            vec_push(&pairs->own, ((struct node_pair){key, value}));
        }
        if (rc) {
            return rc;
        }
    }
}

static int check_duplicates(struct yaml_reader *r, const struct node *map) {
    size_t twice = keys_duplicate(map);
    if (twice == map->map.len) {
        return 0;
    }
    enum { SHOWN_MAX = 80 };
    const struct node *key = map->map.at[twice].key;
    size_t len = key->span.end - key->span.start;
    return source_error(&r->source, key->span.start, "the key '%.*s' is there twice",
                        len < SHOWN_MAX ? (int)len : SHOWN_MAX, r->source.text + key->span.start);
}

static int read_map(struct node **out, struct yaml_reader *r, const yaml_event_t *event,
                    unsigned depth, unsigned *height) {
    const yaml_char_t *tag = event->data.mapping_start.tag;
    const yaml_char_t *anchor_name = event->data.mapping_start.anchor;
    size_t before = r->nodes;
    if (!yaml_tag_fits((const char *)tag, "map")) {
        return yaml_fail(r, event->start_mark, "a tag that is not supported here");
    }
    int rc = yaml_count_nodes(r, event->start_mark, 1);
    if (rc) {
        return rc;
    }
    struct node at = {.flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE};
    yaml_place(r, &at, event, tag || anchor_name);
    struct yaml_anchor *anchor = yaml_anchor_add(r, anchor_name);

    CLEANUP(merge_release) struct merge pairs = {0};
    rc = read_pairs(&pairs, r, &at.span, at.flow, depth, height);
    if (rc) {
        return rc;
    }
    struct node own = {.kind = NODE_MAP, .map = {pairs.own.at, pairs.own.len}};
    rc = check_duplicates(r, &own);
    if (rc) {
        return rc;
    }
    struct node *n = merge_finish(&pairs, r->arena);
    n->flow = at.flow;
    n->line = at.line;
    n->column = at.column;
    n->span = at.span;
    yaml_anchor_fill(anchor, n, r->nodes - before, *height);
    *out = n;
    return 0;
}

static int read_node(struct node **out, struct yaml_reader *r, yaml_event_t *event, unsigned depth,
                     unsigned *height) {
    if (depth > DOC_MAX_DEPTH) {
        return source_too_deep(&r->source, yaml_offset(r, event->start_mark));
    }
    switch ((unsigned)event->type) {
    case YAML_SCALAR_EVENT:
        return yaml_read_scalar(out, r, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(out, r, event, depth, height);
    case YAML_MAPPING_START_EVENT:
        return read_map(out, r, event, depth, height);
    case YAML_ALIAS_EVENT:
        return yaml_read_alias(out, r, event, depth, height);
    default:
        return yaml_fail(r, event->start_mark, "not valid YAML");
    }
}

/* ---- the document */

static int check_document(struct yaml_reader *r, const yaml_event_t *event, unsigned count) {
    const yaml_version_directive_t *version = event->data.document_start.version_directive;
    if (count > 0) {
        return yaml_fail(r, event->start_mark, "a second document in the file");
    }
    if (version && version->major == 1 && version->minor == 1) {
        return yaml_fail(r, event->start_mark, "YAML 1.1; only 1.2 is read");
    }
    return 0;
}

static int read_document(struct node **out, struct yaml_reader *r) {
    unsigned documents = 0;
    *out = node_null(r->arena);
    for (;;) {
        CLEANUP(yaml_event_release) yaml_event_t event = {0};
        unsigned height = 0;
        int rc = yaml_next_event(r, &event);
        if (rc) {
            return rc;
        }
        switch ((unsigned)event.type) {
        case YAML_STREAM_END_EVENT:
            return 0;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_DOCUMENT_START_EVENT:
            rc = check_document(r, &event, documents++);
            break;
        default:
            rc = read_node(out, r, &event, 1, &height);
            break;
        }
        if (rc) {
            return rc;
        }
    }
}

/* `parsed` is as long as the text of the source. */
static int read_text(struct node **out, struct yaml_reader *r, const char *parsed) {
    size_t len = r->source.len;
    r->parsed = parsed;
    r->nodes = 0;
    r->skipped = len >= 3 && memcmp(parsed, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (!yaml_parser_initialize(&r->parser)) {
        return err_set(ERR_FAILED, "%s: the YAML parser does not start", r->source.name);
    }
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)parsed + r->skipped,
                                 len - r->skipped);
    r->marks = marks_of(parsed + r->skipped, len - r->skipped);
    int rc = read_document(out, r);
    marks_release(&r->marks);
    map_release(&r->anchors);
    yaml_parser_delete(&r->parser);
    return rc;
}

int yaml_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) {
    struct yaml_reader r = {.arena = arena, .source = source_of(name, text, len)};
    int rc = source_check(&r.source);
    if (rc) {
        return rc;
    }
    rc = read_text(out, &r, text);
    if (rc == 0 || !r.stray_bytes) {
        return source_conflict(&r.source, rc);
    }
    CLEANUP(str_release) struct str hidden = STR_INIT;
    if (!yaml_bytes_hide(&hidden, text, len)) {
        return source_conflict(&r.source, rc);
    }
    err_clear();
    return read_text(out, &r, hidden.buf);
}
