#include "pipeline/slurm_options.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "batch/slurm.h"
#include "model/config.h"
#include "model/repo.h"
#include "model/schema.h"

/* Options that are one word each. */
static const struct {
    const char *name;
    size_t at;
} words[] = {
    {"partition", offsetof(struct slurm_ask, partition)},
    {"account", offsetof(struct slurm_ask, account)},
    {"qos", offsetof(struct slurm_ask, qos)},
    {"time", offsetof(struct slurm_ask, time)},
    {"mem", offsetof(struct slurm_ask, mem)},
    {"gpus", offsetof(struct slurm_ask, gpus)},
};

static const char **word_of(struct slurm_ask *ask, size_t i) {
    return (const char **)(void *)((char *)ask + words[i].at);
}

static void add_words(struct strv *out, struct arena *arena, const char *text) {
    for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
        size_t len = strcspn(text, " \t");

        vec_push(out, arena_strndup(arena, text, len));
        text += len;
    }
}

void slurm_options_repo(struct slurm_ask *ask, struct arena *arena, const struct repo *r) {
    struct config_entry args;

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const char *name = arena_printf(arena, "exec.slurm.%s", words[i].name);
        const char *value = config_get(r->config, CONFIG_MERGED, name);

        if (value) {
            *word_of(ask, i) = value;
        }
    }
    ask->cpus = config_int(r->config, "exec.slurm.cpus", ask->cpus);
    if (!config_find(&args, r->config, CONFIG_MERGED, "exec.slurm.args")) {
        return;
    }
    for (size_t i = 0; args.items && i < args.items->len; i++) {
        vec_push(&ask->args, args.items->at[i]);
    }
    if (!args.items) {
        add_words(&ask->args, arena, args.value);
    }
}

/* A string or a whole number, as text; NULL for anything else. */
static const char *text_of(struct arena *arena, const struct node *n) {
    if (n->kind == NODE_INT && !n->big) {
        return arena_printf(arena, "%lld", (long long)n->integer);
    }
    return node_text(n) && node_text(n)[0] ? node_text(n) : NULL;
}

static int take_args(struct slurm_ask *ask, struct arena *arena, const struct node *n,
                     const char *file) {
    if (node_text(n)) {
        add_words(&ask->args, arena, node_text(n));
        return 0;
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        const char *word = text_of(arena, n->list.at[i]);

        if (!word) {
            return schema_error(n->list.at[i], file, "an argument for sbatch has to be text");
        }
        vec_push(&ask->args, word);
    }
    return n->kind == NODE_LIST
               ? 0
               : schema_error(n, file, "meta.slurm.args has to be text or a list of it");
}

static int take_option(struct slurm_ask *ask, bool *array, struct arena *arena,
                       const struct node_pair *p, const char *file) {
    const char *name = node_text(p->key), *value = text_of(arena, p->value);

    if (str_eq(name, "args")) {
        return take_args(ask, arena, p->value, file);
    }
    if (str_eq(name, "array")) {
        *array = p->value->boolean;
        return p->value->kind == NODE_BOOL
                   ? 0
                   : schema_error(p->value, file, "meta.slurm.array has to be true or false");
    }
    if (str_eq(name, "cpus")) {
        return value && num_int(&ask->cpus, value) && ask->cpus > 0
                   ? 0
                   : schema_error(p->value, file,
                                  "meta.slurm.cpus has to be a whole number from 1 up");
    }
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(name, words[i].name)) {
            *word_of(ask, i) = value;
            return value ? 0
                         : schema_error(p->value, file, "meta.slurm.%s has to be text or a number",
                                        name);
        }
    }
    return schema_error(p->key, file,
                        "meta.slurm has no key '%s': there are partition, account, qos, time, mem, "
                        "gpus, cpus, args and array",
                        name ? name : node_kind_name(p->key->kind));
}

int slurm_options_meta(struct slurm_ask *ask, bool *array, struct arena *arena,
                       const struct node *meta, const char *file) {
    const struct node *slurm = node_get(meta, "slurm");
    int rc = 0;

    *array = true;
    if (!slurm || slurm->kind == NODE_NULL) {
        return 0;
    }
    if (slurm->kind != NODE_MAP) {
        return schema_error(slurm, file, "meta.slurm has to be a mapping");
    }
    for (size_t i = 0; i < slurm->map.len && !rc; i++) {
        rc = take_option(ask, array, arena, &slurm->map.at[i], file);
    }
    return rc;
}
