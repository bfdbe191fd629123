#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "exp/override.h"
#include "os/term.h"

enum { DEPTH_MAX = 100 };

static bool is_container(const struct node *n) {
    return n && (n->kind == NODE_MAP || n->kind == NODE_LIST);
}

/* ---- places */

/* The item of a list, NULL if there is none. */
static struct node **list_slot(struct node *list, const char *index) {
    int64_t i;

    return num_int(&i, index) && i >= 0 && (size_t)i < list->list.len ? &list->list.at[i] : NULL;
}

static struct node *child(const struct node *parent, const char *key) {
    struct node **slot;

    if (parent->kind == NODE_MAP) {
        return node_get(parent, key);
    }
    slot = parent->kind == NODE_LIST ? list_slot((struct node *)parent, key) : NULL;
    return slot ? *slot : NULL;
}

/* What the dotted key leads to, NULL if it leads nowhere. */
static struct node *find(const struct node *root, struct arena *arena, const char *key) {
    char *rest = arena_strdup(arena, key), *part;
    struct node *n = (struct node *)root;

    while (n && (part = strsep(&rest, "."))) {
        n = child(n, part);
    }
    return n;
}

/* ---- errors */

static int absent(const struct override *o) {
    const char *plain = o->text;
    int rc = err_set(ERR_FAILED, "parameter '%s' is not there to be changed", o->key);

    err_hint("to add it, set it as '+%s'", plain);
    return rc;
}

static int misfit(const struct override *o) {
    return err_set(ERR_FAILED, "'%s' does not fit what stands at '%s'", o->text, o->key);
}

/* ---- changes */

/* Map into map key by key; a list replaces a list. */
static int merge(struct node *into, struct arena *arena, const struct node *value,
                 const struct override *o) {
    int rc = 0;

    if (into->kind != value->kind) {
        return misfit(o);
    }
    if (value->kind == NODE_LIST) {
        into->list = node_clone(arena, value)->list;
        return 0;
    }
    for (size_t i = 0; !rc && i < value->map.len; i++) {
        const struct node *key = value->map.at[i].key, *new = value->map.at[i].value;
        size_t k = 0;

        while (k < into->map.len && !node_equal(into->map.at[k].key, key)) {
            k++;
        }
        if (k == into->map.len) {
            if (o->kind == OVERRIDE_CHANGE) {
                return absent(o);
            }
            node_add(arena, into, key, node_clone(arena, new));
        } else if (is_container(into->map.at[k].value) && is_container(new)) {
            rc = merge(into->map.at[k].value, arena, new, o);
        } else {
            into->map.at[k].value = node_clone(arena, new);
        }
    }
    return rc;
}

/* The map or list on the way; with + and ++ one is made where there is none. */
static int step_down(struct node **at, struct arena *arena, const char *part,
                     const struct override *o) {
    struct node *next = child(*at, part), **slot;

    if (!is_container(next)) {
        if ((*at)->kind == NODE_LIST && !list_slot(*at, part)) {
            return misfit(o);
        }
        if (o->kind == OVERRIDE_CHANGE) {
            return absent(o);
        }
        next = node_map(arena);
        if ((*at)->kind == NODE_LIST) {
            slot = list_slot(*at, part);
            *slot = next;
        } else {
            node_put(arena, *at, part, next);
        }
    }
    *at = next;
    return 0;
}

static int set(struct node *root, struct arena *arena, const struct override *o) {
    char *rest = arena_strdup(arena, o->key), *part = strsep(&rest, ".");
    struct node *at = root, *old, **slot;
    int rc;

    for (; rest; part = strsep(&rest, ".")) {
        if ((rc = step_down(&at, arena, part, o))) {
            return rc;
        }
    }
    old = child(at, part);
    if (is_container(old) && is_container(o->value)) {
        return merge(old, arena, o->value, o);
    }
    if (at->kind == NODE_LIST) {
        if (!(slot = list_slot(at, part))) {
            return misfit(o);
        }
        *slot = node_clone(arena, o->value);
        return 0;
    }
    if (!old && o->kind == OVERRIDE_CHANGE) {
        return absent(o);
    }
    node_put(arena, at, part, node_clone(arena, o->value));
    return 0;
}

static int add(struct node *root, struct arena *arena, const struct override *o) {
    const struct node *there = find(root, arena, o->key);
    int rc;

    if (!there || there->kind == NODE_NULL || is_container(o->value)) {
        return set(root, arena, o);
    }
    rc = err_set(ERR_FAILED, "parameter '%s' is there already", o->key);
    err_hint("to change it, set it as '%s'", o->text + 1);
    return rc;
}

static int drop(struct node *root, struct arena *arena, const struct override *o) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const struct node *there = find(root, arena, o->key);
    const char *dot = strrchr(o->key, '.');
    struct node *parent = root;

    if (!there || there->kind == NODE_NULL) {
        return err_set(ERR_FAILED, "parameter '%s' is not there to be removed", o->key);
    }
    if (o->value && o->value->kind != NODE_NULL && !node_equal(o->value, there)) {
        python_write(&text, there);
        return err_set(ERR_FAILED, "parameter '%s' is not removed, for its value is %s", o->key,
                       text.buf);
    }
    if (dot) {
        parent = find(root, arena, arena_strndup(arena, o->key, (size_t)(dot - o->key)));
    }
    if (parent->kind != NODE_MAP) {
        return err_set(ERR_FAILED, "'%s' is part of a list: set the whole list", o->key);
    }
    node_drop(parent, dot ? dot + 1 : o->key);
    return 0;
}

static int apply(struct node *root, struct arena *arena, const struct override *o) {
    if (o->sweep) {
        return err_set(ERR_FAILED, "'%s' stands for several runs", o->text);
    }
    if (o->package) {
        return err_set(ERR_FAILED, "'%s' chooses in a group of Hydra, but there is no group '%s'",
                       o->text, o->key);
    }
    switch (o->kind) {
    case OVERRIDE_CHANGE:
    case OVERRIDE_SET:
        return set(root, arena, o);
    case OVERRIDE_ADD:
        return add(root, arena, o);
    case OVERRIDE_DROP:
        return drop(root, arena, o);
    }
    return 0;
}

/* ---- interpolations */

struct resolver {
    struct arena *arena;
    const struct node *root;
    unsigned depth;
};

static int resolve(struct node **n, struct resolver *r);

static int unresolved(const char *what) {
    return err_set(ERR_FAILED, "cannot tell what '${%s}' stands for", what);
}

/* What stands between ${ and }. */
static int look_up(struct node **out, struct resolver *r, const char *what) {
    static const char env[] = "oc.env:";
    const struct node *there;
    char *name, *fallback;
    const char *value;
    int rc;

    if (str_starts(what, env)) {
        fallback = name = arena_strdup(r->arena, what + strlen(env));
        strsep(&fallback, ",");
        value = env_get(name);
        if (!value && !fallback) {
            return err_set(ERR_FAILED, "the environment variable '%s' is not set", name);
        }
        *out = node_str(r->arena, value ? value : fallback);
        return 0;
    }
    there = strpbrk(what, ":[{ ") ? NULL : find(r->root, r->arena, what);
    if (!there || !*what) {
        return unresolved(what);
    }
    *out = node_clone(r->arena, there);
    r->depth++;
    rc = r->depth > DEPTH_MAX ? unresolved(what) : resolve(out, r);
    r->depth--;
    return rc;
}

/* A text that is one interpolation becomes its value, else the values are put in as text. */
static int resolve_text(struct node **n, struct resolver *r) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *at = (*n)->str.text, *open, *close;
    struct node *value;
    int rc;

    while ((open = strstr(at, "${")) && (close = strchr(open, '}'))) {
        bool escaped = open > at && open[-1] == '\\';
        str_add(&text, at, (size_t)(open - at) - escaped);
        if (escaped) {
            str_adds(&text, "${");
            at = open + 2;
            continue;
        }
        const char *what = arena_strndup(r->arena, open + 2, (size_t)(close - open) - 2);
        if ((rc = look_up(&value, r, what))) {
            return rc;
        }
        if (open == (*n)->str.text && !close[1]) {
            *n = value;
            return 0;
        }
        python_write(&text, value);
        at = close + 1;
    }
    str_adds(&text, at);
    *n = node_strn(r->arena, text.buf, text.len);
    return 0;
}

static int resolve(struct node **n, struct resolver *r) {
    int rc = 0;

    if ((*n)->kind == NODE_STR) {
        if (str_eq((*n)->str.text, "?"
                                   "??")) {
            return err_set(ERR_FAILED, "a parameter has no value yet (three question marks)");
        }
        return strstr((*n)->str.text, "${") ? resolve_text(n, r) : 0;
    }
    for (size_t i = 0; !rc && (*n)->kind == NODE_LIST && i < (*n)->list.len; i++) {
        rc = resolve(&(*n)->list.at[i], r);
    }
    for (size_t i = 0; !rc && (*n)->kind == NODE_MAP && i < (*n)->map.len; i++) {
        rc = resolve(&(*n)->map.at[i].value, r);
    }
    return rc;
}

int override_apply(struct node *root, struct arena *arena, const struct strv *texts) {
    struct resolver r = {.arena = arena, .root = root};
    int rc = 0;

    if (root->kind != NODE_MAP) {
        return err_set(ERR_FAILED, "it holds no parameters, but a %s", node_kind_name(root->kind));
    }
    for (size_t i = 0; !rc && i < texts->len; i++) {
        struct override o CLEANUP(override_release) = {0};
        if (!(rc = override_parse(&o, arena, texts->at[i]))) {
            rc = apply(root, arena, &o);
        }
    }
    return rc ? rc : resolve(&root, &r);
}
