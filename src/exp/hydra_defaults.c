#include "exp/hydra_defaults.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "exp/override.h"

/* ---- lists */

/* "optional override group@package" */
static void parse_key(struct hydra_default *d, struct arena *arena, const char *key) {
    const char *at;

    for (;;) {
        if (str_starts(key, "optional ")) {
            d->optional = true;
            key += strlen("optional ");
        } else if (str_starts(key, "override ")) {
            d->override = true;
            key += strlen("override ");
        } else {
            break;
        }
    }
    at = strchr(key, '@');
    d->group = at ? arena_strndup(arena, key, (size_t)(at - key)) : key;
    d->package = at ? at + 1 : NULL;
}

static int parse_item(struct hydra_default *d, struct arena *arena, const struct node *item,
                      const char *file) {
    const char *text = node_text(item), *at;

    *d = (struct hydra_default){0};
    if (item->kind == NODE_MAP && item->map.len == 1 && node_text(item->map.at[0].key)) {
        d->value = item->map.at[0].value;
        parse_key(d, arena, node_text(item->map.at[0].key));
        return 0;
    }
    if (!text) {
        return err_set(ERR_INVALID, "%s: an entry of a defaults list is a name or 'group: name'",
                       file);
    }
    d->self = str_eq(text, "_self_");
    at = strchr(text, '@');
    d->package = at ? at + 1 : NULL;
    d->value = at ? node_strn(arena, text, (size_t)(at - text)) : item;
    return 0;
}

int hydra_defaults_parse(struct hydra_defaults *out, struct arena *arena, const struct node *list,
                         const char *file) {
    struct hydra_default d;
    int rc = 0;

    if (list->kind != NODE_LIST) {
        return err_set(ERR_INVALID, "%s: 'defaults' is no list", file);
    }
    for (size_t i = 0; !rc && i < list->list.len; i++) {
        if (!(rc = parse_item(&d, arena, list->list.at[i], file))) {
            vec_push(out, d);
        }
    }
    return rc;
}

void hydra_defaults_add_self(struct hydra_defaults *d) {
    for (size_t i = 0; i < d->len; i++) {
        if (d->at[i].self) {
            return;
        }
    }
    vec_push(d, ((struct hydra_default){.self = true}));
}

/* ---- places */

static const char *dotted(struct arena *arena, const char *path) {
    char *text = arena_strdup(arena, path);

    for (char *c = text; *c; c++) {
        *c = *c == '/' ? '.' : *c;
    }
    return text;
}

/* Below the parent's, but for what begins at the top. */
static const char *join_package(struct arena *arena, const char *parent, const char *package) {
    static const char top[] = "_global_";
    const char *joined = !*parent    ? package
                         : !*package ? parent
                                     : arena_printf(arena, "%s.%s", parent, package);
    const char *last = NULL;

    for (const char *at = joined; (at = strstr(at, top)); at++) {
        last = at;
    }
    if (last) {
        joined = last + strlen(top) + (last[strlen(top)] == '.');
    }
    return joined;
}

struct hydra_place hydra_place_of(struct arena *arena, const struct hydra_place *parent,
                                  const struct hydra_default *d, const char *name) {
    const char *group = d->group ? d->group : "", *said = name ? name : "";
    const char *base = parent->group, *relative, *mark;
    struct hydra_place p = {.optional = d->optional, .own = parent->package};

    if (!d->group) {
        said = *said || !d->value ? said : node_text(d->value);
        group = said ? path_dir(arena, said) : "";
        said = said ? path_base(said) : "";
    }
    if (*group == '/') {
        base = "";
        group++;
    }
    relative = group;
    p.group = path_join(arena, base, group);
    p.path = path_join(arena, p.group, said);
    p.asked = d->package;
    if (str_eq(p.asked, "_here_")) {
        p.asked = "";
    } else if ((mark = p.asked ? strstr(p.asked, "_group_") : NULL)) {
        p.asked = arena_printf(arena, "_global_.%.*s%s%s", (int)(mark - p.asked), p.asked,
                               dotted(arena, p.group), mark + strlen("_group_"));
    }
    p.package = join_package(arena, p.own, p.asked ? p.asked : dotted(arena, relative));
    p.key = p.group;
    if (!str_eq(p.package, dotted(arena, p.group))) {
        p.key = arena_printf(arena, "%s@%s", p.group, *p.package ? p.package : "_global_");
    }
    return p;
}

void hydra_place_package(struct hydra_place *p, struct arena *arena, const char *header) {
    if (!header || p->asked) {
        return;
    }
    if (strstr(header, "_group_")) {
        header = dotted(arena, p->group);
    }
    p->package = join_package(arena, "", arena_printf(arena, "%s", header));
}

/* ---- choices */

void hydra_choices_release(struct hydra_choices *c) {
    vec_release(&c->at);
    vec_release(&c->known);
    vec_release(&c->appended);
}

static struct hydra_choice *find(struct hydra_choices *c, const char *key) {
    for (size_t i = 0; i < c->at.len; i++) {
        if (str_eq(c->at.at[i].key, key)) {
            return &c->at.at[i];
        }
    }
    return NULL;
}

int hydra_choices_add(struct hydra_choices *c, struct arena *arena, const struct override *o) {
    const char *key = o->package ? arena_printf(arena, "%s@%s", o->key, o->package) : o->key;
    struct hydra_choice choice = {.key = key, .value = o->value, .text = o->text};
    struct hydra_choice *old = find(c, key);

    if (o->kind == OVERRIDE_SET) {
        return err_set(ERR_FAILED, "'%s': a group is chosen by '%s=…', or added by '+%s=…'",
                       o->text, key, key);
    }
    if (o->value && o->value->kind != NODE_STR && o->value->kind != NODE_LIST) {
        return err_set(ERR_FAILED, "'%s': of a group, a file is chosen by its name", o->text);
    }
    if (o->kind == OVERRIDE_ADD) {
        vec_push(&c->appended, ((struct hydra_default){.group = arena_printf(arena, "/%s", o->key),
                                                       .package = o->package,
                                                       .value = o->value}));
        return 0;
    }
    if (o->kind == OVERRIDE_DROP) {
        choice.only = o->value != NULL;
    }
    if (o->kind == OVERRIDE_DROP && !choice.only) {
        choice.value = NULL;
    }
    if (old) {
        *old = choice;
    } else {
        vec_push(&c->at, choice);
    }
    return 0;
}

void hydra_choices_note(struct hydra_choices *c, struct arena *arena,
                        const struct hydra_place *parent, const struct hydra_default *d) {
    struct hydra_place place;

    if (!d->override || !d->group) {
        return;
    }
    place = hydra_place_of(arena, parent, d, NULL);
    if (!find(c, place.key)) {
        vec_push(&c->at, ((struct hydra_choice){.key = place.key, .value = d->value}));
    }
}

void hydra_choices_append(struct hydra_defaults *out, const struct hydra_choices *c) {
    if (c->appended.len) {
        hydra_defaults_add_self(out);
    }
    for (size_t i = 0; i < c->appended.len; i++) {
        vec_push(out, c->appended.at[i]);
    }
}

int hydra_choices_know(struct hydra_choices *c, const char *key, const char *name) {
    for (size_t i = 0; i < c->known.len; i++) {
        if (str_eq(c->known.at[i].key, key) && !str_eq(c->known.at[i].text, name)) {
            int rc = err_set(ERR_FAILED, "two files of the group '%s' are chosen", key);
            err_hint("to choose another one, set it as '%s=%s'", key, name);
            return rc;
        }
    }
    vec_push(&c->known, ((struct hydra_choice){.key = key, .text = name}));
    return 0;
}

bool hydra_choices_names(struct strv *out, struct hydra_choices *c, const struct hydra_default *d,
                         const char *key) {
    struct hydra_choice *choice = d->group ? find(c, key) : NULL;
    const struct node *value = d->value;

    if (choice) {
        bool removed = choice->only ? node_equal(choice->value, value) : !choice->value;
        choice->used |= removed || !choice->only;
        if (removed) {
            return false;
        }
        value = choice->only ? value : choice->value;
    }
    if (node_text(value)) {
        vec_push(out, node_text(value));
    }
    for (size_t i = 0; value && value->kind == NODE_LIST && i < value->list.len; i++) {
        if (node_text(value->list.at[i])) {
            vec_push(out, node_text(value->list.at[i]));
        }
    }
    return out->len > 0;
}

int hydra_choices_check(const struct hydra_choices *c) {
    for (size_t i = 0; i < c->at.len; i++) {
        const struct hydra_choice *choice = &c->at.at[i];
        if (!choice->used) {
            int rc = err_set(ERR_FAILED, "the group '%s' is in no defaults list", choice->key);
            if (choice->text) {
                err_hint("to add it, set it as '+%s'", choice->text);
            }
            return rc;
        }
    }
    return 0;
}
