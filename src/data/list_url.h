/*
 * What a url or a path holds, be it a repository or not.
 */
#ifndef DATA_LIST_URL_H
#define DATA_LIST_URL_H

#include "base/attr.h"
#include "data/list.h"

struct arena;
struct repo;
struct strv;
struct url_asked;

/* Entries have path, isdir and size; the form and the level of `o` say which (its other members are not
 * used). In each folder files come before folders, as DVC has them, but for a tree. ERR_NOT_FOUND if
 * there is nothing. Writes nothing. */
int data_list_url(struct list_entries *out, struct arena *arena, struct repo *r,
                  const struct url_asked *a, const struct list_request *o) MUST_CHECK;

#endif
