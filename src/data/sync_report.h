/*
 * What push, fetch and pull say about objects that did not arrive.
 */
#ifndef DATA_SYNC_REPORT_H
#define DATA_SYNC_REPORT_H

#include <stddef.h>

struct data;
struct transfer_result;

/* Adds `part` to `total` and empties it. */
void sync_merge(struct transfer_result *total, struct transfer_result *part);

/* One warning per failure, the first few in full. */
void sync_warn_failed(const struct data *d, const struct transfer_result *result);

#endif
