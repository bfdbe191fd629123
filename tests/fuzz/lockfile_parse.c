/*
 * dvc.lock: parsing does not crash, and the entries that are found by their columns are those of the YAML.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/dataset.h"
#include "model/lockfile.h"
#include "model/lockscan.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_scan(struct arena *arena, const char *text, size_t size) {
    struct lockscan scan = {0};
    struct node *root, *one;

    if (yaml_read(&root, arena, text, size, "dvc.lock")) {
        err_clear();
        return;
    }
    if (lockscan_read(&scan, arena, text, size)) {
        const struct node *stages = node_get(root, "stages");

        check(stages && stages->kind == NODE_MAP && stages->map.len == scan.entries.len);
        for (size_t i = 0; i < scan.entries.len; i++) {
            const struct lockscan_entry *e = &scan.entries.at[i];

            check(e->start < e->end && e->end <= size);
            check(yaml_read(&one, arena, text + e->start, e->end - e->start, "entry") == 0);
            check(one->kind == NODE_MAP && one->map.len == 1);
            check(node_equal(one->map.at[0].key, stages->map.at[i].key));
            check(node_equal(one->map.at[0].value, stages->map.at[i].value));
        }
    }
    lockscan_release(&scan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char stages[] =
        "stages:\n  a: {cmd: x, deps: [d, 'http://h/x'], outs: [o, p], params: [lr, {q.json: }]}\n"
        "  b: {cmd: y, deps: ['ds://s'], metrics: [m]}\n"
        "datasets:\n- {name: d, type: dvc, url: u}\n- {name: s, type: url, url: u}\n"
        "- {name: h, type: dc, url: u}\n";
    struct arena *arena = arena_new();
    struct repo repo = {.root = "/r/p", .root_fd = -1, .cwd = "", .arena = arena};
    struct view view = {.repo = &repo};
    struct pipefile pipe;

    check(pipefile_parse(&pipe, arena, &view, "dvc.yaml", stages, sizeof stages - 1) == 0);
    if (lockfile_apply(&pipe, arena, "dvc.lock", (const char *)data, size)) {
        check(err_text()[0] != '\0');
        err_clear();
    } else {
        struct dataset ds;

        for (size_t i = 0; i < pipe.datasets->list.len; i++) {
            check(dataset_read(&ds, arena, &pipe, i) == 0);
            check(!ds.lock || node_same(ds.lock, dataset_normal(arena, ds.lock)));
        }
        for (size_t i = 0; i < pipe.stages.len; i++) {
            check(stage_lock_entry(arena, pipe.stages.at[i]) != NULL);
        }
    }
    check_scan(arena, (const char *)data, size);
    pipefile_release(&pipe);
    arena_free(arena);
    return 0;
}
