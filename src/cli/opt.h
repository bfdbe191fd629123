/*
 * Parsing of a command line by option tables, as Python's argparse does it: options and words in
 * any order, unambiguous beginnings of long names, --name=value, clusters of letters, -jN, "--",
 * negative numbers as words. Errors are ERR_USAGE.
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct opt;
struct str;

/* A table and the struct that its options are stored in. */
struct opt_set {
    const struct opt *opts; /* ends with OPT_END; NULL for none */
    void *into;
};

enum opt_words {
    OPT_WORDS_ANYWHERE, /* words and options mix */
    OPT_WORDS_STOP,     /* ends at the first word */
    OPT_WORDS_REST,     /* everything after the first word is a word */
};

struct opt_result {
    size_t used;         /* arguments consumed: argc unless OPT_WORDS_STOP */
    struct strv words;   /* borrowed from argv */
    struct strv unknown; /* what looks like options that no set has */
};

/* Unknown options are no error here (a --help elsewhere on the line wins): see
 * opt_unknown_error. */
int opt_parse(struct opt_result *out, const struct opt_set *sets, size_t nsets, enum opt_words mode,
              const char *const *argv, size_t argc) MUST_CHECK;
void opt_result_release(struct opt_result *r);
/* The error about out->unknown, with the option that was meant as a hint. */
int opt_unknown_error(const struct opt_result *r, const struct opt_set *sets,
                      size_t nsets) MUST_CHECK;
/* Frees the lists in the struct of the set. */
void opt_set_release(const struct opt_set *set);

/* "-f, --force", "--names-only": as in help and errors, `between` the two. */
void opt_spell(struct str *out, const struct opt *o, const char *between);
void *opt_member(void *into, size_t at); /* of the struct, by its offset */
bool opt_takes_value(const struct opt *o);
bool opt_is_end(const struct opt *o);

#endif
