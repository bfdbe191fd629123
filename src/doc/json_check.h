/*
 * What json-c would take although it is no JSON, or would take for something else: control characters in
 * strings, "1.", halves of surrogate pairs, NUL, values beyond 64 bits, more values than our limit.
 */
#ifndef DOC_JSON_CHECK_H
#define DOC_JSON_CHECK_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct source;

/* Ends of integers that may not fit 64 bits. */
struct json_bigs VEC_OF(size_t);

int json_check(struct json_bigs *bigs, struct source *source) MUST_CHECK;

#endif
