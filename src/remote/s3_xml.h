/*
 * Inside of remote/: what S3 says and wants to hear in XML. Everything read is a server's word and
 * checked.
 */
#ifndef REMOTE_S3_XML_H
#define REMOTE_S3_XML_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct files_item;
struct str;
struct web_page;

/* A page of ListObjectsV2; keys below `prefix` ("" or without slashes around it). */
int s3_read_list(struct web_page *page, const char *text, size_t len,
                 const char *prefix) MUST_CHECK;

struct s3_problem {
    const char *code, *message, *region; /* NULL if not said */
};
void s3_read_problem(struct s3_problem *out, struct arena *arena, const char *text, size_t len);

const char *s3_upload_id(struct arena *arena, const char *text, size_t len);   /* NULL if none */
const char *s3_upload_etag(struct arena *arena, const char *text, size_t len); /* NULL if none */

void s3_write_complete(struct str *out, const char *const *tags, size_t parts);
void s3_write_delete(struct str *out, const char *prefix, const struct files_item *items, size_t n);
/* Marks the items that the server could not remove. */
int s3_read_delete(const char *text, size_t len, const char *prefix, struct files_item *items,
                   size_t n) MUST_CHECK;

#endif
