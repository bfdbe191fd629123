/*
 * A hook of ours is a script of two lines. DVC's, which uninstall knows too, has another path to the
 * shell and does not quote "$@".
 */
#include "model/hooks.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/term.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "git/gitattributes.h"
#include "git/githooks.h"
#include "git/gitrepo.h"
#include "model/repo.h"

#define TOOL_FILE     ".pre-commit-config.yaml"
#define TOOL_DVC_REPO "https://github.com/treeverse/dvc"
#define TOOL_DVC_REV  "3.67.1" /* of the hooks' definition */
#define DRIVER        "git-hook merge-driver --ancestor %O --our %A --their %B "

#define TEXTCONV "git-hook textconv"

static const char *const hook_names[] = {"post-checkout", "pre-commit", "pre-push"};

static const char *script(struct arena *arena, const char *prog, const char *hook) {
    return arena_printf(arena, "#!/bin/sh\nexec %s git-hook %s \"$@\"\n", prog, hook);
}

static int install_hooks(struct repo *r, struct arena *arena, const char *prog) {
    int rc = 0;

    for (size_t i = 0; !rc && i < COUNT_OF(hook_names); i++) {
        rc = githook_check_free(r->git, hook_names[i]);
        if (rc == ERR_EXISTS) {
            err_hint("`uninstall` takes out those of ours; to one of your own add the line: %s "
                     "git-hook %s \"$@\"",
                     prog, hook_names[i]);
        }
    }
    for (size_t i = 0; !rc && i < COUNT_OF(hook_names); i++) {
        rc = githook_write(r->git, hook_names[i], script(arena, prog, hook_names[i]));
    }
    return rc;
}

/* ---- the tool pre-commit */

static struct node *words(struct arena *arena, const char *word) {
    struct node *list = node_list(arena);

    node_append(arena, list, node_str(arena, word));
    return list;
}

/* DVC's hooks are defined in its own repository, which the tool fetches; ours call the program that
 * is installed. */
static struct node *tool_hook(struct arena *arena, const char *prog, const char *name) {
    struct node *hook = node_map(arena);
    bool dvc = str_eq(prog, "dvc");

    node_put(arena, hook, "id", node_str(arena, arena_printf(arena, "%s-%s", prog, name)));
    if (dvc) {
        node_put(arena, hook, "additional_dependencies", words(arena, ".[all]"));
        node_put(arena, hook, "language_version", node_str(arena, "python3"));
    } else {
        node_put(arena, hook, "name", node_str(arena, arena_printf(arena, "%s %s", prog, name)));
        node_put(arena, hook, "entry",
                 node_str(arena, arena_printf(arena, "%s git-hook %s", prog, name)));
        node_put(arena, hook, "language", node_str(arena, "system"));
        node_put(arena, hook, "verbose", node_bool(arena, true));
    }
    node_put(arena, hook, "stages", words(arena, name));
    if (!dvc || str_eq(name, "post-checkout")) {
        node_put(arena, hook, "always_run", node_bool(arena, true));
    }
    return hook;
}

static struct node *tool_entry(struct arena *arena, const char *prog) {
    static const char *const names[] = {"pre-commit", "pre-push",
                                        "post-checkout"}; /* DVC's order */
    struct node *entry = node_map(arena), *hooks = node_list(arena);

    if (str_eq(prog, "dvc")) {
        node_put(arena, entry, "repo", node_str(arena, TOOL_DVC_REPO));
        node_put(arena, entry, "rev", node_str(arena, TOOL_DVC_REV));
    } else {
        node_put(arena, entry, "repo", node_str(arena, "local"));
    }
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        node_append(arena, hooks, tool_hook(arena, prog, names[i]));
    }
    node_put(arena, entry, "hooks", hooks);
    return entry;
}

struct tool_file {
    int dir; /* of the work tree */
    struct str text;
    struct node *root;
};

static void tool_file_release(struct tool_file *f) {
    fd_closep(&f->dir);
    str_release(&f->text);
}

/* A missing file is an empty mapping. */
static int tool_file_read(struct tool_file *f, struct arena *arena, const struct repo *r) {
    const char *root = gitrepo_root(r->git);

    str_init(&f->text);
    f->dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->dir < 0) {
        return err_errno("cannot open '%s'", root);
    }
    int rc = file_read(&f->text, f->dir, TOOL_FILE, DOC_MAX_BYTES);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    f->root = NULL;
    if (!rc && f->text.len > 0) {
        rc = yaml_read(&f->root, arena, f->text.buf, f->text.len, TOOL_FILE);
    }
    if (!rc && (!f->root || f->root->kind == NODE_NULL)) {
        f->root = node_map(arena);
        str_clear(&f->text);
    }
    if (!rc && (f->root->kind != NODE_MAP ||
                (node_get(f->root, "repos") && node_get(f->root, "repos")->kind != NODE_LIST))) {
        rc = err_set(ERR_INVALID, "'%s' has no list of repos", TOOL_FILE);
    }
    return rc;
}

/* Writes the file with these repos. */
static int tool_file_write(struct tool_file *f, struct arena *arena, struct node *repos) {
    struct str now CLEANUP(str_release) = STR_INIT;
    struct node *want = node_clone(arena, f->root);

    node_put(arena, want, "repos", repos);
    int rc = yaml_edit(&now, f->text.buf, f->text.len, want, TOOL_FILE);
    return rc ? rc : file_write_atomic(f->dir, TOOL_FILE, now.buf, now.len);
}

static int install_tool(struct repo *r, struct arena *arena, const char *prog) {
    struct tool_file f CLEANUP(tool_file_release) = {.dir = -1};
    const struct node *entry = tool_entry(arena, prog), *old;
    int rc = tool_file_read(&f, arena, r);

    if (rc) {
        return rc;
    }
    old = node_get(f.root, "repos");
    struct node *repos = old ? node_clone(arena, old) : node_list(arena);
    for (size_t i = 0; i < repos->list.len; i++) {
        if (node_equal(repos->list.at[i], entry)) {
            return 0;
        }
    }
    node_append(arena, repos, node_clone(arena, entry));
    return tool_file_write(&f, arena, repos);
}

/* Whether the entry is DVC's, of any version, or ours. */
static bool is_ours(struct arena *arena, const struct node *entry) {
    const char *repo = node_text(node_get(entry, "repo"));

    return (repo && str_eq(repo, TOOL_DVC_REPO)) || node_equal(entry, tool_entry(arena, "cairn"));
}

static int uninstall_tool(bool *any, struct repo *r, struct arena *arena) {
    struct tool_file f CLEANUP(tool_file_release) = {.dir = -1};
    int rc = tool_file_read(&f, arena, r);
    const struct node *old = rc ? NULL : node_get(f.root, "repos");
    struct node *repos = node_list(arena);

    for (size_t i = 0; old && i < old->list.len; i++) {
        if (!is_ours(arena, old->list.at[i])) {
            node_append(arena, repos, old->list.at[i]);
        }
    }
    if (!old || repos->list.len == old->list.len) {
        return rc;
    }
    *any = true;
    return repos->list.len == 0 && f.root->map.len == 1 ? file_remove(f.dir, TOOL_FILE)
                                                        : tool_file_write(&f, arena, repos);
}

/* ---- what DVC does not have: dvc.lock merged, and differences of data shown */

/* A Git that does not find the program, started from a desktop for instance, shows the files as they
 * are: to it a failing textconv would be the end of `git diff`. */
static int install_review(struct repo *r, struct arena *arena, const char *prog) {
    const char *command =
        arena_printf(arena, "f() { %s " TEXTCONV " \"$1\" || cat \"$1\"; }; f", prog);
    int rc = gitdiff_textconv_set(r->git, "dvc", command);

    return rc ? rc : gitattributes_put(r->git, "*.dvc diff=dvc\ndvc.lock diff=dvc merge=dvc\n");
}

static int uninstall_review(bool *any, struct repo *r) {
    bool removed;
    int rc = gitattributes_remove(&removed, r->git);

    *any |= !rc && removed;
    rc = rc ? rc : gitdiff_textconv_remove(&removed, r->git, "dvc", TEXTCONV);
    *any |= !rc && removed;
    return rc;
}

/* ---- */

int hooks_install(struct repo *r, const char *prog, bool tool) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    if (!r->git) {
        return 0;
    }
    int rc = tool ? install_tool(r, arena, prog) : install_hooks(r, arena, prog);
    if (rc) {
        return rc;
    }
    bool dvc = str_eq(prog, "dvc");
    rc = gitmerge_driver_set(r->git, "dvc", dvc ? "DVC merge driver" : "cairn merge driver",
                             arena_printf(arena, "%s %s", prog, DRIVER));
    return rc || dvc ? rc : install_review(r, arena, prog);
}

int hooks_uninstall(bool *any, struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    bool removed = false;
    int rc = 0;

    *any = false;
    if (!r->git) {
        return 0;
    }
    for (size_t i = 0; !rc && i < COUNT_OF(hook_names); i++) {
        const char *name = hook_names[i];
        const char *const scripts[] = {
            script(arena, "cairn", name),
            script(arena, "dvc", name),
            arena_printf(arena, "#!/usr/bin/sh\nexec dvc git-hook %s $@\n", name),
            arena_printf(arena, "#!/bin/sh\nexec dvc git-hook %s $@\n", name),
        };

        rc = githook_remove(&removed, r->git, name, scripts, COUNT_OF(scripts));
        *any |= removed;
    }
    rc = rc ? rc : gitmerge_driver_remove(&removed, r->git, "dvc", "git-hook merge-driver");
    *any |= !rc && removed;
    rc = rc ? rc : uninstall_review(any, r);
    return rc ? rc : uninstall_tool(any, r, arena);
}

/* The tool tells by a variable what Git tells by the third word. */
bool hooks_wants_checkout(const struct repo *r, const struct strv *words) {
    const char *type = env_get("PRE_COMMIT_CHECKOUT_TYPE");

    if (!type && words->len >= 3) {
        type = words->at[2];
    }
    return type && str_eq(type, "1") && !(r->git && gitrepo_is_rebasing(r->git));
}
