/*
 * Inside of api/: what stands behind a handle, and how a call begins and ends.
 */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include "base/attr.h"
#include "data/source.h"

struct arena;

struct cairn {
    struct arena *arena; /* as long as the handle */
    struct source_spec spec;
    struct source source;
};

/* Each call: from here on this thread has the library for itself, and no error. Any callbacks of the
 * caller's are called after call_end, so that they may call the library too. */
void call_begin(void);
int call_end(int rc); /* returns rc */

/* Enters the project that holds the path; *inside becomes the path in it. */
int handle_enter(const char **inside, struct cairn *c, struct arena *arena,
                 const char *path) MUST_CHECK;

#endif
