/*
 * ssh://user@host:port/path: files over the user's own ssh (net/sftp).
 */
#ifndef REMOTE_SSH_H
#define REMOTE_SSH_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_ssh_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
