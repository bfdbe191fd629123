/*
 * Our lines in the attributes of this clone (info/attributes), and what a clone's configuration says
 * of a diff driver. Attributes that the repository itself has are the user's.
 */
#ifndef GIT_GITATTRIBUTES_H
#define GIT_GITATTRIBUTES_H

#include <stdbool.h>

#include "base/attr.h"

struct gitrepo;

/* Adds the lines (each ends in a newline) between two marks, in place of those that are there. */
int gitattributes_put(struct gitrepo *g, const char *lines) MUST_CHECK;
/* Takes them out; a file that is empty then is deleted. */
int gitattributes_remove(bool *removed, struct gitrepo *g) MUST_CHECK;

#endif
