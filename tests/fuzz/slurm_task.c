/*
 * The files that submitter and node share. The input is the line; it is signed off here, so that what
 * is behind the signature is reached: what parses is written, and read again, as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "hash/hasher.h"
#include "pipeline/slurm_task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static const char *sign(struct arena *arena, const uint8_t *data, size_t size) {
    char *line = arena_strndup(arena, (const char *)data, size);
    char hex[DIGEST_TEXT_MAX];
    struct digest d;

    line[strcspn(line, "\n")] = '\0';
    line = arena_printf(arena, "%s\n", line);
    hash_bytes(&d, HASH_SHA256, line, strlen(line));
    return arena_printf(arena, "%s%s\n", line, digest_text(hex, &d));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *text = sign(arena, data, size), *again;
    struct slurm_task task;
    struct slurm_result result, same;

    if (slurm_task_parse(&task, arena, text, strlen(text))) {
        check(err_text()[0] != '\0');
        err_clear();
    } else {
        check(task.dir[0] == '/' && task.commands[0]);
    }
    if (slurm_result_parse(&result, arena, text, strlen(text))) {
        check(err_text()[0] != '\0');
        err_clear();
        return 0;
    }
    for (size_t i = 1; i <= result.begun; i++) {
        check(result.from[i] >= result.from[i - 1]);
    }
    again = slurm_result_write(arena, &result);
    check(slurm_result_parse(&same, arena, again, strlen(again)) == 0);
    check(same.begun == result.begun && same.status == result.status);
    return 0;
}
