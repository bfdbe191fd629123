/*
 * add --to-remote and import-url --to-remote: data goes to a remote, and only its .dvc file is left here.
 */
#ifndef DATA_ADD_REMOTE_H
#define DATA_ADD_REMOTE_H

#include "base/attr.h"

struct arena;
struct data;
struct out;
struct url_source;

/* The source (looked at) to the remote of this name (NULL: the default one), its content into
 * o->recorded. Into a folder, it is copied straight; other remotes are fed from a temporary copy in
 * .dvc/tmp. */
int add_to_remote(struct arena *arena, struct data *d, struct out *o, struct url_source *s,
                  const char *name) MUST_CHECK;

#endif
