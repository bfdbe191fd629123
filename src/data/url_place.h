/*
 * Where a url leads that is no remote of ours: a path of this machine, or files across a network.
 */
#ifndef DATA_URL_PLACE_H
#define DATA_URL_PLACE_H

#include "base/attr.h"

struct arena;
struct files;
struct repo;
struct statcache;
struct strv;

struct url_asked {
    const char *url;            /* as typed: a path, file://, s3://, …, remote://name/path */
    const char *from;           /* absolute folder that a relative path starts from */
    const struct strv *options; /* "name=value", before those of the configuration; or NULL */
    int jobs;                   /* transfers at a time; 0: as configured */
    struct statcache *state;    /* or NULL */
};

struct url_place {
    const char *path;    /* of this machine, absolute and normal; NULL across a network */
    struct files *files; /* whose key "" is what the url names */
};

/* Nothing is asked yet but what logins need. Remotes that the url names are those of the repository,
 * which may be a plain one. Release also after an error. Texts live in the arena. */
int url_place_open(struct url_place *out, struct arena *arena, struct repo *r,
                   const struct url_asked *a) MUST_CHECK;
void url_place_release(struct url_place *p); /* for CLEANUP */

#endif
