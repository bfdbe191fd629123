#include "registry/prompt.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/index.h"
#include "model/suggest.h"
#include "model/view.h"
#include "data/data.h"
#include "data/read.h"
#include "registry/artifact.h"
#include "registry/prompt_template.h"

#define PROMPT_MAX ((size_t)4 << 20)

/* A value as text, of whatever kind it is; NULL for none. */
static const char *text_of(struct arena *arena, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!n || n->kind == NODE_NULL) {
        return NULL;
    }
    python_write(&text, n);
    return arena_strdup(arena, text.buf);
}

/* The same, but numbers as the file has them: version 1.10 is not 1.1. */
static const char *as_written(struct arena *arena, const struct node *n, const char *file) {
    return n && node_is_number(n) && n->span.end > n->span.start
               ? arena_strndup(arena, file + n->span.start, n->span.end - n->span.start)
               : text_of(arena, n);
}

static int invalid(const char *file, const struct node *at, const char *what) {
    return err_set(ERR_INVALID, "%s:%u: %s", file, at->line, what);
}

static int read_names(struct strv *out, struct arena *arena, const struct node *list,
                      const char *file) {
    if (list && list->kind != NODE_LIST && list->kind != NODE_NULL) {
        return invalid(file, list, "input_variables is no list");
    }
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const char *name = node_text(list->list.at[i]);

        if (!name || strv_has(out, name)) {
            return invalid(file, list->list.at[i], "no name of a variable, or one that was there");
        }
        vec_push(out, arena_strdup(arena, name));
    }
    return 0;
}

static int choose_form(struct prompt *out, struct arena *arena, const struct node *root,
                       const struct strv *names, const char *file) {
    const struct node *format = node_get(root, "template_format");
    const char *word = node_text(format);

    if (!format) {
        return err_wrap(prompt_template_form(&out->form, out->text, names, arena), "%s", file);
    }
    if (!word ||
        (!str_eq(word, "f-string") && !str_eq(word, "jinja2") && !str_eq(word, "mustache"))) {
        return invalid(file, format, "template_format is f-string, jinja2 or mustache");
    }
    out->form = str_eq(word, "f-string") ? PROMPT_SINGLE : PROMPT_DOUBLE;
    return 0;
}

/* What the template uses has to be what the file says it uses. */
static int check_names(struct prompt *p, struct arena *arena, const struct node *root,
                       const char *file) {
    const struct node *declared = node_get(root, "input_variables");
    bool listed = declared && declared->kind == NODE_LIST;
    struct strv used CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < p->parts.len; i++) {
        const struct prompt_part *part = &p->parts.at[i];

        if (!part->variable || strv_has(&used, part->text)) {
            continue;
        }
        vec_push(&used, part->text);
        if (listed && !strv_has(&p->variables, part->text) && !node_get(p->defaults, part->text)) {
            return invalid(file, declared,
                           arena_printf(arena,
                                        "the template uses '%s', which input_variables lacks",
                                        part->text));
        }
        if (!listed && !node_get(p->defaults, part->text)) {
            vec_push(&p->variables, part->text);
        }
    }
    for (size_t i = 0; i < p->variables.len; i++) {
        if (!strv_has(&used, p->variables.at[i])) {
            return invalid(file, declared,
                           arena_printf(arena,
                                        "input_variables has '%s', which the template does not use",
                                        p->variables.at[i]));
        }
    }
    return 0;
}

int prompt_parse(struct prompt *out, struct arena *arena, const char *text, size_t len,
                 const char *file) {
    struct node *root;
    int rc;

    memset(out, 0, sizeof *out);
    if ((rc = yaml_read(&root, arena, text, len, file))) {
        return rc;
    }
    const struct node *body = node_get(root, "template");
    out->text = node_text(body);
    if (!out->text) {
        return body ? invalid(file, body, "'template' is no text")
                    : err_set(ERR_INVALID, "%s: a prompt has a 'template'", file);
    }
    out->name = text_of(arena, node_get(root, "name"));
    out->version = as_written(arena, node_get(root, "version"), text);
    out->metadata = node_get(root, "metadata");
    out->defaults = node_get(root, "partial_variables");
    if (out->defaults && out->defaults->kind != NODE_MAP) {
        return invalid(file, out->defaults, "partial_variables maps names to values");
    }
    if ((rc = read_names(&out->variables, arena, node_get(root, "input_variables"), file)) ||
        (rc = choose_form(out, arena, root, &out->variables, file))) {
        return rc;
    }
    rc = err_wrap(prompt_template_split(out, arena), "%s", file);
    return rc ? rc : check_names(out, arena, root, file);
}

void prompt_release(struct prompt *p) {
    vec_release(&p->parts);
    strv_release(&p->variables);
}

/* The value of "key=value" for the key; NULL. */
static const char *given(const struct strv *values, const char *key) {
    size_t len = strlen(key);

    for (size_t i = 0; i < values->len; i++) {
        if (strncmp(values->at[i], key, len) == 0 && values->at[i][len] == '=') {
            return values->at[i] + len + 1;
        }
    }
    return NULL;
}

static int check_given(const struct prompt *p, const struct strv *values, struct arena *arena) {
    struct strv seen CLEANUP(strv_release) = {0}, known CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < p->parts.len; i++) {
        if (p->parts.at[i].variable) {
            vec_push(&known, p->parts.at[i].text);
        }
    }
    for (size_t i = 0; i < values->len; i++) {
        size_t len = strcspn(values->at[i], "=");
        const char *name = arena_strndup(arena, values->at[i], len);

        if (!values->at[i][len]) {
            return err_set(ERR_FAILED, "'%s' gives no value: write name=value", name);
        }
        if (strv_has(&seen, name)) {
            return err_set(ERR_FAILED, "'%s' is given twice", name);
        }
        if (!strv_has(&known, name)) {
            int rc = err_set(ERR_FAILED, "the prompt has no variable '%s'", name);
            const char *near = suggest_name(name, &known);
            if (near) {
                err_hint("did you mean '%s'?", near);
            }
            return rc;
        }
        vec_push(&seen, name);
    }
    return 0;
}

static int check_missing(const struct prompt *p, const struct strv *values) {
    struct str missing CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < p->variables.len; i++) {
        const char *name = p->variables.at[i];

        if (!given(values, name) && !node_get(p->defaults, name)) {
            str_addf(&missing, "%s%s", missing.len ? ", " : "", name);
        }
    }
    return missing.len ? err_set(ERR_FAILED, "no value for: %s", missing.buf) : 0;
}

int prompt_render(struct str *out, const struct prompt *p, const struct strv *values) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    int rc = check_given(p, values, arena);

    if (rc || (rc = check_missing(p, values))) {
        return rc;
    }
    for (size_t i = 0; i < p->parts.len; i++) {
        const struct prompt_part *part = &p->parts.at[i];
        const char *value = part->variable ? given(values, part->text) : part->text;

        value = value ? value : text_of(arena, node_get(p->defaults, part->text));
        str_adds(out, value ? value : "");
    }
    return 0;
}

int prompt_read(struct str *out, struct arena *arena, struct data *d, const struct artifact *a,
                const char *commit) {
    struct view view = {.repo = d->repo, .commit = commit};
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = view_read(out, &view, a->path, PROMPT_MAX);

    if (rc != ERR_NOT_FOUND) {
        return rc;
    }
    err_clear();
    rc = index_load(&idx, d->repo, commit);
    rc = rc ? rc : data_read_content(out, arena, d, idx, a->path, PROMPT_MAX);
    return err_wrap(rc, "artifact '%s'", a->name);
}
