/*
 * The terminal and the environment.
 */
#ifndef OS_TERM_H
#define OS_TERM_H

#include <stdbool.h>

#include "base/attr.h"

struct str;

bool term_is_tty(int fd);
int term_width(int fd);      /* columns; 80 if unknown */
bool term_is_ours(void);     /* we are in front on the terminal of stdin, stdout or stderr */
bool term_has_color(int fd); /* a tty, TERM not dumb, NO_COLOR unset or empty */

/* Whether what is typed is shown; nothing without a terminal. */
void term_set_echo(int fd, bool on);
/* Asks on the terminal itself and reads a line that is not shown. ERR_FAILED without a terminal. */
int term_ask_secret(struct str *out, const char *prompt) MUST_CHECK;

/* getenv in one place; NULL if unset or empty. */
const char *env_get(const char *name);
bool env_flag(const char *name); /* set and not "", "0", "false", "no" */

#endif
