/*
 * The only door to the standard streams. Text for stdout is buffered and written at the end of the
 * command or before something else uses the terminal; a reader that went away gives ERR_PIPE. With
 * -q log lines are dropped, results are not.
 */
#ifndef SHOW_OUT_H
#define SHOW_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct progress_bar;
struct show;

struct show *show_new(void);
void show_free(struct show *s);

void show_text(struct show *s, const char *fmt, ...) PRINTF(2, 3);
void show_line(struct show *s, const char *fmt, ...) PRINTF(2, 3);
/* Bytes as they are, however many; they begin to go out before the end. Fails as show_flush does. */
int show_bytes(struct show *s, const void *data, size_t len) MUST_CHECK;
/* Between these the text is in the colour if stdout has colours. */
enum show_color { SHOW_PLAIN, SHOW_RED, SHOW_GREEN, SHOW_YELLOW, SHOW_BLUE, SHOW_BOLD };
void show_color(struct show *s, enum show_color color);
int show_flush(struct show *s) MUST_CHECK;

/* What follows is a page: on a terminal it is kept until show_flush at the end of the command hands
 * it to the user's pager (show/pager). Elsewhere nothing changes. */
void show_page(struct show *s);

/* These two may be called from any thread while the others only compute. A line on stdout, and one
 * on stderr, written at once after what waits for stdout. A note reads "<label>: <text>", the label
 * in its colour where stderr has colours; without a label, the text alone. */
void show_now(struct show *s, const char *text);
void show_note(struct show *s, enum show_color color, const char *label, const char *text);

/* Bytes on stderr in one write, past what waits for stdout; from any thread. */
void show_aside(const char *text, size_t len);

/* While a bar is attached it is taken off the screen before anything is written. NULL detaches. */
void show_attach(struct show *s, struct progress_bar *bar);

#endif
