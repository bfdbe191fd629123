/*
 * Annotated tags of commits: read and made. Lightweight tags carry nobody's name and no message;
 * they are passed over.
 */
#ifndef GIT_GITTAG_H
#define GIT_GITTAG_H

#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

struct gittag {
    const char *name;   /* without "refs/tags/" */
    const char *commit; /* id in hex */
    const char *author, *email;
    const char *message; /* as it is, usually without a newline at its end */
    int64_t time;        /* seconds */
    int offset;          /* of the author's clock, minutes east of UTC */
};
struct gittags VEC_OF(struct gittag);

/* Appends all, sorted by name; the strings live in the arena. What a shallow clone lacks is left
 * out. */
int gittag_list(struct gittags *out, struct gitrepo *g, struct arena *arena) MUST_CHECK;

/* Makes the tag, signed as gitidentity has it. Its time is now, but later than *last (seconds, 0 for
 * no bound), which becomes the time of the tag: readers know the order of tags by their seconds
 * alone. ERR_EXISTS if there is a tag of that name, whatever it points to. */
int gittag_create(struct gitrepo *g, const char *name, const char *commit, const char *message,
                  int64_t *last) MUST_CHECK;

#endif
