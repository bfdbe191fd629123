/*
 * get-url: data from a url into a folder, not tracked.
 */
#ifndef DATA_GET_URL_H
#define DATA_GET_URL_H

#include <stdbool.h>

#include "base/attr.h"

struct progress;
struct repo;
struct url_asked;

/* `out` as typed; into it if it is a folder; NULL: the url's own name here. ERR_EXISTS when something is
 * there and not `force`; then files are replaced, others stay. Folders on the way are made. */
int data_get_url(struct repo *r, const struct url_asked *a, const char *out, bool force,
                 struct progress *p) MUST_CHECK;

#endif
