/*
 * Conditions on metrics, as `metrics check` takes them:
 *
 *     condition = [file ":"] key ("<" | "<=" | ">" | ">=" | "==" | "!=") sum
 *     sum       = product {("+" | "-") product}
 *     product   = value {("*" | "/") value}
 *     value     = number | file ":" key | revision
 *
 * A revision stands for the metric of the left side as that revision has it. As names may hold
 * signs, there are blanks around those of a sum: "acc >= HEAD~1 - 0.01".
 */
#ifndef MEASURE_CHECK_PARSE_H
#define MEASURE_CHECK_PARSE_H

#include "base/attr.h"

struct arena;

#define CHECK_TEXT_MAX 4096 /* bytes of a condition */

enum check_op { CHECK_LT, CHECK_LE, CHECK_GT, CHECK_GE, CHECK_EQ, CHECK_NE };
const char *check_op_text(enum check_op op); /* ">=" */

enum check_kind {
    CHECK_NUMBER,
    CHECK_METRIC,
    CHECK_REVISION,
    CHECK_ADD,
    CHECK_SUB,
    CHECK_MUL,
    CHECK_DIV
};

struct check_term {
    enum check_kind kind;
    double number;
    const char *path, *key;                /* CHECK_METRIC */
    const char *revision;                  /* CHECK_REVISION */
    const struct check_term *left, *right; /* of a sign */
};

struct check {
    const char *path; /* as typed; NULL: whichever file has the key */
    const char *key;
    enum check_op op;
    const char *limit_text; /* the right side as typed */
    const struct check_term *limit;
};

/* ERR_INVALID with the column where it went wrong. */
int check_parse(struct check *out, struct arena *arena, const char *text) MUST_CHECK;

#endif
