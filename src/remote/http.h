/*
 * Plain HTTP: any web server, read only unless it takes POST or PUT (`method`). Nothing can be
 * listed.
 */
#ifndef REMOTE_HTTP_H
#define REMOTE_HTTP_H

#include "base/attr.h"

struct files;
struct remote_config;

int remote_http_open(struct files **out, const struct remote_config *cfg) MUST_CHECK;

#endif
