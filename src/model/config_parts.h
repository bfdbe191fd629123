/*
 * The inside of struct config, for the files config*.c alone.
 */
#ifndef MODEL_CONFIG_PARTS_H
#define MODEL_CONFIG_PARTS_H

#include "base/attr.h"
#include "model/config.h"
#include "model/configobj.h"

struct arena;

enum config_owner { CONFIG_OF_DVC, CONFIG_OF_CAIRN, CONFIG_OWNERS };

struct config_source {
    const char *path; /* NULL: this level has none */
    enum config_level level;
    enum config_owner owner;
    struct configobj text;
};

struct config {
    struct arena *arena;
    const char *dvc_dir; /* NULL outside of a repository */
    struct config_source source[CONFIG_LEVELS][CONFIG_OWNERS];
};

struct config_name {
    const char *section, *name, *option; /* name NULL in plain sections */
};

/* Takes "remote.a.b.url" apart; false if it is no name. */
bool config_name_split(struct config_name *out, struct arena *arena, const char *text);
enum config_owner config_name_owner(const struct config_name *n);

/* The winners of the levels up to `top`. */
void config_merge(struct config_entries *out, const struct config *c, enum config_level top);

/* Something wrong in a file. */
struct config_fault {
    const char *file;
    int line;
    const char *what;
};
struct config_faults VEC_OF(struct config_fault);

/* All that is wrong in what the levels up to `top` say; texts live in the arena. */
void config_faults(struct config_faults *out, const struct config *c, enum config_level top,
                   struct arena *arena);
int config_fault_error(const struct config_fault *f) MUST_CHECK; /* ERR_CONFIG "file:line: what" */

#endif
