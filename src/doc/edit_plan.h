/*
 * How one tree becomes another by small changes of the text: maps entry by entry, lists behind their common
 * front and before their common back, everything else replaced. Nothing here is trusted: the editor reads
 * the result again, and tries with coarser changes if it is not what was wanted.
 */
#ifndef DOC_EDIT_PLAN_H
#define DOC_EDIT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "doc/edit_text.h"

struct block;
struct node;

struct editor {
    struct edit_text text;
    const char *name;
    unsigned max_depth;         /* below this, what differs is replaced as a whole */
    size_t map_step, dash_step; /* how the file indents */
};

/* Where a value stands. */
struct slot {
    enum { SLOT_ROOT, SLOT_VALUE, SLOT_ITEM } kind;
    bool flow;     /* within brackets */
    char quote;    /* the siblings' quotes, if they are in brackets: new strings get them, too */
    size_t column; /* of the key or dash, from 0 */
    size_t after;  /* the byte behind the colon or dash */
    unsigned depth;
};

/* All of these add splices. EDIT_COARSER: this place is too intricate. */
enum { EDIT_COARSER = 1 };

int edit_value(struct editor *ed, const struct node *old, const struct node *want,
               struct slot slot) MUST_CHECK;
int edit_replace(struct editor *ed, const struct node *old, const struct node *want,
                 struct slot slot) MUST_CHECK;
int edit_map(struct editor *ed, const struct node *old, const struct node *want,
             struct slot slot) MUST_CHECK;
int edit_list(struct editor *ed, const struct node *old, const struct node *want,
              struct slot slot) MUST_CHECK;

/* One thing between brackets. */
struct piece {
    size_t start, end;
    bool gone;
};

/* Takes out what is gone (not all), and adds texts behind the first `at` pieces, of which the last stays;
 * they are separated as the pieces are. */
void edit_flow(struct editor *ed, const struct piece *pieces, size_t len, size_t at,
               const char *const *added, size_t count);

/* An emitter of lines with the habits of the file. */
struct block edit_block(const struct editor *ed, struct str *out);

/* ERR_UNSUPPORTED: the value belongs to an anchor elsewhere. */
int edit_refuse(const struct editor *ed, const struct node *n);

#endif
