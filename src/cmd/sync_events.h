/*
 * --json-progress of push, fetch and pull; show/progress_json.h has the form of its lines.
 */
#ifndef CMD_SYNC_EVENTS_H
#define CMD_SYNC_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

struct data;
struct session;
struct sync_result;

/* Begins the stream, which takes the place of the bar. It ends with the session. */
void sync_events_begin(struct session *s, bool wanted);
/* What came of it, before anything of it is printed. Nothing if the stream was not wanted. */
void sync_events_end(struct session *s, const struct data *d, const struct sync_result *result,
                     int rc);

#define SYNC_EVENTS_OPT(args)                                                                      \
    {                                                                                              \
        0, "json-progress", OPT_FLAG, offsetof(args, json_progress),                               \
            .help = "tell what happens on stderr, as a line of JSON each"                          \
    }

#endif
