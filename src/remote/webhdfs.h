/*
 * webhdfs://host:port/path: HDFS over HTTP.
 */
#ifndef REMOTE_WEBHDFS_H
#define REMOTE_WEBHDFS_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_webhdfs_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
