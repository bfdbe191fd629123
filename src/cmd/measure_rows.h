/*
 * How metrics and params, and their differences, are printed: for metrics show, metrics diff, params
 * diff, and what tells more than them.
 */
#ifndef CMD_MEASURE_ROWS_H
#define CMD_MEASURE_ROWS_H

#include <stdbool.h>

#include "measure/compare.h"

struct json;
struct session;
struct strv;

struct measure_rows {
    enum measure_kind kind;
    const char *old_title, *new_title; /* of the columns of values */
    bool markdown, csv, no_path;
    bool experiments; /* as `exp diff` has them: values as in `exp show`, a change of params too */
    int precision;    /* 0: the usual one; -1: all digits */
};
void measure_rows_table(struct session *s, const struct measure_changes *changes,
                        const struct measure_rows *how);

/* What a revision holds: a map of files, each with its values or the error that keeps them away. */
void measure_files_json(struct json *j, const char *key, const struct measure_files *files);
/* "error": {"type", "msg"} */
void measure_error_json(struct json *j, const char *type, const char *text);

/* A map of files to maps of keys; `key` as json_map wants it. */
void measure_rows_json(struct json *j, const char *key, const struct measure_changes *changes);

/* A warning that `what` of these revisions could not be read whole, with the errors; none: nothing. */
void measure_failures_warn(struct session *s, const char *what, const struct strv *revs,
                           const struct strv *errors);
void measure_rows_warn(struct session *s, const struct measure_comparison *found);

#endif
