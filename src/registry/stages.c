#include "registry/stages.h"

#include <stdbool.h>

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "git/gitrepo.h"
#include "model/suggest.h"
#include "registry/state.h"
#include "registry/tagname.h"

#define CONFIG_NAME ".gto"
#define CONFIG_MAX  ((size_t)1 << 20)

static const char *const usual[] = {"Staging", "Production", "Archived"};

/* *own tells whether the repository has a list. */
static int read_own(struct strv *out, bool *own, struct gitrepo *g, struct arena *arena) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path = path_join(arena, gitrepo_root(g), CONFIG_NAME);
    struct node *root;
    int rc;

    *own = false;
    if (!file_exists(AT_FDCWD, path)) {
        return 0;
    }
    if ((rc = file_read(&text, AT_FDCWD, path, CONFIG_MAX)) ||
        (rc = yaml_read(&root, arena, text.buf, text.len, CONFIG_NAME))) {
        return rc;
    }
    const struct node *list = node_get(root, "stages");
    if (!list || list->kind == NODE_NULL) {
        return 0;
    }
    *own = true;
    for (size_t i = 0; list->kind == NODE_LIST && i < list->list.len; i++) {
        const char *name = node_text(list->list.at[i]);

        if (!name || !registry_stage_valid(name)) {
            return err_set(ERR_INVALID, CONFIG_NAME ":%u: no name of a stage",
                           list->list.at[i]->line);
        }
        vec_push(out, name);
    }
    return list->kind == NODE_LIST
               ? 0
               : err_set(ERR_INVALID, CONFIG_NAME ":%u: 'stages' is no list", list->line);
}

int registry_stage_check(const struct registry *reg, struct gitrepo *g, struct arena *arena,
                         const char *stage) {
    struct strv known CLEANUP(strv_release) = {0};
    struct str list CLEANUP(str_release) = STR_INIT;
    bool own;
    int rc = read_own(&known, &own, g, arena);

    if (!rc && !own) {
        for (size_t i = 0; i < COUNT_OF(usual); i++) {
            vec_push(&known, usual[i]);
        }
        registry_stages_used(&known, reg);
    }
    if (rc || strv_has(&known, stage)) {
        return rc;
    }
    if (!registry_stage_valid(stage)) {
        return err_set(ERR_FAILED,
                       "'%s' cannot be a stage: letters, digits, and between them '-', '_' and '/'",
                       stage);
    }
    for (size_t i = 0; i < known.len; i++) {
        if (!i || !str_eq(known.at[i], known.at[i - 1])) {
            str_addf(&list, "%s%s", i ? ", " : "", known.at[i]);
        }
    }
    rc = err_set(ERR_FAILED, "unknown stage '%s'; there are %s", stage, list.buf);
    const char *near = suggest_name(stage, &known);
    if (near) {
        err_hint("did you mean '%s'?", near);
    } else {
        err_hint("list it below 'stages:' in " CONFIG_NAME " to use it");
    }
    return rc;
}

int registry_stages_shown(struct strv *out, const struct registry *reg, struct gitrepo *g,
                          struct arena *arena) {
    bool own;
    int rc = read_own(out, &own, g, arena);

    if (!rc && !own) {
        registry_stages_used(out, reg);
    }
    return rc;
}
