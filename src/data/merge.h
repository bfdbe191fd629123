/*
 * Merge of .dvc files, for Git's merge driver.
 */
#ifndef DATA_MERGE_H
#define DATA_MERGE_H

#include "base/attr.h"

struct data;

/* The three versions are files (as typed) in DVC's format; `our` becomes what both sides made of the
 * folder that they track: its listing is put into the cache, whose files need not be. ERR_FAILED for
 * changes that exclude each other, and for .dvc files of anything but one folder. Takes the
 * repository lock. */
int data_merge(struct data *d, const char *ancestor, const char *our, const char *their) MUST_CHECK;

#endif
