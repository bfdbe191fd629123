/*
 * The text being edited: its lines, which comments belong to what, and the pieces to be replaced.
 */
#ifndef DOC_EDIT_TEXT_H
#define DOC_EDIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct arena;
struct str;

struct splice {
    size_t start, end; /* of the bytes that go */
    const char *text;  /* what comes instead */
    size_t order;      /* of splices at one place */
};

struct edit_text {
    const char *text;
    size_t len;
    struct arena *arena;
    VEC(struct splice) splices;
};

void edit_text_release(struct edit_text *t);

/* Replaces [start, end); line ends of `text` become those of the file. Places must not overlap. */
void edit_splice(struct edit_text *t, size_t start, size_t end, const char *text);
/* False if two splices overlap. */
bool edit_apply(struct str *out, struct edit_text *t);

size_t line_start(const struct edit_text *t, size_t at);
size_t line_end(const struct edit_text *t, size_t at); /* before its line break */
size_t line_after(const struct edit_text *t,
                  size_t at); /* behind its line break, or the end of the text */
/* Whether only blanks stand between the line's start and `at`. */
bool line_begins_at(const struct edit_text *t, size_t at);
bool line_is_blank(const struct edit_text *t, size_t at);
/* The next character that is no blank. */
size_t line_skip_blanks(const struct edit_text *t, size_t at);
/* Whether nothing but blanks is left of the line. */
bool line_is_over(const struct edit_text *t, size_t at);

/* The line behind an entry at column `column` whose value ends at `at`, and behind the comments that are
 * indented deeper, for they are part of it. */
size_t entry_after(const struct edit_text *t, size_t at, size_t column);
/* The same, up to where another entry of its kind can be added: behind comments as deep as the entry, too,
 * and behind blank lines at the end of the text. */
size_t entry_append(const struct edit_text *t, size_t at, size_t column);
/* What goes with an entry that is deleted, which begins at `start`: its lines, and blank lines that would
 * otherwise stay on both sides. */
void entry_lines(const struct edit_text *t, size_t *start, size_t *end, size_t column);

#endif
