/*
 * The stages that versions go through: the list `stages` of the file .gto at the top of the Git
 * work tree, where GTO has its configuration, or, without one, Staging, Production and Archived.
 */
#ifndef REGISTRY_STAGES_H
#define REGISTRY_STAGES_H

#include "base/attr.h"

struct arena;
struct gitrepo;
struct registry;
struct strv;

/* ERR_FAILED, with a near name as hint, for a stage that is neither listed nor, where the
 * repository lists none, in use already. */
int registry_stage_check(const struct registry *reg, struct gitrepo *g, struct arena *arena,
                         const char *stage) MUST_CHECK;

/* Appends what tables have columns for: the repository's list, else the stages in use. */
int registry_stages_shown(struct strv *out, const struct registry *reg, struct gitrepo *g,
                          struct arena *arena) MUST_CHECK;

#endif
