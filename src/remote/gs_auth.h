/*
 * Who we are for Google: the file of a service account or of `gcloud auth application-default
 * login`, or the machine itself.
 */
#ifndef REMOTE_GS_AUTH_H
#define REMOTE_GS_AUTH_H

#include "base/attr.h"

struct arena;
struct multi_config;
struct oauth;
struct remote_config;

/* NULL for anonymous access (allow_anonymous_login) and for an emulator without credentials. */
int gs_auth_open(struct oauth **out, struct arena *arena, const struct remote_config *cfg,
                 const struct multi_config *net) MUST_CHECK;

/* Where Google's storage is, or what stands for it: option endpointurl, STORAGE_EMULATOR_HOST. */
const char *gs_endpoint(struct arena *arena, const struct remote_config *cfg);

#endif
