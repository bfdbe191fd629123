/*
 * What we hashed before, so that unchanged files are not read again. Tables below one folder
 * (.dvc/tmp/cairn): one per tracked folder (file path -> identity, digest), one for all tracked files,
 * and one for the objects of each cache (digest -> identity).
 *
 * Anything unexpected in a table's file (damage, other version, foreign repository) drops the
 * table: it is a cache and never an error. As with Git's index, a file whose mtime is not older
 * than the table (by the file system's own clock) is not believed unchanged: it is left out when
 * the table is saved. Written whole, under a temporary name, without sync; two writers at once: the
 * last one wins. Read with read(), so it works on NFS. On a read-only file system nothing is
 * written, silently; a planted symlink on the way is not followed.
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

/* dir is absolute and made when first written to; its last two components ("tmp/cairn") are ours.
 * */
struct statcache *statcache_open(const char *dir);
void statcache_close(struct statcache *s); /* saves what changed */
const char *statcache_dir(const struct statcache *s);
/* Opens the folder, making it; false when it cannot be used, which is no error. */
bool statcache_folder(int *fd, const struct statcache *s);
/* A folder in it; -1 when it cannot be used, or `s` is NULL. */
int statcache_subfolder(const struct statcache *s, const char *name);

/* Takes over what another process, on another machine maybe, has saved below `dir` about the same paths and
 * caches: as if it had been recorded here. Anything else there is passed over. */
void statcache_learn(struct statcache *s, const char *dir);

/* The table of a tracked path ("data", repo-relative). Lent; loaded on first use; the same for
 * every later call with the same name. */
struct stat_table *statcache_table(struct statcache *s, const char *name);
/* The table that all tracked files share which are no folder: its keys are their paths. */
struct stat_table *statcache_files(struct statcache *s);
/* The table of the objects below a folder (absolute). */
struct stat_table *statcache_objects(struct statcache *s, const char *dir);

/* Of a tracked path: the digest recorded for `key` (a path below the tracked one, "" for a file
 * itself) if the identity is the recorded one; else NULL. Valid until the next lookup. Lookups in
 * sorted order of keys are O(1) each. */
const struct digest *stat_table_find(struct stat_table *t, const char *key, enum hash_algo algo,
                                     const struct file_id *id);

/* Of a tracked folder: the digest of its listing, if what was looked up since loading is exactly
 * what is recorded, unchanged; else NULL. It spares writing and hashing the listing. */
const struct digest *stat_table_listing(const struct stat_table *t);
/* Records it, for the entries found and put so far; after stat_table_keep_seen. */
void stat_table_put_listing(struct stat_table *t, const struct digest *d);

/* Of objects: whether this is the identity under which the object was found whole. Several threads
 * may ask at once while nobody records, after stat_table_settle. */
bool stat_table_has(const struct stat_table *t, const struct digest *d, const struct file_id *id);
void stat_table_settle(struct stat_table *t);
/* Of objects: whether it was recorded, under whatever identity, since the table was loaded. */
bool stat_table_recorded(struct stat_table *t, const struct digest *d);

/* Records; replaces an entry with the same key. The key is copied; it is "" for objects. */
void stat_table_put(struct stat_table *t, const char *key, const struct file_id *id,
                    const struct digest *d);

/* Drops all entries that were neither found nor put since loading: the walk of the whole path is
 * done. */
void stat_table_keep_seen(struct stat_table *t);

#endif
