/*
 * The run cache on its way: the files below runs/ of the cache, copied verbatim to and from a
 * remote.
 */
#ifndef DATA_RUNS_H
#define DATA_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct data;
struct strv;

/* Copies what the remote (NULL: the default) lacks; *files is their number. A kind of remote that
 * cannot keep them is left alone. */
int runs_push(uint64_t *files, struct data *d, const char *remote) MUST_CHECK;
/* The other way. */
int runs_pull(uint64_t *files, struct data *d, const char *remote) MUST_CHECK;

/* Whether it is the path of a record: "runs/<2>/<key>/<value>", sha256 in hex. */
bool runs_is_path(const char *path);
/* The records of the cache, relative to it. */
int runs_list(struct strv *out, struct arena *arena, struct data *d) MUST_CHECK;

#endif
