/*
 * Draws a struct progress on the terminal: phase, count, bytes, rate, time left. First drawn within 200 ms, on stderr, only
 * if that is a terminal (or DVC_IGNORE_ISATTY is set) and not quiet; gone without a trace at the end.
 */
#ifndef SHOW_PROGRESS_BAR_H
#define SHOW_PROGRESS_BAR_H

struct progress;
struct progress_bar;

struct progress_bar *progress_bar_start(struct progress *p, int verbosity); /* NULL when nothing will be drawn */
void progress_bar_stop(struct progress_bar *b);
/* Takes the bar off the screen while a stage's command owns the terminal, or a line is printed. */
void progress_bar_hide(struct progress_bar *b);

#endif
