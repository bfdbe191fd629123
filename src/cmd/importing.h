/*
 * What commands that fetch imports say as they begin.
 */
#ifndef CMD_IMPORTING_H
#define CMD_IMPORTING_H

/* "Importing 'from' -> 'to'"; ctx is the session. */
void importing_show(void *ctx, const char *from, const char *to);

#endif
