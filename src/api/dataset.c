/*
 * Datasets, as they are recorded.
 */
#include <cairn.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/write.h"
#include "model/dataset.h"
#include "api/handle.h"

static int find(struct str *out, struct arena *arena, cairn *c, const char *name) {
    struct index *idx = NULL;
    struct dataset ds;
    const char *inside;
    int rc = handle_enter(&inside, c, arena, "");

    rc = rc ? rc : source_index(&idx, &c->source);
    if (!rc && !idx) {
        rc = err_set(ERR_NO_REPO, "'%s' has nothing of DVC in it", c->source.shown);
    }
    if (rc || (rc = dataset_find(&ds, arena, idx, name))) {
        return rc;
    }
    if (!ds.lock) {
        rc = err_set(ERR_INVALID, "dvc.lock %s of dataset '%s'",
                     ds.outdated ? "has another definition" : "knows nothing", name);
        err_hint("`dataset update %s` asks its source", name);
        return rc;
    }
    json_write(out, ds.lock);
    return 0;
}

int cairn_dataset(cairn *c, const char *name, char **json) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;

    *json = NULL;
    call_begin();
    int rc = find(&text, arena, c, name);
    if (!rc) {
        *json = str_detach(&text);
    }
    return call_end(rc);
}
