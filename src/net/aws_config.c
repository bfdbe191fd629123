#include "net/aws_config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/file.h"

#define FILE_MAX ((size_t)1 << 20)

static const char *trimmed(struct arena *arena, const char *text, size_t len) {
    while (len > 0 && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        len--;
    }
    return arena_strndup(arena, text, len);
}

static const char *section_name(struct arena *arena, const char *line, size_t len) {
    const char *end = memchr(line, ']', len);
    const char *name = trimmed(arena, line, end ? (size_t)(end - line) : len);

    return str_starts(name, "profile ") ? trimmed(arena, name + 8, strlen(name + 8)) : name;
}

struct parser {
    struct aws_config *config;
    struct arena *arena;
    const char *section;
    const char *parent; /* the setting without a value that indented lines belong to */
};

static void parse_line(struct parser *p, const char *line, size_t len) {
    const char *equals = memchr(line, '=', len);
    bool indented = len > 0 && isspace((unsigned char)line[0]);

    if (len == 0 || line[0] == '#' || line[0] == ';') {
        return;
    }
    if (line[0] == '[') {
        p->section = section_name(p->arena, line + 1, len - 1);
        p->parent = NULL;
        return;
    }
    if (!equals || !p->section) {
        return;
    }
    const char *key = trimmed(p->arena, line, (size_t)(equals - line));
    const char *value = trimmed(p->arena, equals + 1, len - (size_t)(equals + 1 - line));
    if (indented && p->parent) {
        key = arena_printf(p->arena, "%s.%s", p->parent, key);
    } else {
        p->parent = *value == '\0' ? key : NULL;
    }
    vec_push(&p->config->at, ((struct aws_setting){p->section, key, value}));
}

void aws_config_parse(struct aws_config *c, struct arena *arena, const char *text, size_t len) {
    struct parser p = {.config = c, .arena = arena};

    for (size_t i = 0; i < len;) {
        const char *end = memchr(text + i, '\n', len - i);
        size_t line = end ? (size_t)(end - text) - i : len - i;
        size_t keep = line > 0 && text[i + line - 1] == '\r' ? line - 1 : line;
        parse_line(&p, text + i, keep);
        i += line + 1;
    }
}

int aws_config_read(struct aws_config *c, struct arena *arena, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, AT_FDCWD, path, FILE_MAX);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (!rc) {
        aws_config_parse(c, arena, text.buf, text.len);
    }
    return rc;
}

const char *aws_config_get(const struct aws_config *c, const char *section, const char *key) {
    for (size_t i = c->at.len; section && i-- > 0;) {
        const struct aws_setting *s = &c->at.at[i];
        if (strcmp(s->section, section) == 0 && strcmp(s->key, key) == 0 && *s->value) {
            return s->value;
        }
    }
    return NULL;
}

void aws_config_release(struct aws_config *c) {
    vec_release(&c->at);
}
