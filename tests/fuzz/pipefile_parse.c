/*
 * dvc.yaml: schema, templates, foreach and matrix. What parses leads nowhere it must not, and is bounded.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/dataset.h"
#include "model/foreach.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_stage(struct arena *arena, const struct stage *s) {
    struct str text = STR_INIT;
    struct node *entry = stage_lock_entry(arena, s), *again;

    check(s->name && s->cmd_node && s->cmds);
    for (size_t i = 0; i < s->nouts; i++) {
        const char *path = s->outs[i].path;

        check(!resolved_inside(path) ||
              (path[0] != '\0' && !path_escapes(path) && !path_is_hostile(path)));
        check(!path_is_absolute(path));
    }
    yaml_write(&text, entry);
    check(yaml_read(&again, arena, text.buf, text.len, "entry") == 0);
    check(node_equal(entry, again));
    str_release(&text);
}

static void check_dataset(struct arena *arena, const struct pipefile *pipe, size_t at) {
    struct dataset ds;

    if (dataset_read(&ds, arena, pipe, at)) {
        check(err_text()[0] != '\0');
        err_clear();
        return;
    }
    check(ds.name && ds.url && !ds.lock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct repo repo = {.root = "/r/p", .root_fd = -1, .cwd = "", .arena = arena};
    struct view view = {.repo = &repo};
    struct pipefile pipe;

    if (pipefile_parse(&pipe, arena, &view, "sub/dvc.yaml", (const char *)data, size)) {
        check(err_text()[0] != '\0');
        err_clear();
    } else {
        check(pipe.stages.len <= FOREACH_MAX);
        for (size_t i = 0; i < pipe.stages.len && i < 100; i++) {
            check_stage(arena, pipe.stages.at[i]);
        }
        for (size_t i = 0; pipe.datasets && pipe.datasets->kind == NODE_LIST &&
                           i < pipe.datasets->list.len && i < 100;
             i++) {
            check_dataset(arena, &pipe, i);
        }
        pipefile_release(&pipe);
    }
    arena_free(arena);
    return 0;
}
