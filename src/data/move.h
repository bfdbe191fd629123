/*
 * move: a tracked file or folder gets another name, and its .dvc file with it.
 */
#ifndef DATA_MOVE_H
#define DATA_MOVE_H

#include "base/attr.h"

struct data;

/* Takes the repository lock. `from` is an out of an added or imported .dvc file; `to` a new name, or
 * an existing folder to move it into. A .dvc file named like its data is renamed too. What the
 * workspace has is put into the cache first, but the record stays what it was, as with DVC. Nothing
 * is ever overwritten (ERR_EXISTS). */
int data_move(struct data *d, const char *from, const char *to) MUST_CHECK;

#endif
