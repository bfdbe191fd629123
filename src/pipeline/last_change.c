#include "pipeline/last_change.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "git/githistory.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/view.h"

/* Together for all questions: an old repository must not make the answer slow. */
enum { COMMITS_MAX = 50000, VALUES_MAX = 500 };

struct history {
    struct repo *repo;
    struct arena *arena;
    struct githistory *commits; /* NULL: nothing to ask */
    const char *head;
    size_t values_left; /* files that may still be parsed */
    struct map files;   /* "commit:path" -> struct node *, or &absent */
    struct map pipes;   /* "commit:path" -> struct pipefile *, empty where there is none */
    struct node absent;
};

struct history *history_new(struct repo *r) {
    struct arena *arena = arena_new();
    struct history *h = arena_alloc(arena, sizeof *h);
    struct gitrev head;

    *h = (struct history){.repo = r, .arena = arena, .values_left = VALUES_MAX};
    if (!r->git || !gitrepo_has_commits(r->git)) {
        return h;
    }
    if (gitrev_find(&head, r->git, arena, "HEAD")) {
        err_clear();
        return h;
    }
    h->head = arena_strdup(arena, head.id);
    h->commits = githistory_new(r->git, COMMITS_MAX);
    return h;
}

void history_free(struct history *h) {
    if (h) {
        githistory_free(h->commits);
        map_release(&h->files);
        for (size_t i = 0; i < h->pipes.len; i++) {
            pipefile_release(h->pipes.at[i].value);
        }
        map_release(&h->pipes);
        arena_free(h->arena);
    }
}

void history_freep(struct history **h) {
    history_free(*h);
}

/* The value at a commit (NULL: the workspace) as text, *out NULL where there is none. What cannot
 * be read counts as that. */
struct asked {
    struct history *h;
    const char *const *paths; /* of the model, whose files hold the value */
    const char *(*value)(const struct asked *a, const char *commit);
    const char *key;
    const struct stage *stage;
};

static int find_at(const struct gitcommit **out, const struct asked *a, const char *from) {
    struct history *h = a->h;
    size_t n = 0;

    while (a->paths[n]) {
        n++;
    }
    const char **in_git = arena_alloc(h->arena, (n + 1) * sizeof *in_git);

    for (size_t i = 0; i < n; i++) {
        in_git[i] = path_join(h->arena, h->repo->git_path, a->paths[i]);
    }
    return githistory_last_change(out, h->commits, from, in_git);
}

static void tell(struct last_change *out, const struct gitcommit *c) {
    if (c) {
        out->commit = c->id;
        out->author = c->author;
        out->summary = c->summary;
        out->time = c->time;
    }
}

/* From one commit that changed the files to the one before, until the value was another. */
static int find_value(struct last_change *out, const struct asked *a) {
    const char *now, *at = a->h->head;

    *out = (struct last_change){0};
    if (!a->h->commits) {
        return 0;
    }
    now = a->value(a, NULL);
    if (!str_eq(now, a->value(a, at))) {
        out->uncommitted = true;
        return 0;
    }
    while (at && a->h->values_left > 0) {
        const struct gitcommit *c;
        int rc = find_at(&c, a, at);

        if (rc || !c) {
            return rc;
        }
        at = NULL;
        for (size_t i = 0; i < c->parents.len && !at; i++) {
            at = str_eq(now, a->value(a, c->parents.at[i])) ? c->parents.at[i] : NULL;
        }
        if (!at) {
            tell(out, c);
        }
    }
    return 0;
}

int last_change_path(struct last_change *out, struct history *h, const char *path) {
    const char *paths[] = {path, NULL};
    struct asked a = {.h = h, .paths = paths};
    const struct gitcommit *commit = NULL;
    bool tracked = false;
    const char *full;
    int rc;

    *out = (struct last_change){0};
    if (!h->commits || !resolved_inside(path)) {
        return 0;
    }
    full = repo_abs(h->repo, path);
    if ((rc = gitrepo_tracks(h->repo->git, full, &tracked)) || !tracked ||
        (rc = gitrepo_modified(h->repo->git, full, &out->uncommitted)) || out->uncommitted) {
        return rc;
    }
    rc = find_at(&commit, &a, h->head);
    tell(out, commit);
    return rc;
}

static const struct node *read_at(struct history *h, const char *commit, const char *path) {
    const char *key = arena_printf(h->arena, "%s:%s", commit ? commit : "", path);
    struct view view = {.repo = h->repo, .commit = commit};
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root = map_get(&h->files, key);

    if (root) {
        return root;
    }
    h->values_left -= h->values_left > 0;
    if (view_read(&text, &view, path, DOC_MAX_BYTES) ||
        doc_read(&root, h->arena, text.buf, text.len, path)) {
        log_trace("%s", err_text());
        err_clear();
        root = &h->absent;
    }
    map_put(&h->files, key, root);
    return root;
}

static const char *node_as_text(struct arena *arena, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!n) {
        return NULL;
    }
    json_write(&text, n);
    return arena_strdup(arena, text.buf);
}

static const char *param_value(const struct asked *a, const char *commit) {
    const struct node *root = read_at(a->h, commit, a->paths[0]);

    return node_as_text(a->h->arena, a->key ? node_query(root, a->key) : root);
}

int last_change_param(struct last_change *out, struct history *h, const char *path,
                      const char *key) {
    const char *paths[] = {path, NULL};
    struct asked a = {.h = h, .paths = paths, .value = param_value, .key = key};

    *out = (struct last_change){0};
    return resolved_inside(path) ? find_value(out, &a) : 0;
}

static const struct stage *find_stage(const struct pipefile *p, const char *name) {
    for (size_t i = 0; i < p->stages.len; i++) {
        if (str_eq(p->stages.at[i]->name, name)) {
            return p->stages.at[i];
        }
    }
    return NULL;
}

static bool lists(const struct stage *s, const char *written) {
    for (size_t i = 0; i < s->ndeps; i++) {
        if (str_eq(s->deps[i].written, written)) {
            return true;
        }
    }
    for (size_t i = 0; i < s->nouts; i++) {
        if (str_eq(s->outs[i].written, written)) {
            return true;
        }
    }
    return false;
}

static const struct pipefile *pipefile_at(struct history *h, const char *commit, const char *path) {
    const char *key = arena_printf(h->arena, "%s:%s", commit ? commit : "", path);
    struct view view = {.repo = h->repo, .commit = commit};
    struct str text CLEANUP(str_release) = STR_INIT;
    struct pipefile *p = map_get(&h->pipes, key);

    if (p) {
        return p;
    }
    h->values_left -= h->values_left > 0;
    p = arena_alloc(h->arena, sizeof *p);
    if (view_read(&text, &view, path, DOC_MAX_BYTES) ||
        pipefile_parse(p, h->arena, &view, path, text.buf, text.len)) {
        log_trace("%s", err_text());
        err_clear();
        *p = (struct pipefile){0};
    }
    map_put(&h->pipes, key, p);
    return p;
}

static const char *stage_value(const struct asked *a, const char *commit) {
    const struct pipefile *p = pipefile_at(a->h, commit, a->stage->file);
    const struct stage *s = find_stage(p, a->stage->name);

    if (!s) {
        return NULL;
    }
    return a->key ? (lists(s, a->key) ? "listed" : NULL) : node_as_text(a->h->arena, s->cmd_node);
}

int last_change_stage(struct last_change *out, struct history *h, const struct stage *s,
                      const char *written) {
    const struct node *used = s->template_params;
    size_t n = used ? used->map.len : 0;
    const char **paths = arena_alloc(h->arena, (n + 2) * sizeof *paths);
    struct asked a = {.h = h, .paths = paths, .value = stage_value, .key = written, .stage = s};

    *out = (struct last_change){0};
    if (!s->name) {
        return 0;
    }
    paths[0] = s->file;
    for (size_t i = 0; i < n; i++) {
        paths[i + 1] = node_text(used->map.at[i].key);
    }
    return find_value(out, &a);
}
