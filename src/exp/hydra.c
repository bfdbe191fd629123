#include "exp/hydra.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/config.h"
#include "model/repo.h"
#include "exp/hydra_defaults.h"
#include "exp/override.h"

#define PARAMS_FILE "params.yaml"

void hydra_claim(struct override_sets *sets, const struct repo *r) {
    size_t i = 0;

    if (!config_bool(r->config, "hydra.enabled", false)) {
        return;
    }
    while (i < sets->len && !str_eq(sets->at[i].file, PARAMS_FILE)) {
        i++;
    }
    if (i == sets->len) {
        vec_push(sets, ((struct override_set){.file = PARAMS_FILE}));
    }
    sets->at[i].composed = true;
}

struct compose {
    struct arena *arena;
    const char *dir;
    struct hydra_choices choices;
    struct strv values; /* overrides that are none of a group */
    struct node *result;
    unsigned depth;
};

enum { DEPTH_MAX = 50 };

/* ---- merging */

static struct node *map_at(struct compose *c, struct node *root, const char *package) {
    char *rest = arena_strdup(c->arena, package), *part;
    struct node *at = root, *next;

    while (*package && (part = strsep(&rest, "."))) {
        next = node_get(at, part);
        if (!next || next->kind != NODE_MAP) {
            next = node_map(c->arena);
            node_put(c->arena, at, part, next);
        }
        at = next;
    }
    return at;
}

static void merge(struct compose *c, struct node *into, const struct node *from) {
    for (size_t i = 0; i < from->map.len; i++) {
        const struct node *key = from->map.at[i].key, *value = from->map.at[i].value;
        size_t k = 0;
        while (k < into->map.len && !node_equal(into->map.at[k].key, key)) {
            k++;
        }
        if (k == into->map.len) {
            node_add(c->arena, into, key, node_clone(c->arena, value));
        } else if (into->map.at[k].value->kind == NODE_MAP && value->kind == NODE_MAP) {
            merge(c, into->map.at[k].value, value);
        } else {
            into->map.at[k].value = node_clone(c->arena, value);
        }
    }
}

/* ---- files */

struct config {
    struct node *content; /* a map, without its defaults */
    struct hydra_defaults defaults;
    const char *package; /* "# @package …", or NULL */
    bool found;
};

static const char *find_package(struct arena *arena, const char *text) {
    static const char mark[] = "@package";

    while (*text == '#' || *text == '\n' || *text == ' ') {
        size_t line = strcspn(text, "\n"), blanks = strspn(text, "# ");
        if (strncmp(text + blanks, mark, strlen(mark)) == 0 && blanks < line) {
            const char *name = text + blanks + strlen(mark);
            name += strspn(name, " ");
            return arena_strndup(arena, name, strcspn(name, " \r\n"));
        }
        text += line + (text[line] == '\n');
    }
    return NULL;
}

static int load(struct config *out, struct compose *c, const char *name) {
    const char *file = arena_printf(c->arena, "%s/%s.yaml", c->dir, name);
    struct str text CLEANUP(str_release) = STR_INIT;
    const struct node *defaults;
    int rc;

    *out = (struct config){0};
    if (!file_exists(AT_FDCWD, file)) {
        return 0;
    }
    out->found = true;
    if ((rc = file_read(&text, AT_FDCWD, file, DOC_MAX_BYTES)) ||
        (rc = yaml_read(&out->content, c->arena, text.buf, text.len, file))) {
        return rc;
    }
    out->package = find_package(c->arena, text.buf);
    if (out->content->kind == NODE_NULL) {
        out->content = node_map(c->arena);
    }
    if (out->content->kind != NODE_MAP) {
        return err_set(ERR_INVALID, "%s: expected a map", file);
    }
    out->content = node_clone(c->arena, out->content);
    if ((defaults = node_get(out->content, "defaults"))) {
        rc = hydra_defaults_parse(&out->defaults, c->arena, defaults, file);
        node_drop(out->content, "defaults");
    }
    return rc;
}

/* ---- the tree of defaults */

/* What a visited configuration gives, in order. */
struct piece {
    const char *package;
    const struct node *content;
};
struct pieces VEC_OF(struct piece);

static int visit(struct pieces *out, struct compose *c, const struct hydra_place *place);

static int not_found(const struct compose *c, const struct hydra_place *p) {
    return err_set(ERR_NOT_FOUND, "%s: there is no configuration '%s.yaml'", c->dir, p->path);
}

static int visit_option(struct pieces *out, struct compose *c, const struct hydra_place *parent,
                        const struct hydra_default *d, const char *name) {
    struct hydra_place place = hydra_place_of(c->arena, parent, d, name);

    return visit(out, c, &place);
}

/* One entry of a defaults list; of a group with several options all. */
static int visit_default(struct pieces *out, struct compose *c, const struct hydra_place *parent,
                         const struct hydra_default *d) {
    struct strv names CLEANUP(strv_release) = {0};
    struct hydra_place place = hydra_place_of(c->arena, parent, d, NULL);
    int rc = 0;

    if (!hydra_choices_names(&names, &c->choices, d, place.key)) {
        return 0;
    }
    if (d->group && d->value && names.len == 1) {
        rc = hydra_choices_know(&c->choices, place.key, names.at[0]);
    }
    for (size_t i = 0; !rc && i < names.len; i++) {
        if (strstr(names.at[i], "${")) {
            return err_set(ERR_UNSUPPORTED, "%s: '%s' in a defaults list is not supported", c->dir,
                           names.at[i]);
        }
        if (str_eq(names.at[i], "?"
                                "??")) {
            return err_set(ERR_FAILED, "%s: choose one of the group, as '%s=<name>'", c->dir,
                           place.key);
        }
        rc = visit_option(out, c, parent, d, names.at[i]);
    }
    return rc;
}

/* From the last entry to the first, for what a later one overrides holds for the earlier ones; then in
 * order. */
static int visit_children(struct pieces *out, struct compose *c, const struct hydra_place *place,
                          const struct config *config) {
    size_t n = config->defaults.len;
    struct pieces *parts = arena_alloc(c->arena, (n + 1) * sizeof *parts);
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        hydra_choices_note(&c->choices, c->arena, place, &config->defaults.at[i]);
    }
    for (size_t i = n; !rc && i-- > 0;) {
        const struct hydra_default *d = &config->defaults.at[i];
        if (d->self) {
            vec_push(&parts[i], ((struct piece){place->package, config->content}));
        } else if (!d->override) {
            rc = visit_default(&parts[i], c, place, d);
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < parts[i].len; k++) {
            vec_push(out, parts[i].at[k]);
        }
        vec_release(&parts[i]);
    }
    return rc;
}

static int visit(struct pieces *out, struct compose *c, const struct hydra_place *asked) {
    struct hydra_place place = *asked;
    struct config config;
    int rc = load(&config, c, place.path);

    if (rc || !config.found) {
        rc = rc || place.optional ? rc : not_found(c, &place);
        return rc;
    }
    if (c->depth >= DEPTH_MAX) {
        return err_set(ERR_INVALID, "%s: the defaults lists lead in a circle at '%s'", c->dir,
                       place.path);
    }
    hydra_place_package(&place, c->arena, config.package);
    if (place.primary) {
        hydra_choices_append(&config.defaults, &c->choices);
    }
    hydra_defaults_add_self(&config.defaults);
    c->depth++;
    rc = visit_children(out, c, &place, &config);
    c->depth--;
    vec_release(&config.defaults);
    return rc;
}

/* ---- all of it */

static int check_options(const struct repo *r) {
    static const struct {
        const char *option, *hint;
    } refused[] = {
        {"hydra.config_module",
         "only the Python that DVC lives in knows where the module is: set hydra.config_dir to its "
         "folder instead"},
        {"hydra.plugins_path", "without it the files are composed by Hydra's own rules"},
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        if (config_get(r->config, CONFIG_MERGED, refused[i].option)) {
            int rc = err_set(ERR_UNSUPPORTED, "%s is set, which takes a Python program",
                             refused[i].option);
            err_hint("%s", refused[i].hint);
            return rc;
        }
    }
    return 0;
}

/* Overrides of groups choose; all others are values. */
static int sort_overrides(struct compose *c, const struct strv *overrides) {
    int rc = 0;

    for (size_t i = 0; !rc && i < overrides->len; i++) {
        struct override o CLEANUP(override_release) = {0};
        if ((rc = override_parse(&o, c->arena, overrides->at[i]))) {
            return rc;
        }
        bool is_group = file_is_dir(AT_FDCWD, arena_printf(c->arena, "%s/%s", c->dir, o.key));
        if (!is_group || o.sweep || (o.value && o.value->kind == NODE_MAP)) {
            if (!str_starts(o.key, "hydra.")) {
                vec_push(&c->values, overrides->at[i]);
            }
        } else {
            rc = hydra_choices_add(&c->choices, c->arena, &o);
        }
    }
    return rc;
}

static int compose(struct compose *c, const char *name) {
    struct hydra_place root = {.path = name,
                               .group = path_dir(c->arena, name),
                               .primary = true,
                               .package = "",
                               .own = "",
                               .key = ""};
    struct pieces pieces = {0};
    int rc = visit(&pieces, c, &root);

    c->result = node_map(c->arena);
    for (size_t i = 0; !rc && i < pieces.len; i++) {
        merge(c, map_at(c, c->result, pieces.at[i].package), pieces.at[i].content);
    }
    vec_release(&pieces);
    node_drop(c->result, "hydra");
    rc = rc ? rc : hydra_choices_check(&c->choices);
    return rc ? rc : override_apply(c->result, c->arena, &c->values);
}

int hydra_compose(struct node **out, struct arena *arena, const struct repo *r,
                  const struct strv *overrides) {
    const char *dir = config_get(r->config, CONFIG_MERGED, "hydra.config_dir");
    const char *name = config_get(r->config, CONFIG_MERGED, "hydra.config_name");
    struct compose c = {.arena = arena};
    int rc = check_options(r);

    c.dir = path_join(arena, r->root, dir ? dir : "conf");
    if (!rc && !(rc = sort_overrides(&c, overrides))) {
        rc = compose(&c, name ? name : "config");
    }
    *out = c.result;
    hydra_choices_release(&c.choices);
    strv_release(&c.values);
    return rc ? err_wrap(rc, "hydra") : 0;
}
