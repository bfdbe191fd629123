/*
 * azure://container/path: Azure Blob Storage.
 */
#ifndef REMOTE_AZURE_H
#define REMOTE_AZURE_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_azure_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
