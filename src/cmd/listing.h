/*
 * What list and list-url print.
 */
#ifndef CMD_LISTING_H
#define CMD_LISTING_H

#include <stdbool.h>

#include "base/attr.h"

struct list_entries;
struct session;

/* One line each, in columns if more than the name is asked for. */
void listing_lines(struct session *s, const struct list_entries *list, bool size, bool hash);
/* Entries of a tree (LIST_TREE). */
void listing_tree(struct session *s, const struct list_entries *list, bool size, bool hash);

/* With all that is known of each. */
void listing_json(struct session *s, const struct list_entries *list);

/* --level; NULL: all. ERR_USAGE. */
int listing_level(int *level, const char *text) MUST_CHECK;

#endif
