/*
 * The dialect of Python's ConfigObj, in which DVC's configuration is written: a text and where in it everything stands.
 *
 *     # comment
 *     [core]
 *         remote = r1                  # to here
 *     ['remote "r1"']
 *         url = "with, comma"          "…", '…', or three of them where the value has both, or lines
 *         type = reflink, copy         a list
 *     [remote]
 *         [[r2]]                       the same as ['remote "r2"']
 */
#ifndef MODEL_CONFIGOBJ_H
#define MODEL_CONFIGOBJ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;

#define CONFIGOBJ_MAX_BYTES (4u << 20)

struct configobj_option {
    const char *name;  /* in lower case */
    const char *value; /* unquoted; the items of a list joined by "," */
    struct strv items; /* of a list; lives as long as the configobj */
    bool is_list;
    bool shadowed;     /* by a later one whose name differs in case only */
    int line;          /* 1-based */
    size_t start, end; /* whole lines in the text */
    size_t from, to;   /* the value as written */
};

struct configobj_section {
    const char
        *kind; /* "core", "remote"; "" for what stands above the first section; in lower case */
    const char *name; /* of a remote, db or machine, else NULL */
    bool nested;      /* below a section that has none */
    bool shadowed;    /* by a later one that means the same */
    int depth;        /* brackets */
    int line;
    size_t start;            /* of the header line in the text */
    size_t title, title_end; /* with its quotes */
    size_t head_end;         /* behind the header line */
    size_t end;              /* behind the last line of the last option, subsections included */
    VEC(struct configobj_option) options;
};

struct configobj {
    struct arena *arena;
    const char *text;
    size_t len;
    VEC(struct configobj_section) sections; /* in order; the one with kind "" first */
};

/* Parses; `file` names it in messages: ERR_CONFIG "file:line: …". Zero `out` first and release it, also after an error;
 * strings live in the arena, and so does the copy of the text. */
int configobj_parse(struct configobj *out, struct arena *arena, const char *text, size_t len,
                    const char *file) MUST_CHECK;
void configobj_release(struct configobj *c);

/* NULL if there is none. Of sections (or options) that differ only in case the last one counts, as for DVC. */
const struct configobj_section *configobj_section(const struct configobj *c, const char *kind,
                                                  const char *name);
const struct configobj_option *configobj_option(const struct configobj_section *s,
                                                const char *name);

#endif
