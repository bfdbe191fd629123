/*
 * Remotes that are folders: a disk, a mounted share. Paths and file:// urls.
 */
#ifndef REMOTE_LOCAL_H
#define REMOTE_LOCAL_H

#include "base/attr.h"

struct odb;
struct remote_config;

int remote_local_open(struct odb **out, const struct remote_config *cfg) MUST_CHECK;

#endif
