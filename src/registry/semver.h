/*
 * Versions as semver.org has them, written with a "v" in front: v1.2.3, v2.0.0-rc.1+build.
 */
#ifndef REGISTRY_SEMVER_H
#define REGISTRY_SEMVER_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct semver {
    uint64_t major, minor, patch;
    const char *pre; /* "rc.1", points into the text and ends where that or a '+' does; or NULL */
    int pre_len;
};

enum semver_part { SEMVER_MAJOR, SEMVER_MINOR, SEMVER_PATCH };

/* The whole text must be a version with its "v". */
bool semver_parse(struct semver *out, const char *text);
bool semver_valid(const char *text);

/* By precedence, what follows a '+' set aside; texts that are no versions come first, among
 * themselves as bytes. */
int semver_compare(const char *a, const char *b);

/* The next version: the part raised, those behind it zero. NULL at the end of numbers. */
const char *semver_bump(struct arena *arena, const char *text, enum semver_part part);

#endif
