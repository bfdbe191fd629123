/*
 * Experiments in other repositories, by the user's own git (git/gitwire).
 */
#ifndef EXP_SHARE_H
#define EXP_SHARE_H

#include "base/attr.h"

struct arena;
struct experiments;
struct exp_scope;
struct gitrepo;
struct strv;

/* Appends those of the remote (name or URL), as exp_list does. */
int exp_remote_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
                    const char *remote) MUST_CHECK;
/* Only those of the scope, whose commits are looked up here. */
int exp_remote_scope(struct experiments *out, struct gitrepo *g, struct arena *arena,
                     const char *remote, const struct exp_scope *s) MUST_CHECK;

/* Pushes refspecs ("[+]<ref>:<ref>") that must all be taken; ERR_FAILED with the first refusal. */
int exp_remote_change(struct gitrepo *g, struct arena *arena, const char *remote,
                      const struct strv *refspecs) MUST_CHECK;

#endif
