/*
 * A struct progress as a stream for other programs: one JSON object a line on stderr, written whole.
 * What else goes there (warnings, errors) is words and never begins with a brace.
 *
 * {"event": "begin", "phase": "Pushing", "items": 0, "items_total": 12, "bytes": 0,
 *  "bytes_total": 0, "requests": 2, "repeats": 0, "seconds": 0.000}
 *     then "progress" five times a second, and "end" with the last counters. Totals that nothing
 *     tells are 0; requests to servers are counted on over all phases; seconds are of the phase.
 * {"event": "failed", "path": "data/a", "digest": "…", "why": "…"}
 * {"event": "result", "ok": true, "moved": 12, "bytes": 98304, "failed": 0, "requests": 14,
 *  "repeats": 0}
 *     the last one.
 */
#ifndef SHOW_PROGRESS_JSON_H
#define SHOW_PROGRESS_JSON_H

#include <stdbool.h>
#include <stdint.h>

struct progress;
struct progress_json;

/* Watches `p` until it is stopped. */
struct progress_json *progress_json_start(struct progress *p);
void progress_json_stop(struct progress_json *j); /* ends the phase that runs; NULL is fine */

void progress_json_failed(const char *path, const char *digest, const char *why);
/* Ends the phase that runs. `failed` is a number of failures. */
void progress_json_result(struct progress_json *j, bool ok, uint64_t moved, uint64_t bytes,
                          uint64_t failed);

#endif
