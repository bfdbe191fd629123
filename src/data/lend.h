/*
 * Objects that the cache lacks, lent by the remote that has them: for commands that show what is in
 * tracked files. Nothing of it goes into the cache, and it is gone with data_close.
 */
#ifndef DATA_LEND_H
#define DATA_LEND_H

#include "base/attr.h"

struct cache;
struct data;
struct digest;

/* *lent becomes a cache that holds the object, whole, valid until data_close. `remote`: NULL is the
 * default one. ERR_NOT_FOUND if there is no remote, or it lacks the object, or could not be reached:
 * then it is not asked again. */
int lend_object(struct cache **lent, struct data *d, const char *remote,
                const struct digest *digest) MUST_CHECK;

void lend_close(struct data *d);

#endif
