/*
 * What we hashed before, so that unchanged files are not read again. Two kinds of tables below one folder
 * (.dvc/tmp/cairn): one per tracked path (file path -> identity, digest) and one for the objects of each
 * cache (digest -> identity).
 *
 * File format: a header (magic, version, the time by the file system's own clock when the table was begun,
 * count), entries sorted by key, and an XXH3 of all before it as trailer. Anything unexpected (damage, other
 * version, foreign repository) drops the table: it is a cache and never an error. As with Git's index, an entry
 * whose mtime is not older than the table itself is not believed. Written whole, under a temporary name, without
 * sync; two writers at once: the last one wins. Read with read(), so it works on NFS. On a read-only file system
 * nothing is written, silently.
 */
#ifndef STORE_STATCACHE_H
#define STORE_STATCACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "os/stat.h"

struct statcache;
struct stat_table;

struct statcache *statcache_open(const char *dir); /* absolute; made when first written to */
void statcache_close(struct statcache *s);         /* saves what changed */

/* The table of a tracked path ("data", repo-relative) or of a cache's objects ("objects:<dir>"). Lent; loaded on
 * first use; the same for every later call with the same name. */
struct stat_table *statcache_table(struct statcache *s, const char *name);

/* The digest recorded for `key` (a path below the tracked one, "" for a file itself; hex of a digest for
 * objects) if the identity is the recorded one and the entry is to be believed; else NULL. Lookups in sorted
 * order of keys are O(1) each. */
const struct digest *stat_table_find(struct stat_table *t, const char *key, enum hash_algo algo,
                                     const struct file_id *id);
/* Records; replaces an entry with the same key. The key is copied. */
void stat_table_put(struct stat_table *t, const char *key, const struct file_id *id, const struct digest *d);
/* Drops all entries that were neither found nor put since loading: the walk of the whole path is done. */
void stat_table_keep_seen(struct stat_table *t);

#endif
