/*
 * Inside of data/: what was deleted in one place and added in another with the same content.
 */
#ifndef DATA_COMPARE_RENAMES_H
#define DATA_COMPARE_RENAMES_H

struct compare_entries;

/* Joins deletions and additions of equal digests: the first by path with the first, and so on. The
 * entries must be sorted, and are no longer after it. */
void compare_find_renames(struct compare_entries *changes);

#endif
