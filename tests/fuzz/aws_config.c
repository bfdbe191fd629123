/*
 * AWS's files: whatever they hold, each setting that was read is found again under its section.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "net/aws_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct aws_config c = {0};

    aws_config_parse(&c, arena, (const char *)data, size);
    for (size_t i = 0; i < c.at.len; i++) {
        const struct aws_setting *s = &c.at.at[i];
        if (*s->value && !aws_config_get(&c, s->section, s->key)) {
            abort();
        }
    }
    aws_config_release(&c);
    arena_free(arena);
    return 0;
}
