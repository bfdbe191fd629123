/*
 * The program in which a long text is read: $DVC_PAGER, else $PAGER, both a line for the shell, else
 * less. For less itself we choose the options, as DVC does: lines are not folded (-S), colours are
 * kept (-R), and, unless $LESS says what the user likes, a text that fits on the screen is only
 * printed (-FX).
 */
#ifndef SHOW_PAGER_H
#define SHOW_PAGER_H

#include <stdbool.h>

struct str;

/* Shows `text` on the terminal until the user has left the pager. False if there is none, after a
 * warning: then nothing was shown. */
bool pager_show(const struct str *text);

#endif
