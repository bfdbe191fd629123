/*
 * Configuration: four levels, later ones shadow earlier ones key by key, in the dialect of Python's ConfigObj
 * that DVC writes. DVC refuses keys that it does not know, so our own options live in files of their own beside
 * DVC's (<dir>/cairn, <dir>/cairn.local), same dialect; a name says by itself to which file it belongs. Editing
 * touches only the lines that change: comments and order stay.
 *
 * Names are "section.option", "remote.<name>.option", "db.<name>.option"; section and option in lower case.
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct config;

enum config_level { CONFIG_SYSTEM, CONFIG_GLOBAL, CONFIG_REPO, CONFIG_LOCAL, CONFIG_LEVELS };
#define CONFIG_MERGED CONFIG_LEVELS /* for reading: all levels */

/* One option as set in one file. */
struct config_entry {
    const char *section; /* "core", "remote" */
    const char *name;    /* "origin" of a remote or db, else NULL */
    const char *option;
    const char *value;        /* a list is kept as its text: "reflink,copy" */
    const struct strv *items; /* of a list, else NULL */
    const char *file;         /* absolute path of the file */
    int line;
    enum config_level level;
};

/* Reads all levels; dvc_dir is "<root>/.dvc", or NULL outside a repository. Errors are ERR_CONFIG with
 * file:line. The merged result is validated as DVC does (types, known keys of all remote kinds, a remote without
 * url, DVC's obsolete sections) unless `lenient` (for the config and remote commands, which must be able to
 * repair). The arena must outlive the config; end with config_close. */
int config_load(struct config **out, struct arena *arena, const char *dvc_dir,
                bool lenient) MUST_CHECK;
/* The same, lenient, for a repository that is no folder here: `text` stands for its file, which would be
 * "<dvc_dir>/config". It has no local level, and no file of ours is read. */
int config_load_text(struct config **out, struct arena *arena, const char *dvc_dir,
                     const char *text, size_t len) MUST_CHECK;
void config_close(struct config *c); /* NULL is fine */
int config_validate(const struct config *c) MUST_CHECK;

/* Whether files of this level can be there: the repository's cannot outside of one. */
bool config_has_level(const struct config *c, enum config_level level);

/* The value at a level, or CONFIG_MERGED; NULL if unset. */
const char *config_get(const struct config *c, enum config_level level, const char *name);
/* The same with all there is to know; false if unset. */
bool config_find(struct config_entry *out, const struct config *c, enum config_level level,
                 const char *name);
bool config_bool(const struct config *c, const char *name, bool fallback);
int64_t config_int(const struct config *c, const char *name, int64_t fallback);
double config_float(const struct config *c, const char *name, double fallback);
/* As config_get on the merge, with a relative path resolved against the folder of its file ("~" expanded). */
const char *config_path(const struct config *c, struct arena *arena, const char *name);
/* The value as DVC prints it: a path in full, a list as Python shows it. */
const char *config_shown(struct arena *arena, const struct config_entry *e);

/* All options of a level (or the winners of the merge) in the order DVC lists them. */
struct config_entries VEC_OF(struct config_entry);
void config_each(const struct config *c, enum config_level level, struct config_entries *out);
/* Names of the remotes, in order of first appearance. */
void config_remotes(const struct config *c, enum config_level level, struct strv *names);
bool config_has_remote(const struct config *c, enum config_level level, const char *name);

/* Whether the name is known: ERR_CONFIG if not, ERR_USAGE if it is not of the right form. */
int config_check_name(const char *name) MUST_CHECK;
/* Whether the option is a secret that must not be committed (password, access keys, tokens …). */
bool config_is_secret(const char *name);
/* Whether a url has a password in it: scheme://user:password@host. */
bool config_url_has_secret(const char *url);

/* Sets it for this process alone, above what all files say. ERR_CONFIG if the value cannot be written in the dialect. */
int config_override(struct config *c, const char *name, const char *value) MUST_CHECK;

/* The file of a level ("<root>/.dvc/config"), in the arena; for our own names the cairn file. NULL if there is none. */
const char *config_file(const struct config *c, enum config_level level, const char *name);

/* Changes one file. What the levels up to this one, and all of them, then say is validated before anything is written;
 * only an error that was there before does not stop it. value NULL unsets (ERR_CONFIG if it was not set at that level). A
 * path option relative to the working directory is stored relative to the file. */
int config_set(struct config *c, enum config_level level, const char *name,
               const char *value) MUST_CHECK;
/* The same for a whole remote (or db), at this level and at those that shadow it, so that nothing is left behind that
 * belongs to no remote. */
int config_remove_section(struct config *c, enum config_level level, const char *section,
                          const char *name) MUST_CHECK;
int config_rename_section(struct config *c, enum config_level level, const char *section,
                          const char *name, const char *to) MUST_CHECK;
/* As a path given on the command line has to be stored at this level: relative to the file's folder; urls, "~" and
 * absolute paths as they are. */
const char *config_store_path(const struct config *c, struct arena *arena, enum config_level level,
                              const char *cwd, const char *value);

#endif
