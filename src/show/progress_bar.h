/*
 * Draws a struct progress on the terminal: phase, count, bytes, rate, time left. First drawn within
 * 200 ms, on stderr, only if that is a terminal (or DVC_IGNORE_ISATTY is set) and not quiet; gone
 * without a trace at the end. Nothing is drawn while the progress has no phase, so work that hands
 * the terminal to a stage's command ends its phase first.
 */
#ifndef SHOW_PROGRESS_BAR_H
#define SHOW_PROGRESS_BAR_H

struct progress;
struct progress_bar;

struct progress_bar *progress_bar_start(struct progress *p,
                                        int verbosity); /* NULL when nothing will be drawn */
void progress_bar_stop(struct progress_bar *b);         /* NULL is fine */
/* Takes the bar off the screen, from any thread, before a line is printed; the next tick draws it
 * again if a phase is running. NULL is fine. */
void progress_bar_hide(struct progress_bar *b);

#endif
