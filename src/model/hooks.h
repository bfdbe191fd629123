/*
 * What makes Git call us: its hooks, the merge driver for .dvc files and dvc.lock, what `git diff`
 * shows of them, and the hooks for those who use the tool `pre-commit`.
 */
#ifndef MODEL_HOOKS_H
#define MODEL_HOOKS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct repo;

/* `prog` is the name that Git will call. With `tool` an entry in .pre-commit-config.yaml instead of
 * hooks. A hook that is there already is ERR_EXISTS, and nothing is changed; without Git nothing is
 * done. */
int hooks_install(struct repo *r, const char *prog, bool tool) MUST_CHECK;

/* Takes out what hooks_install, or DVC's install, has made; *any tells whether there was anything. */
int hooks_uninstall(bool *any, struct repo *r) MUST_CHECK;

/* Whether the post-checkout hook, called with these words, is about a revision, not about single
 * files, and the time is right. */
bool hooks_wants_checkout(const struct repo *r, const struct strv *words);

#endif
