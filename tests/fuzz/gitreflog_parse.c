/*
 * Logs of references: whatever is taken for a line has ids of forty digits and a message of one line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "git/gitreflog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct gitreflog log = {0};

    gitreflog_parse(&log, arena, arena_strndup(arena, (const char *)data, size));
    for (size_t i = 0; i < log.len; i++) {
        const struct gitlogline *line = &log.at[i];
        if (strlen(line->id) != 40 || strlen(line->old_id) != 40 || strchr(line->message, '\n') ||
            !strchr(line->who, '>')) {
            abort();
        }
    }
    vec_release(&log);
    return 0;
}
