/*
 * webdav:// and webdavs://: files in collections. A file is sent under a name beside its own, then
 * moved: not every server takes a PUT as one change.
 */
#ifndef REMOTE_WEBDAV_H
#define REMOTE_WEBDAV_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_webdav_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
