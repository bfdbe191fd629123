/*
 * Which options there are, and what values they take: DVC's schema, its obsolete sections included, and our own section.
 * What DVC refuses is refused here too, for a file that we accept must not stop DVC.
 */
#ifndef MODEL_CONFIGRULE_H
#define MODEL_CONFIGRULE_H

#include <stdbool.h>

#include "base/attr.h"

struct strv;

enum configrule_type {
    CONFIG_TEXT,
    CONFIG_WORDS, /* a list will do too */
    CONFIG_BOOL,  /* true or false, in any case */
    CONFIG_INTEGER,
    CONFIG_COUNT,      /* integer, at least 1 */
    CONFIG_PERCENT,    /* integer, 0 to 100 */
    CONFIG_NUMBER,     /* float */
    CONFIG_SECONDS,    /* float, not negative */
    CONFIG_LINK_TYPES, /* reflink, hardlink, symlink, copy: a list, or joined by commas */
    CONFIG_CHOICE,     /* one of `choices`, in any case */
    CONFIG_DURATION,   /* as base/num reads it: "7d" */
    CONFIG_NEVER,      /* an option whose type DVC declares so that no value in a file fits */
};

/* Some options of a section, or of kinds of remotes, that take the same values. */
struct configrule {
    const char *where;
    enum configrule_type type;
    const char *options; /* words with blanks between, as in `where` and `choices` */
    const char *choices;
};

/* Whether there is such a section; `named`: one per remote, db or machine. */
bool configrule_section(const char *section, bool *named);

/* Whether the section is ours: in files of its own, for DVC refuses what it does not know. */
bool configrule_is_ours(const char *section);

/* The kind of remote that a url means: "folder", "s3", "ssh" …, or NULL for a scheme that nobody knows. */
const char *configrule_url_kind(const char *url);

/* NULL if there is no such option. `kind` is that of the remote, or NULL: any kind's; ignored in other sections. */
const struct configrule *configrule_find(const char *section, const char *kind, const char *option);

/* Why the value is refused: "expected true or false"; NULL if it fits. `items` of a list, else NULL. */
const char *configrule_refuses(const struct configrule *rule, const char *value,
                               const struct strv *items);

/* Whether the value is a path, stored relative to its file. */
bool configrule_is_path(const char *section, const char *option);

/* Whether the value must not be committed: passwords, keys, tokens. */
bool configrule_is_secret(const char *section, const char *option);

#endif
