/*
 * What Slurm's commands print: a line that parses names a job, and its strings are free of bars.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "batch/slurm.h"
#include "batch/slurm_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_job(const struct slurm_job *job) {
    check(job->id > 0 && job->index >= SLURM_NO_INDEX && job->elapsed >= 0);
    check(job->status > -256 && job->status < 256);
    check(!strchr(job->node, '|') && !strchr(job->reason, '|'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *text = arena_strndup(arena, (const char *)data, size);
    struct slurm_job job;
    uint64_t id;
    bool step;

    check(!slurm_parse_id(&id, text) || id > 0);
    if (slurm_parse_queue(&job, arena, text)) {
        check_job(&job);
    }
    if (slurm_parse_account(&job, &step, arena, text)) {
        check_job(&job);
    }
    check(strlen(slurm_parse_complaint(arena, text)) <= 320);
    return 0;
}
