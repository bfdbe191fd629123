/*
 * What a url holds, against what is recorded of it: dependencies and outs that lie elsewhere. Outs are as they are for
 * DVC, but that what lies outside of the repository is never removed.
 */
#ifndef DATA_URL_CONTENT_H
#define DATA_URL_CONTENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "data/output.h"

struct arena;
struct data;
struct dep;
struct out;

bool out_is_url(const struct out *o);

/* CHANGE_NONE, CHANGE_DELETED, or CHANGE_MODIFIED, also where nothing is recorded. */
int url_dep_change(enum change *c, struct arena *arena, struct data *d,
                   const struct dep *dep) MUST_CHECK;
int url_out_change(enum change *c, struct arena *arena, struct data *d,
                   const struct out *o) MUST_CHECK;

/* Records what is there. ERR_NOT_FOUND "dependency 'x' does not exist", "output …". */
int url_dep_commit(struct arena *arena, struct data *d, struct dep *dep) MUST_CHECK;
int url_out_commit(struct arena *arena, struct data *d, struct out *o,
                   const struct commit_options *opt) MUST_CHECK;

#endif
