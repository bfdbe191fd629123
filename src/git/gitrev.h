/*
 * Revisions: names to commits, and the lists that -a, -T, -A mean.
 */
#ifndef GIT_GITREV_H
#define GIT_GITREV_H

#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

struct gitrev {
    const char *name; /* as typed, or branch/tag name; the full id for plain commits */
    char id[41];      /* commit id in hex */
    int64_t time;     /* committer time, seconds */
};
struct gitrevs VEC_OF(struct gitrev);

enum gitrev_set {
    GITREV_BRANCHES = 1,
    GITREV_TAGS = 2,
    GITREV_COMMITS = 4,
    GITREV_EXPERIMENTS = 8, /* the commits of all experiments, without those they started from */
    /* A commit or reference that cannot be read is an error, where else it is left out: for what
     * must not miss anything. The edge of a shallow clone is none. */
    GITREV_WHOLE = 16,
};

/* Anything `git rev-parse` takes: branch, tag, short id, HEAD~2, refs/…, or the name of an
 * experiment. Peels to the commit. ERR_NOT_FOUND "unknown Git revision 'x'". */
int gitrev_find(struct gitrev *out, struct gitrepo *g, struct arena *arena,
                const char *name) MUST_CHECK;

/* The commits of the sets, each commit once, its names joined by "," in one entry (as DVC shows
 * them). */
int gitrev_list(struct gitrevs *out, struct gitrepo *g, struct arena *arena,
                unsigned sets) MUST_CHECK;

/* Appends the commit `name` and, along first parents, those before it: `num` in all, fewer where
 * history ends, all of them if it is negative. `sets` is 0 or GITREV_WHOLE. */
int gitrev_line(struct gitrevs *out, struct gitrepo *g, struct arena *arena, const char *name,
                int num, unsigned sets) MUST_CHECK;

/* The commit that an experiment was started from, as refs/exps/<2 hex>/<38 hex>/<name> says it; in
 * hex, in the arena. NULL if no such ref points to the commit `id`. */
const char *gitrev_baseline(struct gitrepo *g, struct arena *arena, const char *id);

#endif
