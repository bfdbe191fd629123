#include "measure/plot_template.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/repo.h"
#include "model/suggest.h"
#include "measure/plot_builtin.h"

static const struct plot_builtin *find_builtin(const char *name) {
    for (const struct plot_builtin *b = plot_builtins; b->name; b++) {
        if (str_eq(b->name, name)) {
            return b;
        }
    }
    return NULL;
}

const char *plot_template_name(size_t i) {
    return plot_builtins[i].name;
}

int plot_template_builtin(const struct node **out, struct arena *arena, const char *name) {
    const struct plot_builtin *b = find_builtin(name);
    struct strv names CLEANUP(strv_release) = {0};
    const char *near;
    int rc;

    if (b) {
        return plot_shorthand_read(out, arena, b->text);
    }
    for (b = plot_builtins; b->name; b++) {
        vec_push(&names, b->name);
    }
    near = suggest_name(name, &names);
    rc = err_set(ERR_NOT_FOUND, "there is no template '%s'", name);
    if (near) {
        err_hint("did you mean '%s'?", near);
    } else {
        err_hint("'plots templates' lists the built-in ones; others are files of .dvc/plots");
    }
    return rc;
}

/* Where a template of that name lies, NULL if it is no file. */
static const char *find_file(struct arena *arena, const struct repo *r, const char *name) {
    const char *dir = r ? path_join(arena, r->dvc_dir, "plots") : NULL;
    size_t stem = strlen(name) - strlen(path_suffix(name));
    const char *const places[] = {
        dir ? path_join(arena, dir, name) : NULL,
        dir ? path_join(arena, dir, arena_printf(arena, "%.*s.json", (int)stem, name)) : NULL,
        name,
    };

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (places[i] && file_exists(AT_FDCWD, places[i]) && !file_is_dir(AT_FDCWD, places[i])) {
            return places[i];
        }
    }
    return NULL;
}

int plot_template_load(const struct node **out, struct arena *arena, const struct repo *r,
                       const char *name) {
    const char *wanted = name && name[0] ? name : "linear", *file = find_file(arena, r, wanted);
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root;
    int rc;

    if (!file) {
        return plot_template_builtin(out, arena, wanted);
    }
    if ((rc = file_read(&text, AT_FDCWD, file, DOC_MAX_BYTES)) ||
        (rc = json_read(&root, arena, text.buf, text.len, file))) {
        return err_wrap(rc, "template '%s'", wanted);
    }
    if (root->kind != NODE_MAP) {
        return err_set(ERR_INVALID, "template '%s' (%s) is a %s; a mapping is needed", wanted, file,
                       node_kind_name(root->kind));
    }
    *out = root;
    return 0;
}

int plot_template_check(const struct repo *r, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct node *content;

    return plot_template_load(&content, arena, r, name);
}

/* The first mark in it, in order of the text. */
static const char *find_mark(const struct node *n) {
    const char *found = NULL;

    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len && !found; i++) {
        const struct node *value = n->map.at[i].value;

        if (str_eq(node_text(n->map.at[i].key), "mark")) {
            found = node_text(value) ? node_text(value) : node_text(node_get(value, "type"));
        } else if (!str_eq(node_text(n->map.at[i].key), "data")) {
            found = find_mark(value);
        }
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len && !found; i++) {
        found = find_mark(n->list.at[i]);
    }
    return found;
}

enum plot_mark plot_template_mark(const char *name, const struct node *content) {
    static const struct {
        const char *mark;
        enum plot_mark meaning;
    } marks[] = {{"point", PLOT_SCATTER},
                 {"circle", PLOT_SCATTER},
                 {"square", PLOT_SCATTER},
                 {"bar", PLOT_BARS},
                 {"rect", PLOT_MATRIX}};
    const struct plot_builtin *b = find_builtin(name ? name : "linear");
    const char *mark = b ? NULL : find_mark(content);

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (str_eq(mark, marks[i].mark)) {
            return marks[i].meaning;
        }
    }
    return b ? b->mark : PLOT_LINE;
}
