/*
 * Amazon S3 and what speaks as it does: s3://bucket/prefix.
 */
#ifndef REMOTE_S3_H
#define REMOTE_S3_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_s3_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;
/* Alibaba's OSS through its S3 interface: oss://bucket/prefix. */
int remote_oss_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
