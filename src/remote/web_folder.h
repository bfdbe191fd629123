/*
 * Inside of remote/: kinds whose places are real folders (WebDAV, WebHDFS). What is written there is
 * seen at once, so a file is sent under a name beside its own; and they are listed folder by folder:
 * the token of a listing is the folders that are still to be read, each with a newline behind it.
 */
#ifndef REMOTE_WEB_FOLDER_H
#define REMOTE_WEB_FOLDER_H

struct arena;
struct files_item;
struct files_range;
struct http_call;
struct str;
struct web_page;

/* Where a file is until it gets its name; `draft` is of this run (os/temp.h). In the arena. */
const char *web_draft_key(struct arena *arena, const char *draft, const char *key);

/* The folder that the page of this token is. In the arena. */
const char *web_folder_of(struct arena *arena, const struct files_range *range, const char *token);
/* Keeps with the call that reads it (c->extra) what its answer has to be seen by. */
void web_folder_keep(struct http_call *c, const struct files_range *range, const char *token);

const char *web_folder_path(const struct http_call *c); /* the folder that it reads */

/* An entry of the folder: told, gone into later (`more`), or passed over. Its key is copied. */
void web_folder_take(struct web_page *page, struct str *more, const struct http_call *c,
                     const struct files_item *item);
/* All entries were taken: says what is to be read next. */
void web_folder_end(struct web_page *page, struct str *more, const struct http_call *c);

#endif
