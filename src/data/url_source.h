/*
 * Data that a url names: a file or a folder, here or across a network. What import-url and get-url
 * bring, list-url shows, and what dependencies outside of the project are compared with.
 */
#ifndef DATA_URL_SOURCE_H
#define DATA_URL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/url_place.h"

struct arena;
struct content;
struct data;
struct dep;
struct files_item;
struct odb_item;
struct progress;
struct repo;

struct url_file {
    const char *path; /* below the url; "" for the file that the url names itself */
    uint64_t size;    /* UINT64_MAX unknown */
    const char *etag; /* as DVC records it; NULL: none */
    const char *version;
};

struct url_source {
    struct arena *arena;
    const char *typed; /* the url, with what is secret in it */
    const char *url;   /* as it may be shown */
    struct url_place place;
    bool versions;              /* version_aware: which version of each file it is, is asked too */
    bool exists, is_dir;        /* after url_source_stat */
    VEC(struct url_file) files; /* of a place across a network, sorted by path */
};

/* Release also after an error. Texts live in the arena. */
int url_source_open(struct url_source *out, struct arena *arena, struct repo *r,
                    const struct url_asked *a) MUST_CHECK;
void url_source_release(struct url_source *s); /* for CLEANUP */
/* The source of a dependency outside of the project (DEP_URL, or DEP_FILE with an absolute path). */
int url_source_of(struct url_source *out, struct arena *arena, struct data *d,
                  const struct dep *dep) MUST_CHECK;

/* Asks what is there; of a folder not what is in it. */
int url_source_stat(struct url_source *s) MUST_CHECK;
/* The same, with all that is in a folder. Names that cannot be files below a folder here (absolute, "..", Git's own) are
 * ERR_FAILED, and so is a file in whose place a folder would have to be. */
int url_source_look(struct url_source *s) MUST_CHECK;

/* Which version of each file of `files` it is, and its etag and size with it. The caller may have taken files away since
 * url_source_look. ERR_UNSUPPORTED where none are kept. */
int url_source_ask_versions(struct url_source *s) MUST_CHECK;

/* What DVC records of it as a dependency: etags where the place has them, else md5, for which the
 * content is read. ERR_NOT_FOUND if it is not there. After url_source_look. */
int url_source_record(struct content *out, struct data *d, struct url_source *s) MUST_CHECK;

/* The same into the record of a dependency, with the versions if they were asked for. */
int url_source_record_dep(struct dep *dep, struct data *d, struct url_source *s) MUST_CHECK;
/* Takes what the dependency records for what is there, in place of looking; false if that says no
 * versions. */
bool url_source_recall(struct url_source *s, const struct dep *dep);

/* All of it into the cache of `d` (whose caches the caller may have replaced); *out is what an output
 * that holds it records. Large files that a run leaves unfinished are gone on with by the next, if the
 * place has etags. After url_source_look. */
int url_source_fetch(struct content *out, struct data *d, struct url_source *s) MUST_CHECK;

/* The same of `files` alone, of a place across a network; objects, zeroed, one per file, say what they are in the cache. */
int url_source_fetch_files(struct odb_item *objects, struct data *d,
                           struct url_source *s) MUST_CHECK;

/* The last part of its path, "" if there is none. */
const char *url_source_name(const struct url_source *s);

/* As DVC tells it: a relative path from the working directory, or the whole path if it lies outside of
 * the project. */
const char *url_source_shown(const struct url_source *s, const struct repo *r);

/* ERR_NOT_FOUND, in words. */
int url_source_missing(const struct url_source *s) MUST_CHECK;

/* The first of the items, one per file, that failed, as an error; 0 if none did. */
int url_source_failure(const struct url_source *s, const struct files_item *items) MUST_CHECK;

#endif
