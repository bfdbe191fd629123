/*
 * Whose repository is it? Git's rule (safe.directory): the ".git" file, the work tree and the Git
 * folder must belong to the user who runs us; root may also use those of the user behind sudo.
 * Otherwise the work tree must be named by safe.directory in the system's, the user's or the
 * command line's configuration, never in the repository's own: exactly, by "*", or by a folder
 * followed by a slash and a star. An empty value forgets what came before.
 */
#ifndef GIT_GITSAFE_H
#define GIT_GITSAFE_H

#include "base/attr.h"

struct git_config;
struct gitrepo;

/* ERR_FAILED, with Git's way out as hint, if the repository is neither ours nor trusted. libgit2
 * must be started. */
int gitsafe_check(const struct gitrepo *g) MUST_CHECK;

/* The user's and the system's Git configuration, from the files that Git reads (GIT_CONFIG_GLOBAL,
 * GIT_CONFIG_SYSTEM, GIT_CONFIG_NOSYSTEM). Free with git_config_free. */
int gitsafe_user_config(struct git_config **out) MUST_CHECK;

#endif
