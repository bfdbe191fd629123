/*
 * JSON as Python's json.dumps writes it (", ", ": ", ASCII, insertion order), streamed.
 */
#ifndef SHOW_JSON_H
#define SHOW_JSON_H

#include <stdbool.h>
#include <stdint.h>

struct node;
struct show;

struct json; /* one document */

struct json *json_begin(struct show *s);
void json_end(struct json *j); /* ends the line and frees */

/* `key` is the name inside a map, NULL inside a list or at the top. */
void json_map(struct json *j, const char *key);
void json_list(struct json *j, const char *key);
void json_close(struct json *j);                                   /* of map or list */
void json_str(struct json *j, const char *key, const char *value); /* NULL gives null */
void json_int(struct json *j, const char *key, int64_t value);
void json_float(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
void json_node(struct json *j, const char *key, const struct node *value);

#endif
