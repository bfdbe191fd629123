/*
 * --gpus of the commands that start workers.
 */
#ifndef CMD_GPUS_H
#define CMD_GPUS_H

#include "base/attr.h"

struct arena;
struct strv;

/* "0,1" as a list; nothing for NULL. */
int gpus_split(struct strv *out, struct arena *arena, const char *text) MUST_CHECK;

#endif
