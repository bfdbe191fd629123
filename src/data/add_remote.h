/*
 * add --to-remote: data goes to a remote, and only its .dvc file is left here.
 */
#ifndef DATA_ADD_REMOTE_H
#define DATA_ADD_REMOTE_H

#include "base/attr.h"

struct add_options;
struct arena;
struct data;
struct out;

/* The source (absolute) to the remote, its content into o->recorded. Into a folder, it is copied
 * straight; other remotes are fed from a temporary copy in .dvc/tmp. */
int add_to_remote(struct arena *arena, struct data *d, struct out *o, const char *source,
                  const struct add_options *options) MUST_CHECK;

#endif
