#include "model/repo_dep.h"

#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/stage.h"

void repo_dep_release(struct repo_dep *o) {
    strv_release(&o->config);
    strv_release(&o->remote_config);
}

/* The leaves of a map: "<prefix>a.b=value". */
static void add_options(struct strv *out, struct arena *arena, const char *prefix,
                        const struct node *map) {
    for (size_t i = 0; i < map->map.len; i++) {
        const struct node_pair *pair = &map->map.at[i];
        const char *name = node_text(pair->key), *value = node_text(pair->value);
        struct str text CLEANUP(str_release) = STR_INIT;

        name = arena_printf(arena, "%s%s", prefix, name ? name : "");
        if (pair->value->kind == NODE_MAP) {
            add_options(out, arena, arena_printf(arena, "%s.", name), pair->value);
            continue;
        }
        python_write(&text, pair->value);
        vec_push(out, arena_printf(arena, "%s=%s", name, value ? value : text.buf));
    }
}

void repo_dep_read(struct repo_dep *out, struct arena *arena, const struct dep *d) {
    const struct node *repo = node_get(d->node, "repo"), *config = node_get(repo, "config"),
                      *remote = node_get(repo, "remote");

    *out = (struct repo_dep){0};
    if (config && config->kind == NODE_MAP) {
        add_options(&out->config, arena, "", config);
    } else if (node_text(config)) {
        out->config_file = arena_strdup(arena, node_text(config));
    }
    if (remote && remote->kind == NODE_MAP) {
        add_options(&out->remote_config, arena, "", remote);
    } else if (node_text(remote)) {
        out->remote = arena_strdup(arena, node_text(remote));
    }
}

static struct node *pairs_node(struct arena *arena, const struct strv *pairs) {
    struct node *map = node_map(arena);

    for (size_t i = 0; i < pairs->len; i++) {
        size_t len = strcspn(pairs->at[i], "=");
        const char *value = pairs->at[i] + len + (pairs->at[i][len] == '=');
        node_put(arena, map, arena_strndup(arena, pairs->at[i], len), node_str(arena, value));
    }
    return map;
}

/* {core: {remote: <name>}, remote: {<name>: {<option>: <value>}}} */
static struct node *named_config(struct arena *arena, const struct repo_dep *o) {
    struct node *config = node_map(arena), *core = node_map(arena), *remotes = node_map(arena);

    node_put(arena, core, "remote", node_str(arena, o->remote));
    node_put(arena, remotes, o->remote, pairs_node(arena, &o->remote_config));
    node_put(arena, config, "core", core);
    node_put(arena, config, "remote", remotes);
    return config;
}

static struct node *dep_node(struct arena *arena, const struct repo_dep *o) {
    struct node *top = node_map(arena), *repo = node_map(arena);

    if (o->remote && o->remote_config.len > 0) {
        node_put(arena, repo, "config", named_config(arena, o));
    } else if (o->config_file) {
        node_put(arena, repo, "config", node_str(arena, o->config_file));
    }
    if (o->remote && o->remote_config.len == 0) {
        node_put(arena, repo, "remote", node_str(arena, o->remote));
    } else if (!o->remote && o->remote_config.len > 0) {
        node_put(arena, repo, "remote", pairs_node(arena, &o->remote_config));
    }
    node_put(arena, top, "repo", repo);
    return top;
}

struct stage *repo_dep_stage(struct arena *arena, const char *out_path, const char *url,
                             const char *path, const char *rev, const struct repo_dep *o) {
    struct stage *s = dvcfile_new(arena, out_path, arena_printf(arena, "%s.dvc", out_path));
    struct dep *d = arena_alloc(arena, sizeof *d);

    d->kind = DEP_REPO;
    d->written = arena_strdup(arena, path);
    d->path = path_normal(arena, path);
    d->repo_url = arena_strdup(arena, url);
    d->repo_rev = rev ? arena_strdup(arena, rev) : NULL;
    d->node = dep_node(arena, o);
    content_clear(&d->recorded);
    s->deps = d;
    s->ndeps = 1;
    s->frozen = true;
    return s;
}
