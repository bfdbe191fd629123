/*
 * What checkout, pull, push and fetch print when they are done.
 */
#ifndef CMD_CHANGES_H
#define CMD_CHANGES_H

#include <stddef.h>
#include <stdint.h>

struct checkout_result;
struct session;
struct strv;

/* A line per changed out: "M", "A" or "D", a tab, the path. Nothing when quiet. */
void changes_show(struct session *s, const struct checkout_result *r);
/* The same for lists of any paths. */
void changes_list(struct session *s, const struct strv *modified, const struct strv *added,
                  const struct strv *deleted);

struct change_count {
    const char *verb; /* "added" */
    uint64_t files;
};
/* "2 files fetched and 1 file added", or `none` when all counts are 0. Nothing when quiet. */
void changes_count(struct session *s, const struct change_count *counts, size_t n,
                   const char *none);

#endif
