/*
 * Whose repository is it? Git's rule (safe.directory): the ".git" file, the work tree and the Git
 * folder must belong to the user who runs us; root may also use those of the user behind sudo.
 * Otherwise the work tree must be named by safe.directory in the system's, the user's or the
 * command line's configuration, never in the repository's own: exactly, by "*", or by a folder
 * followed by a slash and a star. An empty value forgets what came before.
 */
#ifndef GIT_GITSAFE_H
#define GIT_GITSAFE_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct git_config;
struct gitrepo;

/* Whether it is ours; then gitsafe_check has nothing to say. Needs no libgit2. */
bool gitsafe_owned(const struct gitrepo *g);

/* ERR_FAILED, with Git's way out as hint, if the repository is neither ours nor trusted. libgit2
 * must be started. */
int gitsafe_check(const struct gitrepo *g) MUST_CHECK;

/* The files of the system's and the user's Git configuration, the strongest last; NULL where Git
 * reads none (GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM, GIT_CONFIG_NOSYSTEM). They need not be there. */
enum gitsafe_level { GITSAFE_SYSTEM, GITSAFE_XDG, GITSAFE_USER };
const char *gitsafe_config_file(struct arena *arena, enum gitsafe_level level);

/* All of them, read. Free with git_config_free. */
int gitsafe_user_config(struct git_config **out) MUST_CHECK;

#endif
