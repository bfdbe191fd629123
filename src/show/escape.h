/*
 * Names come from strangers: what could steer a terminal or fake a line is shown in backslash form.
 */
#ifndef SHOW_ESCAPE_H
#define SHOW_ESCAPE_H

struct str;

enum escape_what {
    ESCAPE_ALL,         /* every control character: "\n", "\x1b" */
    ESCAPE_KEEP_LAYOUT, /* all but newline and tab, for text of several lines */
};

/* Appends `text` with its control characters (C0, DEL, C1) escaped; other bytes as they are. */
void escape_control(struct str *out, const char *text, enum escape_what what);

#endif
