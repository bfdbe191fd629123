/*
 * "Did you mean": the name that somebody who mistyped one most likely meant.
 */
#ifndef MODEL_SUGGEST_H
#define MODEL_SUGGEST_H

#include "base/vec.h"

/* The nearest of the names by edit distance, NULL if none is near. The first of equals wins. */
const char *suggest_name(const char *typed, const struct strv *names);

#endif
