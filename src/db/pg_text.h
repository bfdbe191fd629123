/*
 * How PostgreSQL writes arrays.
 */
#ifndef DB_PG_TEXT_H
#define DB_PG_TEXT_H

#include <stddef.h>

struct arena;
struct node;

enum pg_item { PG_WHOLE, PG_REAL, PG_BOOL, PG_ITEM_TEXT };

/* "{1,NULL,{2}}" and "[0:1]={1,2}" as a list of items of that kind; NULL for text that is no array
 * of them. */
struct node *pg_array(struct arena *arena, const char *text, size_t len, enum pg_item item);

#endif
