/*
 * Typed growable arrays. VEC(int) v = {0}; vec_push(&v, 3); v.at[0]; vec_release(&v);
 * A named type: struct paths VEC_OF(const char *);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

#define VEC_OF(type)                                                                               \
    {                                                                                              \
        type *at;                                                                                  \
        size_t len, cap;                                                                           \
    }
#define VEC(type) struct VEC_OF(type)

#define vec_reserve(v, extra)                                                                      \
    ((v)->len + (extra) > (v)->cap                                                                 \
         ? ((v)->cap = ((v)->len + (extra)) > (v)->cap * 2 ? (v)->len + (extra) : (v)->cap * 2,    \
            (v)->at = mem_realloc((v)->at, (v)->cap, sizeof *(v)->at), (void)0)                    \
         : (void)0)
#define vec_push(v, value)                                                                         \
    (vec_reserve((v), 1 + 7 * ((v)->cap == 0)), (void)((v)->at[(v)->len++] = (value)))
#define vec_release(v) (free((v)->at), (v)->at = NULL, (v)->len = (v)->cap = 0)
#define vec_clear(v)   ((v)->len = 0)

/* The list of strings that most rooms pass around; the strings are borrowed. */
struct strv VEC_OF(const char *);

int strv_compare(const void *a, const void *b); /* qsort order of strcmp */
void strv_sort(struct strv *v);
bool strv_has(const struct strv *v, const char *text); /* looks at one after the other */
void strv_release(struct strv *v); /* for CLEANUP: frees the array, not the strings */

#endif
