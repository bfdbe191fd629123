/*
 * Errors and warnings on standard error, and the sink of base/log.
 */
#ifndef SHOW_DIAG_H
#define SHOW_DIAG_H

struct show;

/* Installs the log sink: warnings and traces to stderr, info to stdout through `s`, each line at
 * once so that it stands before what a stage's command prints. verbosity: -1 quiet, 0, 1 (-v), 2
 * (-vv). `s` must outlive the last log line. */
void diag_init(struct show *s, int verbosity);

/* Prints the chain of this thread as "ERROR: …" and its hint on the next line, and clears it;
 * prints nothing when quiet. Control characters in names are escaped: the error is one line
 * whatever a file is called. */
void diag_error(struct show *s);

#endif
