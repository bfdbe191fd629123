#include "pipeline/workflow.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/shell.h"
#include "base/str.h"
#include "base/utf8.h"
#include "model/graph.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"

#define ID_MAX 80 /* the least that an engine takes is 100 or so; a number may follow */

static const struct workflow_format *const formats[] = {&workflow_airflow, &workflow_argo,
                                                        &workflow_gha, &workflow_make};

const struct workflow_format *workflow_format_find(const char *name) {
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (str_eq(formats[i]->name, name)) {
            return formats[i];
        }
    }
    return NULL;
}

/* ---- text */

/* What opens an expression of GitHub, Argo or Jinja is taken apart: '{''{' is the same to a shell. Such
 * characters are within single quotes always. */
static void add_word(struct str *out, const char *text) {
    struct str quoted CLEANUP(str_release) = STR_INIT;

    shell_quote(&quoted, text);
    for (const char *p = quoted.buf; *p; p++) {
        str_addc(out, *p);
        if (*p == '{' && p[1] && strchr("{%#", p[1])) {
            str_adds(out, "''");
        }
    }
}

void workflow_add_needs(struct str *out, const struct workflow *w, const struct workflow_task *t,
                        const char *between) {
    for (size_t i = 0; i < t->needs.len; i++) {
        str_addf(out, "%s%s", i ? between : "", w->tasks.at[t->needs.at[i]].id);
    }
}

void workflow_add_last(struct str *out, const struct workflow *w, const char *between) {
    bool first = true;

    for (size_t i = 0; i < w->tasks.len; i++) {
        if (!w->tasks.at[i].needed) {
            str_addf(out, "%s%s", first ? "" : between, w->tasks.at[i].id);
            first = false;
        }
    }
}

void workflow_add_git_add(struct str *out, const struct workflow_task *t, int indent) {
    bool first = true;

    for (size_t i = 0; i < t->stage->nouts; i++) {
        const struct out *o = &t->stage->outs[i];

        if (o->cache || !resolved_inside(o->path)) {
            continue;
        }
        if (first) {
            str_addf(out, "%*sgit add --", indent, "");
        }
        first = false;
        str_addc(out, ' ');
        add_word(out, o->path);
    }
    str_adds(out, first ? "" : "\n");
}

/* Whether YAML of all versions takes it for that text as it is. */
static bool is_plain(const char *text) {
    if (!isalpha((unsigned char)*text)) {
        return false;
    }
    for (const char *p = text; *p; p++) {
        bool ends_word = !p[1] || p[1] == ' ';

        if (!isalnum((unsigned char)*p) && !strchr(" @%+=,./-_", *p) && (*p != ':' || ends_word)) {
            return false;
        }
    }
    return true;
}

void workflow_add_yaml(struct str *out, const char *text, int indent) {
    if (is_plain(text)) {
        str_addf(out, " %s\n", text);
    } else {
        str_addf(out, " |-\n%*s%s\n", indent, "", text);
    }
}

/* Characters that end lines somewhere, or that YAML does not allow. */
static bool is_one_line(const char *text) {
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t c = utf8_next(&text, end);

        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
            (c >= 0xd800 && c < 0xe000) || c == 0xfffe || c == 0xffff) {
            return false;
        }
    }
    return true;
}

/* ---- ids */

static bool is_taken(const struct map *ids, const struct workflow_format *f, const char *folded) {
    for (size_t i = 0; f->no_ids[i]; i++) {
        if (str_eq(f->no_ids[i], folded)) {
            return true;
        }
    }
    return map_has(ids, folded);
}

static const char *fold(struct arena *arena, const char *id) {
    char *folded = arena_strdup(arena, id);

    for (char *p = folded; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return folded;
}

/* Each run of what is not legal becomes one '-', or what there is in its place. It begins with a
 * letter. */
static const char *legal_id(struct arena *arena, const char *text, const char *chars) {
    struct str id CLEANUP(str_release) = STR_INIT;
    char other = strchr(chars, '-') ? '-' : '_';
    bool gap = false;

    if (!isalpha((unsigned char)*text)) {
        str_adds(&id, "stage");
        gap = true;
    }
    for (; *text && id.len < ID_MAX; text++) {
        if (!isalnum((unsigned char)*text) && !strchr(chars, *text)) {
            gap = true;
            continue;
        }
        if (gap && isalnum((unsigned char)*text) && isalnum((unsigned char)id.buf[id.len - 1])) {
            str_addc(&id, other);
        }
        gap = false;
        str_addc(&id, *text);
    }
    return arena_strdup(arena, id.buf);
}

static const char *unique_id(struct arena *arena, struct map *ids, const struct workflow_format *f,
                             const char *text) {
    const char *base = legal_id(arena, text, f->id_chars), *id = base;

    for (size_t n = 2; is_taken(ids, f, fold(arena, id)); n++) {
        id = arena_printf(arena, "%s%c%zu", base, strchr(f->id_chars, '-') ? '-' : '_', n);
    }
    map_put(ids, fold(arena, id), ids);
    return id;
}

/* ---- tasks */

/* As a target that is not taken for an option, seen from the root. */
static const char *target_of(struct arena *arena, const struct stage *s) {
    const char *address = stage_address(s, arena, "");

    if (address[0] != '-') {
        return address;
    }
    return arena_printf(arena, "%s%s",
                        strchr(s->file, '/') || !s->name ? "./" : "dvc.yaml:", address);
}

static void add_needs(struct workflow *w, const struct graph *g, const size_t *place) {
    size_t last = w->tasks.len - 1;
    struct workflow_task *t = &w->tasks.at[last];
    const struct graph_node *node = &g->node[t->stage->number];

    for (size_t i = 0; i < node->up.len; i++) {
        size_t up = place[node->up.at[i]];
        bool had = up == 0;

        for (size_t k = 0; !had && k < t->needs.len; k++) {
            had = t->needs.at[k] == up - 1;
        }
        if (!had) {
            vec_push(&t->needs, up - 1);
            w->tasks.at[up - 1].needed = true;
        }
    }
}

static int add_tasks(struct workflow *w, struct arena *arena, const struct graph *g,
                     const struct stages *stages, const struct workflow_format *f) {
    struct map ids CLEANUP(map_release) = MAP_INIT;
    size_t *place = mem_zalloc(g->len + 1, sizeof *place); /* of a stage's task, + 1; 0: none */
    int rc = 0;

    for (size_t i = 0; !rc && i < stages->len; i++) {
        const struct stage *s = stages->at[i];
        struct str word CLEANUP(str_release) = STR_INIT;
        struct workflow_task t = {.stage = s};

        if (s->frozen || stage_is_data(s)) {
            continue;
        }
        const char *target = target_of(arena, s);

        if (!is_one_line(target)) {
            rc = err_set(ERR_FAILED,
                         "%s: the name of stage '%s' has characters that the file could "
                         "not hold",
                         stage_place(s, s->node, arena, ""), target);
            break;
        }
        t.id = unique_id(arena, &ids, f, target);
        add_word(&word, target);
        t.word = arena_strdup(arena, word.buf);
        vec_push(&w->tasks, t);
        place[s->number] = w->tasks.len;
        add_needs(w, g, place);
    }
    free(place);
    return rc;
}

int workflow_build(struct workflow *out, struct arena *arena, const struct repo *r,
                   const struct graph *g, const struct stages *stages,
                   const struct workflow_format *f) {
    *out = (struct workflow){.folder = r->root,
                             .name = legal_id(arena, path_base(r->root), f->id_chars)};
    if (f->needs_git && (!r->git || r->git_path[0])) {
        int rc = err_set(ERR_FAILED, "'%s' is not the root of a Git repository", r->root);

        err_hint("format %s needs it to be", f->name);
        return rc;
    }
    int rc = add_tasks(out, arena, g, stages, f);

    if (!rc && out->tasks.len == 0) {
        rc = err_set(ERR_FAILED, "no stage to run: there is none, or all are frozen");
    }
    return rc;
}

void workflow_release(struct workflow *w) {
    for (size_t i = 0; i < w->tasks.len; i++) {
        vec_release(&w->tasks.at[i].needs);
    }
    vec_release(&w->tasks);
}
