/*
 * Names of tags: whatever is taken for one of the registry's is written back as it was, but for
 * zeros in front of its counter.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "registry/semver.h"
#include "registry/tagname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *tag = arena_strndup(arena, (const char *)data, size);
    struct tagname name, again;

    semver_compare(tag, "v1.0.0-rc.1");
    if (!tagname_parse(&name, arena, tag)) {
        return 0;
    }
    if (!tagname_parse(&again, arena, tagname_text(arena, &name)) ||
        !str_eq(again.artifact, name.artifact) || !str_eq(again.version, name.version) ||
        !str_eq(again.stage, name.stage) || again.counter != name.counter ||
        again.action != name.action) {
        abort();
    }
    return 0;
}
