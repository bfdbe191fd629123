/*
 * Paths as bytes; pure functions, no system calls. A "relative path" of ours is normal: components
 * joined by single slashes, no ".", no empty component, no trailing slash; "" is the base itself;
 * ".." only at the front.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* a/b; an absolute b wins; "" on either side gives the other. Not normalised. */
char *path_join(struct arena *arena, const char *a, const char *b);

/* Resolves ".", "..", double and trailing slashes by text alone. "/.." is "/"; "a/.." is "". */
char *path_normal(struct arena *arena, const char *path);

/* Relative path that leads from directory `from` to `to`, both absolute and normal, or both
 * relative to the same base (then without leading ".."). Equal gives "". */
char *path_relative(struct arena *arena, const char *from, const char *to);

/* Whether `path` equals `dir` or lies below it; both normal. dir "" or "/" holds everything of its
 * kind that does not start with "..". */
bool path_inside(const char *dir, const char *path);

/* The rest of path below dir ("" if equal), pointing into path; path must be inside dir. */
const char *path_below(const char *dir, const char *path);

/* Bytes of the components that both begin with, both normal: "a/b/c" and "a/bd" share "a". */
size_t path_common(const char *a, const char *b);

const char *path_base(const char *path);               /* last component, into path */
char *path_dir(struct arena *arena, const char *path); /* without it; "" if there is none */
const char *path_suffix(const char *path);             /* ".yaml" of the last component, or "" */
bool path_is_absolute(const char *path);
bool path_escapes(const char *path); /* normal path that starts with ".." */

/* The order of a walk, for qsort-like use: component by component, so that what is in a folder
 * follows right after it ("a", "a/b", "a-b"). */
int path_compare(const char *a, const char *b);

/* Whether a component of the normal relative path is one that must never be written by us: empty,
 * ".", "..", or ".git"/".dvc" in any spelling that a case-folding file system, HFS+ or NTFS takes
 * for it. */
bool path_is_hostile(const char *path);

/* Shown to the user: relative to directory `cwd` (both relative to the same base), "." for
 * equal. */
char *path_shown(struct arena *arena, const char *cwd, const char *path);

#endif
