/*
 * GNU make's job server: a pipe that holds a byte, a token, for each job that may run beside the
 * first one of every process. Who starts another job takes a token before and puts it back after;
 * so all that runs below one `make -j` (or below us) shares one number of jobs. MAKEFLAGS tells
 * children where it is: --jobserver-auth=R,W for descriptors they inherit, or fifo:PATH.
 */
#ifndef OS_JOBSERVER_H
#define OS_JOBSERVER_H

#include <stdbool.h>
#include <stddef.h>

struct jobserver;

/* The one that MAKEFLAGS names, if it can be used; else a new one for `jobs` jobs, ours among them.
 * NULL if the system has none for us. */
struct jobserver *jobserver_open(size_t jobs);
/* Tokens that are held are put back. NULL is fine. */
void jobserver_close(struct jobserver *js);

/* Tries to hold tokens for `jobs` jobs; the first job of a process needs none. False if there are
 * too few now: those that came are kept. With fewer jobs than before, tokens are put back. */
bool jobserver_hold(struct jobserver *js, size_t jobs);

/* Readable when another token may be there. */
int jobserver_fd(const struct jobserver *js);

/* For commands that shall share a new one: "MAKEFLAGS=…", and the two descriptors they have to
 * inherit. NULL and nothing if they have that anyway. */
const char *jobserver_makeflags(const struct jobserver *js);
const int *jobserver_inherit(const struct jobserver *js);

#endif
