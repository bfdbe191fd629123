/*
 * Defaults lists of Hydra, and what is chosen of the groups they name.
 */
#ifndef EXP_HYDRA_DEFAULTS_H
#define EXP_HYDRA_DEFAULTS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct override;

/* An entry: "name", "group: name", "optional group@package: name", "override group: name", "_self_". */
struct hydra_default {
    bool self, optional, override;
    const char *group;        /* NULL: a configuration by its name */
    const char *package;      /* behind the @, or NULL */
    const struct node *value; /* name, list of names, or null */
};
struct hydra_defaults VEC_OF(struct hydra_default);

int hydra_defaults_parse(struct hydra_defaults *out, struct arena *arena, const struct node *list,
                         const char *file) MUST_CHECK;
/* The configuration itself comes last, unless the list says where. */
void hydra_defaults_add_self(struct hydra_defaults *d);

/* Where an entry leads. */
struct hydra_place {
    const char *path;    /* of the file, below the folder, without .yaml */
    const char *group;   /* the folder it is in */
    const char *own;     /* package of the parent, to which its own is relative */
    const char *asked;   /* package that the entry gives, or NULL */
    const char *package; /* dotted; "" is the top */
    const char *key;     /* by which it is overridden: "group" or "group@package" */
    bool optional, primary;
};
struct hydra_place hydra_place_of(struct arena *arena, const struct hydra_place *parent,
                                  const struct hydra_default *d, const char *name);
/* Takes the package of the file's header ("# @package x", or NULL) in. */
void hydra_place_package(struct hydra_place *p, struct arena *arena, const char *header);

struct hydra_choice {
    const char *key;
    const struct node *value; /* NULL: removed */
    const char *text;         /* as typed; NULL: of a defaults list */
    bool only;                /* removed only if it is `value` */
    bool used;
};

struct hydra_choices {
    VEC(struct hydra_choice) at;
    VEC(struct hydra_choice) known; /* what was chosen, `text` being the name */
    struct hydra_defaults appended; /* +group=name */
};
void hydra_choices_release(struct hydra_choices *c);

/* A group on the command line. */
int hydra_choices_add(struct hydra_choices *c, struct arena *arena,
                      const struct override *o) MUST_CHECK;
/* An "override" of a list, unless something nearer to the user has chosen. */
void hydra_choices_note(struct hydra_choices *c, struct arena *arena,
                        const struct hydra_place *parent, const struct hydra_default *d);
void hydra_choices_append(struct hydra_defaults *out, const struct hydra_choices *c);
/* The names chosen of the entry with that key; false: none. */
bool hydra_choices_names(struct strv *out, struct hydra_choices *c, const struct hydra_default *d,
                         const char *key);
/* Notes what was chosen; ERR_FAILED if that was another name before. */
int hydra_choices_know(struct hydra_choices *c, const char *key, const char *name) MUST_CHECK;
/* ERR_FAILED for a choice that nothing asked for. */
int hydra_choices_check(const struct hydra_choices *c) MUST_CHECK;

#endif
