/*
 * gs://bucket/path: Google Cloud Storage, by its JSON interface.
 */
#ifndef REMOTE_GS_H
#define REMOTE_GS_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_gs_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
