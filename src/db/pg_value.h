/*
 * Values of PostgreSQL, out of the text that the server sends of them.
 */
#ifndef DB_PG_VALUE_H
#define DB_PG_VALUE_H

#include <stddef.h>

#include "db/db.h"

struct arena;

/* `type` is the number of the type, as in pg_type. What is no value of its type is text. The text
 * ends in NUL, and like the arena has to stay as long as the value. */
struct db_value pg_value(struct arena *arena, unsigned type, const char *text, size_t len);

#endif
