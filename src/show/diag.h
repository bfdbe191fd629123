/*
 * Errors and warnings on standard error, and the sink of base/log.
 */
#ifndef SHOW_DIAG_H
#define SHOW_DIAG_H

struct show;

/* Installs the log sink: warnings and traces to stderr, info to `s`. verbosity: -1 quiet, 0, 1 (-v), 2 (-vv). */
void diag_init(struct show *s, int verbosity);
/* Prints the chain of this thread as "ERROR: …" and its hint on the next line; nothing when quiet. Control characters in
 * names are escaped. */
void diag_error(void);

#endif
