/*
 * The registry of a repository: what its tags say. Nothing else is read, so that an artifact whose
 * definition is gone is still in it.
 */
#ifndef REGISTRY_STATE_H
#define REGISTRY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"

struct arena;
struct gitrepo;
struct repo;

/* One tag. */
struct registry_event {
    int action; /* enum registry_action */
    unsigned counter;
    const char *artifact;
    const char *version; /* of a stage's event: the one at its commit, or the commit; else NULL */
    const char *stage;   /* or NULL */
    const char *tag, *commit; /* the commit's id in hex */
    const char *author, *email, *message;
    int64_t time; /* seconds */
    int offset;   /* of the author's clock, minutes east of UTC */
};
struct registry_events VEC_OF(const struct registry_event *);

/* A stage that a version has been assigned. */
struct registry_stage {
    const char *name;
    bool active;
    const struct registry_event *assigned; /* the last time; NULL if it was only taken back */
};

struct registry_version {
    const char *name;   /* "v1.2.3"; of a commit that has a stage but no version: its id */
    const char *commit; /* in hex */
    bool registered;    /* it has a name of its own */
    bool active;        /* not taken back */
    const struct registry_event *made; /* the last registration, else the first assignment */
    VEC(struct registry_stage) stages; /* in order of their first assignment */
};

struct registry_artifact {
    const char *name;
    bool active;                           /* not deprecated since anything else was done */
    bool registered;                       /* any tag at all; false for what a caller put in */
    unsigned counter;                      /* the highest */
    int64_t last;                          /* when the newest tag was made */
    struct registry_events events;         /* oldest first */
    VEC(struct registry_version) versions; /* highest first, commits without version at the end */
};

struct registry {
    struct arena *arena;
    VEC(struct registry_artifact *) artifacts; /* sorted by name */
    struct map by_name;
};

int registry_load(struct registry **out, struct gitrepo *g) MUST_CHECK;
/* That of a repository; ERR_FAILED if it is in no Git repository. */
int registry_of(struct registry **out, const struct repo *r) MUST_CHECK;
void registry_free(struct registry *reg); /* NULL is fine */
void registry_freep(struct registry **reg);

/* NULL if there is none. */
struct registry_artifact *registry_find(const struct registry *reg, const char *name);
/* The same, with an artifact without tags made for a name that has none. */
struct registry_artifact *registry_put(struct registry *reg, const char *name);

/* Of that name; NULL. */
const struct registry_version *registry_version(const struct registry_artifact *a,
                                                const char *name);
/* The registered version that a commit has, an active one before others; NULL. */
const struct registry_version *registry_version_at(const struct registry_artifact *a,
                                                   const char *commit);
/* The highest that is registered and active; NULL. */
const struct registry_version *registry_latest(const struct registry_artifact *a);
/* Whether the version, which is active, is in the stage. */
bool registry_version_in(const struct registry_version *v, const char *stage);
/* The version that was assigned the stage last, of those that are in it; NULL. */
const struct registry_version *registry_in_stage(const struct registry_artifact *a,
                                                 const char *stage);
/* The version that was in the stage before that one, and may go back to it; NULL. */
const struct registry_version *registry_before_in_stage(const struct registry_artifact *a,
                                                        const char *stage);
/* Oldest first; events of one second in the order they were made, as far as the tags tell. */
void registry_events_sort(struct registry_events *events);

/* "2024-01-02T03:04:05+00:00", with `between` in place of the T. */
const char *registry_time_text(struct arena *arena, const struct registry_event *e, char between);

/* Appends the stages that some tag names, sorted. */
void registry_stages_used(struct strv *out, const struct registry *reg);

#endif
