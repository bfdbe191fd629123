#include "pipeline/repro_order.h"

#include <stddef.h>

#include "base/vec.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/target.h"
#include "pipeline/repro.h"

static int collect_targets(struct stages *out, struct index *index, const struct repro_request *o) {
    unsigned flags = (o->recursive ? TARGET_RECURSIVE : 0) | (o->glob ? TARGET_GLOB : 0);
    struct strv typed CLEANUP(strv_release) = {0};

    if (o->all_pipelines) {
        return 0;
    }
    for (size_t i = 0; i < o->targets.len; i++) {
        vec_push(&typed, o->targets.at[i]);
    }
    if (!typed.len) {
        vec_push(&typed, "dvc.yaml");
    }
    return target_stages(out, index, &typed, flags);
}

int repro_order(struct stages *order, struct graph **graph, struct index *index,
                const struct repro_request *o) {
    struct stages targets = {0};
    int rc = collect_targets(&targets, index, o);

    if (rc || (o->single && !o->pipeline && !o->all_pipelines)) {
        *order = targets;
        return rc;
    }
    if (!(rc = graph_build(graph, index))) {
        graph_detach_frozen(*graph);
        if (o->pipeline && targets.len) {
            rc = graph_pipeline(order, *graph, &targets);
        } else if (o->downstream && !o->pipeline && targets.len) {
            rc = graph_downstream(order, *graph, &targets);
        } else {
            rc = graph_order(order, *graph, &targets);
        }
    }
    vec_release(&targets);
    return rc;
}
