/*
 * Tags of the registry to where everybody finds them.
 */
#ifndef REGISTRY_PUSH_H
#define REGISTRY_PUSH_H

#include "base/attr.h"

struct registry_change;
struct registry_made;

/* Pushes the tags to the remote "origin". What does not get there is deleted here, too, so that
 * nobody takes it for done and it can be tried again. */
int registry_push(const struct registry_change *c, const struct registry_made *made) MUST_CHECK;

#endif
