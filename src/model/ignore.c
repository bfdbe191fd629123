#include "model/ignore.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/repo.h"
#include "os/file.h"

#define IGNORE_FILE     ".dvcignore"
#define IGNORE_FILE_MAX (4u << 20)

struct rule {
    struct glob_rule glob;
    const char *written;
    int line;
};

/* What one folder says: the rules of its .dvcignore, and whether it is a repository of its own. */
struct folder {
    const char *path; /* repo-relative */
    VEC(struct rule) rules;
};

struct ignore {
    struct repo *repo;
    struct map folders; /* path -> struct folder *, read on first use */
    struct folder builtin;
};

static const char *const builtin_rules[] = {".hg/", ".git/", ".git", ".dvc/"};

static void add_rule(struct ignore *ig, struct folder *f, const char *text, size_t len, int line) {
    struct rule rule = {.line = line};
    char *copy;

    while (len > 0 && strchr(" \t\r\f\v", text[len - 1]) != NULL) {
        len--;
    }
    while (len > 0 && strchr(" \t\f\v", *text) != NULL) {
        text++;
        len--;
    }
    copy = arena_strndup(ig->repo->arena, text, len);
    rule.written = arena_strndup(ig->repo->arena, text, len);
    if (glob_rule_parse(&rule.glob, copy)) {
        vec_push(&f->rules, rule);
    }
}

static void parse_rules(struct ignore *ig, struct folder *f, const struct str *text) {
    const char *at = text->buf, *end = text->buf + text->len;
    int line = 1;

    if (str_starts(at, "\xef\xbb\xbf")) {
        at += 3;
    }
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);

        if (memchr(at, '\0', len) == NULL) {
            add_rule(ig, f, at, len, line);
        }
        at += len + 1;
        line++;
    }
}

/* A file that cannot be read ignores nothing, and says so. */
static struct folder *folder_get(struct ignore *ig, const char *path) {
    struct arena *arena = ig->repo->arena;
    struct folder *f = map_get(&ig->folders, path);
    struct str text = STR_INIT;
    int rc;

    if (f != NULL) {
        return f;
    }
    f = arena_alloc(arena, sizeof *f);
    f->path = arena_strdup(arena, path);
    map_put(&ig->folders, f->path, f);
    rc = file_read(&text, ig->repo->root_fd, path_join(arena, path, IGNORE_FILE), IGNORE_FILE_MAX);
    if (rc == 0) {
        parse_rules(ig, f, &text);
    } else {
        if (rc != ERR_NOT_FOUND) {
            log_warn("%s", err_text());
        }
        err_clear();
    }
    str_release(&text);
    return f;
}

int ignore_open(struct ignore **out, struct repo *r) {
    struct ignore *ig = arena_alloc(r->arena, sizeof *ig);
    size_t i;

    ig->repo = r;
    ig->builtin.path = "";
    for (i = 0; i < COUNT_OF(builtin_rules); i++) {
        add_rule(ig, &ig->builtin, builtin_rules[i], strlen(builtin_rules[i]), 0);
    }
    *out = ig;
    return 0;
}

void ignore_close(struct ignore *ig) {
    size_t i;

    if (ig == NULL) {
        return;
    }
    for (i = 0; i < ig->folders.len; i++) {
        struct folder *f = ig->folders.at[i].value;

        vec_release(&f->rules);
    }
    vec_release(&ig->builtin.rules);
    map_release(&ig->folders);
}

/* The last rule of the folder that matches decides. */
static bool folder_decides(const struct ignore *ig, const struct folder *f, const char *path,
                           bool is_dir, struct ignore_match *match) {
    const char *below = path_below(f->path, path);
    size_t i;

    for (i = f->rules.len; i-- > 0;) {
        const struct rule *rule = &f->rules.at[i];

        if (glob_rule_match(&rule->glob, below, is_dir)) {
            *match = (struct ignore_match){
                .file = f == &ig->builtin ? NULL : path_join(ig->repo->arena, f->path, IGNORE_FILE),
                .line = rule->line,
                .pattern = rule->written,
                .negated = rule->glob.negated,
            };
            return true;
        }
    }
    return false;
}

/* Judges the path by the rules of its folder and those above, the nearest first; folders above it are taken as not
 * ignored. */
static bool judge(struct ignore *ig, const char *path, bool is_dir, struct ignore_match *match) {
    char folder[4096];
    size_t len = strlen(path);

    if (len >= sizeof folder) {
        return false;
    }
    memcpy(folder, path, len + 1);
    do {
        char *slash = strrchr(folder, '/');

        folder[slash != NULL ? slash - folder : 0] = '\0';
        if (folder_decides(ig, folder_get(ig, folder), path, is_dir, match)) {
            return !match->negated;
        }
    } while (folder[0] != '\0');
    return folder_decides(ig, &ig->builtin, path, is_dir, match) && !match->negated;
}

/* A folder below the root that holds .dvc belongs to another repository. */
static bool is_other_repo(const struct ignore *ig, const char *path) {
    char inner[4096];
    size_t len = strlen(path);

    if (len == 0 || len + sizeof "/.dvc" > sizeof inner) {
        return false;
    }
    memcpy(inner, path, len);
    memcpy(inner + len, "/.dvc", sizeof "/.dvc");
    return file_is_dir(ig->repo->root_fd, inner);
}

bool ignore_path(struct ignore *ig, const char *path, bool is_dir, struct ignore_match *match) {
    struct ignore_match unused, *m = match != NULL ? match : &unused;
    char part[4096];
    size_t i;

    *m = (struct ignore_match){0};
    for (i = 0; path[i] != '\0' && i < sizeof part - 1; i++) {
        if (path[i] == '/') {
            part[i] = '\0';
            if (judge(ig, part, true, m) || is_other_repo(ig, part)) {
                return true;
            }
        }
        part[i] = path[i];
    }
    return judge(ig, path, is_dir, m) || (is_dir && is_other_repo(ig, path));
}

bool ignore_skip(void *ctx, const char *path, bool is_dir) {
    struct ignore_walk *walk = ctx;
    struct ignore_match match;
    char full[4096];
    size_t top = strlen(walk->top), len = strlen(path);

    if (top + len + 2 > sizeof full) {
        return false;
    }
    memcpy(full, walk->top, top);
    if (top > 0) {
        full[top++] = '/';
    }
    memcpy(full + top, path, len + 1);
    return judge(walk->ignore, full, is_dir, &match) ||
           (is_dir && is_other_repo(walk->ignore, full));
}
