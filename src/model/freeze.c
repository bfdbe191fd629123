#include "model/freeze.h"

#include "base/arena.h"
#include "doc/node.h"
#include "model/dvcfile.h"
#include "model/pipefile.h"
#include "model/stage.h"

int stage_freeze(struct repo *r, struct stage *s, bool frozen) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    s->frozen = frozen;
    if (!s->name) {
        return dvcfile_save(r, s);
    }
    return pipefile_set_key(r, s->file, s->name, "frozen", frozen ? node_bool(arena, true) : NULL);
}
