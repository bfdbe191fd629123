#include "doc/yaml_style.h"

#include <string.h>

static bool is_ascii_of(uint32_t cp, const char *set) {
    return cp > 0 && cp < 0x80 && strchr(set, (int)cp);
}

static bool is_break(uint32_t cp) {
    return cp == '\n' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static bool is_blank_or_break(uint32_t cp) {
    return cp == 0 || cp == ' ' || cp == '\t' || cp == '\r' || is_break(cp);
}

/* Only double quotes can hold it. ruamel takes NEL, LS and PS for line breaks that single quotes can hold,
 * though no two parsers agree on what they mean there; we escape them. */
static bool is_special(uint32_t cp) {
    if (cp == '\n' || (cp >= 0x20 && cp <= 0x7e)) {
        return false;
    }
    bool printable =
        (cp >= 0xa0 && cp <= 0xd7ff) || (cp >= 0xe000 && cp <= 0xfffd) || cp >= 0x10000;
    return !printable || cp == 0xfeff || is_break(cp);
}

/* Most characters: they count only where they are the first. */
static bool is_ordinary(uint32_t cp) {
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= '.' && cp <= '9');
}

struct findings {
    bool block_indicator, flow_indicator; /* characters with a meaning of their own there */
    bool special, line_break;
    bool break_blank, blank_break; /* a blank after a line break, and the other way round */
};

static void find_first(struct findings *f, uint32_t cp, bool blank_follows) {
    if (is_ascii_of(cp, "#,[]{}&*!|>'\"%@`")) {
        f->flow_indicator = f->block_indicator = true;
    }
    if (cp == '?' || cp == ':') {
        f->flow_indicator =
            true; /* for libyaml; ruamel would quote these only where they are alone */
        f->block_indicator = f->block_indicator || blank_follows;
    }
    if (cp == '-' && blank_follows) {
        f->flow_indicator = f->block_indicator = true;
    }
}

static void find_inner(struct findings *f, uint32_t cp, bool blank_before, bool blank_follows) {
    if (is_ascii_of(cp, ",[]{}")) {
        f->flow_indicator = true;
    }
    if ((cp == ':' && blank_follows) || (cp == '#' && blank_before)) {
        f->flow_indicator = f->block_indicator = true;
    }
}

static bool starts_as_marker(const uint32_t *text, size_t len) {
    return len >= 3 && text[0] == text[1] && text[1] == text[2] &&
           (text[0] == '-' || text[0] == '.');
}

static struct findings find(const uint32_t *text, size_t len) {
    struct findings f = {.block_indicator = starts_as_marker(text, len),
                         .flow_indicator = starts_as_marker(text, len)};
    for (size_t i = 0; i < len; i++) {
        uint32_t cp = text[i];
        if (i > 0 && is_ordinary(cp)) {
            continue;
        }
        bool blank_follows = i + 1 >= len || is_blank_or_break(text[i + 1]);
        if (i == 0) {
            find_first(&f, cp, blank_follows);
        } else {
            find_inner(&f, cp, is_blank_or_break(text[i - 1]), blank_follows);
        }
        f.special = f.special || is_special(cp);
        f.line_break = f.line_break || is_break(cp);
        if (i > 0) {
            f.break_blank = f.break_blank || (cp == ' ' && is_break(text[i - 1]));
            f.blank_break = f.blank_break || (is_break(cp) && text[i - 1] == ' ');
        }
    }
    return f;
}

struct style style_of(const uint32_t *text, size_t len) {
    if (len == 0) {
        return (struct style){.block_plain = true, .single = true};
    }
    struct findings f = find(text, len);
    bool ends_blank = text[0] == ' ' || text[len - 1] == ' ';
    bool plain = !ends_blank && !f.line_break && !f.special;
    return (struct style){
        .multiline = f.line_break,
        .flow_plain = plain && !f.flow_indicator,
        .block_plain = plain && !f.block_indicator,
        .single = !f.special && !f.break_blank && !f.blank_break,
        .literal = !f.special && !f.blank_break && text[len - 1] != ' ',
    };
}
