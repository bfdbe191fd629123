/*
 * DVC matches with Python's pathspec, whose patterns go further than Git's: what matches a folder matches all that is in
 * it, so that "!keep" takes back "keep/a.txt" from "*.txt". The rules of nearer folders come later, and the last one
 * that matches decides; nothing comes back from a folder that is left out.
 */
#include "model/ignore.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/repo.h"
#include "model/view.h"
#include "os/file.h"

#define IGNORE_FILE_MAX (4u << 20)

struct rule {
    struct glob_rule glob;
    const char *written;
    int line;
};

/* What one folder says. */
struct folder {
    const char *path; /* repo-relative */
    bool other_repo;  /* holds .dvc: a repository of its own */
    bool all;         /* leaves out all that is in it */
    VEC(struct rule) rules;
};

struct ignore {
    struct repo *repo;
    struct view view;   /* whose files are read */
    struct map folders; /* path -> struct folder *, read on first use */
    bool has_negated;   /* some rule takes back */
    /* The folder asked about last: most questions come folder by folder. */
    struct str here;
    VEC(const struct folder *) chain; /* it and those above it that have rules, the root first */
    bool chain_valid;
    struct str asked; /* the path of ignore_skip */
};

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *after_stars(const char *pattern) {
    while (str_starts(pattern, "**/")) {
        pattern += strlen("**/");
    }
    return pattern;
}

/* Only double stars. */
static bool is_all(const char *pattern) {
    return str_eq(after_stars(pattern), "**");
}

/* Two corners of DVC's matcher, kept because what is in a data set depends on them: one star or double stars with a slash
 * match nothing in the root; double stars below it are the whole folder, from which nothing is taken back. */
static void add_rule(struct ignore *ig, struct folder *f, const char *text, size_t len, int line) {
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    struct rule rule = {.line = line, .written = arena_strndup(ig->repo->arena, text, len)};
    if (!glob_rule_parse(&rule.glob, arena_strndup(ig->repo->arena, text, len))) {
        return;
    }
    bool all = is_all(rule.glob.pattern);
    bool star = str_eq(after_stars(rule.written + (rule.written[0] == '!')), "*/");
    if (!f->path[0] && (star || (all && rule.glob.dir_only))) {
        log_debug("%s:%d: '%s' has no effect in the root", IGNORE_FILE, line, rule.written);
        return;
    }
    f->all = f->path[0] && all ? !rule.glob.negated : f->all;
    ig->has_negated |= rule.glob.negated;
    vec_push(&f->rules, rule);
}

static void parse_rules(struct ignore *ig, struct folder *f, const struct str *text) {
    const char *at = text->buf, *end = text->buf + text->len;
    int line = 1;
    at += str_starts(at, "\xef\xbb\xbf") ? 3 : 0;
    while (at < end) {
        size_t len = 0;
        while (at + len < end && at[len] != '\n' && at[len] != '\r') {
            len++;
        }
        if (memchr(at, '\0', len) == NULL) {
            add_rule(ig, f, at, len, line);
        }
        at += len;
        at += at + 1 < end && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
        line++;
    }
}

static bool matches_name(const struct rule *rule, const char *path) {
    const char *slash = strrchr(path, '/');
    return rule->glob.anchored ? glob_match(rule->glob.pattern, path, GLOB_PATHNAME)
                               : glob_match(rule->glob.pattern, slash ? slash + 1 : path, 0);
}

/* What ends in a slash and two stars is also the folder in front of them. */
static bool matches_folder(const struct rule *rule, const char *path) {
    const char *pattern = rule->glob.pattern;
    if (matches_name(rule, path)) {
        return true;
    }
    if (!rule->glob.anchored || !str_ends(pattern, "/**")) {
        return false;
    }
    char *front CLEANUP(mem_freep) = mem_strndup(pattern, strlen(pattern) - strlen("/**"));
    return glob_match(front, path, GLOB_PATHNAME);
}

static bool matches(const struct ignore *ig, const struct rule *rule, const char *path,
                    bool is_dir) {
    if (rule->glob.dir_only && !is_dir) {
        return false;
    }
    if (is_dir ? matches_folder(rule, path) : matches_name(rule, path)) {
        return true;
    }
    if (!ig->has_negated) {
        return false; /* a folder above that matched would have been left out before */
    }
    char *folder CLEANUP(mem_freep) = mem_strdup(path);
    for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
        *slash = '\0';
        if (matches_folder(rule, folder)) {
            return true;
        }
    }
    return false;
}

/* One rule of the chain. */
struct place {
    size_t folder, rule;
};

/* To the rule before this one; false at the first. */
static bool step_back(const struct ignore *ig, struct place *at) {
    while (at->rule == 0) {
        if (at->folder == 0) {
            return false;
        }
        at->rule = ig->chain.at[--at->folder]->rules.len;
    }
    at->rule--;
    return true;
}

static bool matches_at(const struct ignore *ig, const struct place *at, const char *path,
                       bool is_dir) {
    const struct folder *f = ig->chain.at[at->folder];
    return matches(ig, &f->rules.at[at->rule], path_below(f->path, path), is_dir);
}

/* DVC asks all rules of one kind that stand together at once, and names the first that matches. */
static void fill_match(struct ignore_match *match, const struct ignore *ig, struct place found,
                       const char *path, bool is_dir) {
    const struct folder *f = ig->chain.at[found.folder];
    const struct rule *rule = &f->rules.at[found.rule];
    struct place at = found;
    while (!rule->glob.negated && step_back(ig, &at)) {
        const struct rule *before = &ig->chain.at[at.folder]->rules.at[at.rule];
        if (before->glob.negated || before->glob.dir_only != rule->glob.dir_only) {
            break;
        }
        if (matches_at(ig, &at, path, is_dir)) {
            found = at;
        }
    }
    f = ig->chain.at[found.folder];
    rule = &f->rules.at[found.rule];
    *match = (struct ignore_match){.file = path_join(ig->repo->arena, f->path, IGNORE_FILE),
                                   .line = rule->line,
                                   .pattern = rule->written,
                                   .negated = rule->glob.negated};
}

/* By the rules of the folders of the chain; `path` is in the last of them or below it. */
static bool judge(const struct ignore *ig, const char *path, bool is_dir,
                  struct ignore_match *match) {
    for (size_t i = ig->chain.len; i-- > 0;) {
        const struct folder *f = ig->chain.at[i];
        if (f->all && !match) {
            return true;
        }
        for (size_t j = f->rules.len; j-- > 0;) {
            const struct rule *rule = &f->rules.at[j];
            if (!matches(ig, rule, path_below(f->path, path), is_dir)) {
                continue;
            }
            if (match) {
                fill_match(match, ig, (struct place){i, j}, path, is_dir);
            }
            return f->all || !rule->glob.negated;
        }
    }
    return false;
}

static bool is_there(const struct ignore *ig, const char *path) {
    bool is_dir;
    return ig->view.commit ? view_exists(&ig->view, path, &is_dir)
                           : file_exists(ig->repo->root_fd, path); /* one call less */
}

/* A file that cannot be read ignores nothing, and says so. One that is itself ignored is not read. */
static void read_folder(struct ignore *ig, struct folder *f) {
    struct str text CLEANUP(str_release) = STR_INIT, name CLEANUP(str_release) = STR_INIT;
    str_addf(&name, "%s%s.dvc", f->path, f->path[0] ? "/" : "");
    f->other_repo = f->path[0] && is_there(ig, name.buf);
    str_adds(&name, "ignore");
    if (judge(ig, name.buf, false, NULL)) {
        return;
    }
    int rc = view_read(&text, &ig->view, name.buf, IGNORE_FILE_MAX);
    if (!rc) {
        parse_rules(ig, f, &text);
        return;
    }
    if (rc != ERR_NOT_FOUND) {
        log_warn("%s: its rules are not applied", err_text());
    }
    err_clear();
}

/* Reads the folder when first asked about it; the chain must hold those above. */
static const struct folder *folder_get(struct ignore *ig, const char *path) {
    struct folder *f = map_get(&ig->folders, path);
    if (!f) {
        f = arena_alloc(ig->repo->arena, sizeof *f);
        f->path = arena_strdup(ig->repo->arena, path);
        read_folder(ig, f);
        map_put(&ig->folders, f->path, f);
    }
    return f;
}

static void chain_push(struct ignore *ig, const char *path) {
    const struct folder *f = folder_get(ig, path);
    if (f->rules.len > 0) {
        vec_push(&ig->chain, f);
    }
}

/* Makes the chain that of the folder whose path is the first `len` bytes. */
static void chain_to(struct ignore *ig, const char *path, size_t len) {
    if (ig->chain_valid && ig->here.len == len && memcmp(ig->here.buf, path, len) == 0) {
        return;
    }
    vec_clear(&ig->chain);
    str_clear(&ig->here);
    chain_push(ig, "");
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && path[end] != '/') {
            end++;
        }
        str_add(&ig->here, path + ig->here.len, end - ig->here.len);
        chain_push(ig, ig->here.buf);
        at = end + 1;
    }
    ig->chain_valid = true;
}

/* What belongs to a version control system or to us is never data, whatever the rules say. */
static bool is_builtin(const char *name, bool is_dir, struct ignore_match *match) {
    static const struct {
        const char *name, *pattern;
        bool dir_only;
    } rules[] = {{".git", ".git", false}, {".hg", ".hg/", true}, {".dvc", ".dvc/", true}};
    for (size_t i = 0; name[0] == '.' && i < COUNT_OF(rules); i++) {
        if (str_eq(name, rules[i].name) && (is_dir || !rules[i].dir_only)) {
            if (match) {
                *match = (struct ignore_match){.pattern = rules[i].pattern};
            }
            return true;
        }
    }
    return false;
}

/* Judges the path alone; the folders above it are taken as not ignored. */
static bool judge_last(struct ignore *ig, const char *path, bool is_dir,
                       struct ignore_match *match) {
    const char *slash = strrchr(path, '/');
    if (is_builtin(slash ? slash + 1 : path, is_dir, match)) {
        return true;
    }
    chain_to(ig, path, slash ? (size_t)(slash - path) : 0);
    if (judge(ig, path, is_dir, match)) {
        return true;
    }
    if (!is_dir || !path[0] || !folder_get(ig, path)->other_repo) {
        return false;
    }
    if (match) {
        *match = (struct ignore_match){.pattern = arena_strdup(ig->repo->arena, path_base(path)),
                                       .other_repo = true};
    }
    return true;
}

int ignore_open(struct ignore **out, struct repo *r, const char *commit) {
    struct ignore *ig = arena_alloc(r->arena, sizeof *ig);
    ig->repo = r;
    ig->view = (struct view){.repo = r, .commit = commit ? arena_strdup(r->arena, commit) : NULL};
    str_init(&ig->here);
    str_init(&ig->asked);
    *out = ig;
    return 0;
}

void ignore_close(struct ignore *ig) {
    if (!ig) {
        return;
    }
    for (size_t i = 0; i < ig->folders.len; i++) {
        struct folder *f = ig->folders.at[i].value;
        vec_release(&f->rules);
    }
    map_release(&ig->folders);
    vec_release(&ig->chain);
    str_release(&ig->here);
    str_release(&ig->asked);
}

bool ignore_path(struct ignore *ig, const char *path, bool is_dir, struct ignore_match *match) {
    char *part CLEANUP(mem_freep) = mem_strdup(path);
    if (match) {
        *match = (struct ignore_match){0};
    }
    for (char *slash = part; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
        *slash = '\0';
        if (judge_last(ig, part, true, match)) {
            return true;
        }
        if (match) { /* a rule that takes back a folder says nothing of what is in it */
            *match = (struct ignore_match){0};
        }
    }
    return path[0] && judge_last(ig, path, is_dir, match);
}

bool ignore_explain(struct ignore *ig, const char *typed, struct ignore_match *match) {
    const char *path;
    *match = (struct ignore_match){0};
    if (repo_path(&path, ig->repo, typed, true)) {
        err_clear();
        return false;
    }
    return path[0] && ignore_path(ig, path, file_is_dir(ig->repo->root_fd, path), match);
}

bool ignore_skip(void *ctx, const char *path, bool is_dir) {
    struct ignore_walk *walk = ctx;
    struct str *full = &walk->ignore->asked;
    if (walk->top[0]) {
        str_clear(full);
        str_adds(full, walk->top);
        str_addc(full, '/');
        str_adds(full, path);
        path = full->buf;
    }
    return judge_last(walk->ignore, path, is_dir, NULL);
}
