/*
 * Words for a POSIX shell.
 */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

struct str;

/* Appends the word as Python's shlex.quote: bare if all is harmless, else in single quotes. */
void shell_quote(struct str *out, const char *word);

#endif
