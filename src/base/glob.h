/*
 * Git's wildmatch and the pattern lines of .gitignore / .dvcignore.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

enum glob_flags {
    GLOB_PATHNAME = 1, /* '*', '?' and [] do not match '/', "**" does as Git defines it */
};

/* Takes at most about folders of the text × its length × that of the pattern, whatever the
 * pattern. */
bool glob_match(const char *pattern, const char *text, unsigned flags);
bool glob_has_magic(const char *text); /* any of * ? [ */

/* One line of an ignore file. */
struct glob_rule {
    const char *pattern; /* without '!', leading and trailing '/' */
    bool negated;        /* '!' */
    bool dir_only;       /* trailing '/' */
    bool anchored;       /* holds a '/' other than the trailing one */
};

/* Parses a line (no newline); `text` is changed in place and lent. False: empty or comment. */
bool glob_rule_parse(struct glob_rule *rule, char *text);

/* Whether the rule matches the path, relative to the folder of the rule's file. */
bool glob_rule_match(const struct glob_rule *rule, const char *path, bool is_dir);

#endif
