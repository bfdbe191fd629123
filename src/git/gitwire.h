/*
 * References over the wire: listed, fetched and pushed by the user's own `git` program, so that its
 * credential helpers, agents, proxies and ssh configuration serve here as they do for `git fetch`.
 * What Git does not know it asks on the terminal, as GIT_TERMINAL_PROMPT allows. Nothing that the
 * other side sends is run: no hooks, no submodules, no ext:: transport.
 *
 * A `place` is a URL, a path (relative ones start at the work tree) or the name of a remote in the
 * repository's configuration.
 *
 * Errors: ERR_NOT_FOUND for no such repository or reference there, ERR_DENIED if we may not, ERR_FAILED
 * for all else, with what Git said; ERR_INVALID for a place that Git would take for an option or a
 * command.
 */
#ifndef GIT_GITWIRE_H
#define GIT_GITWIRE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

/* The place without user and password, for messages. */
const char *gitwire_shown(struct arena *arena, const char *place);

struct gitwire_ref {
    const char *name; /* "HEAD", "refs/heads/main", … */
    char id[41];      /* of the object it names: for an annotated tag, the tag */
    char commit[41];  /* what a tag leads to; else the same as `id` */
};
struct gitwire_refs VEC_OF(struct gitwire_ref);

/* The references there that match one of the patterns (as `git ls-remote` takes them; none: all), in
 * Git's order. `g` may be NULL for a URL or an absolute path. Text lives in the arena. */
int gitwire_list(struct gitwire_refs *out, struct arena *arena, const struct gitrepo *g,
                 const char *place, const struct strv *patterns) MUST_CHECK;

enum gitwire_depth {
    GITWIRE_AS_IS, /* all history; where ours is cut off, it stays so */
    GITWIRE_TIP,   /* only the commits themselves, with all they hold: for clones of our own, as it
                      cuts off what is there */
    GITWIRE_WHOLE, /* all history, also where ours was cut off; references that the refspecs cover
                      and that are gone there go here too */
};

/* Fetches "[+]<ref or commit>:<ref>", "+" replacing what is there. Either all of them arrive or it
 * fails (and then, but for GITWIRE_WHOLE, none is written); no other reference is touched. */
int gitwire_fetch(struct gitrepo *g, const char *place, const struct strv *refspecs,
                  enum gitwire_depth depth) MUST_CHECK;

/* Makes an empty bare repository at the absolute path, with nothing of the user's templates in it.
 * One that is there stays as it is. */
int gitwire_make_bare(const char *git_dir) MUST_CHECK;

enum gitwire_state { GITWIRE_PUSHED, GITWIRE_UP_TO_DATE, GITWIRE_DELETED, GITWIRE_REJECTED };

struct gitwire_pushed {
    const char *ref; /* there */
    enum gitwire_state state;
    const char *why; /* in Git's words, if rejected; else NULL */
};
struct gitwire_results VEC_OF(struct gitwire_pushed);

/* Pushes "[+]<ref>:<ref>"; "" before the colon deletes. 0 also when the other side rejected some or
 * all: *out says so for each. */
int gitwire_push(struct gitwire_results *out, struct arena *arena, const struct gitrepo *g,
                 const char *place, const struct strv *refspecs) MUST_CHECK;

#endif
