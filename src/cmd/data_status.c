#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "data/surroundings.h"
#include "data/threeway.h"
#include "model/repo.h"

struct data_status_args {
    struct strv targets;
    const char *remote, *untracked;
    bool json, granular, unchanged, not_in_remote, no_remote_refresh;
};
#define AT(member) offsetof(struct data_status_args, member)

#define INDENT       "        "
#define CONFIG_ERROR 251 /* exit status for a remote that is not configured */

/* A run of changes of one kind, or of additions and renames. */
struct section {
    enum compare_kind kind;
    const char *word;
};
#define SECTIONS 5

/* DVC takes additions and renames as they come by path: whichever has the first comes first. */
static void order_sections(struct section out[SECTIONS], const struct comparison *c) {
    static const struct section usual[SECTIONS] = {
        {COMPARE_MODIFIED, "modified"}, {COMPARE_UNKNOWN, "unknown"}, {COMPARE_ADDED, "added"},
        {COMPARE_RENAMED, "renamed"},   {COMPARE_DELETED, "deleted"},
    };
    const char *added = NULL, *renamed = NULL;

    for (size_t i = 0; i < SECTIONS; i++) {
        out[i] = usual[i];
    }
    for (size_t i = c->changes.len; i-- > 0;) {
        const struct compare_entry *e = &c->changes.at[i];
        added = e->kind == COMPARE_ADDED ? e->path : added;
        renamed = e->kind == COMPARE_RENAMED ? e->path : renamed;
    }
    if (added && renamed && path_compare(renamed, added) < 0) {
        out[2] = usual[3];
        out[3] = usual[2];
    }
}

static bool has_changes(const struct comparison *c) {
    return c->changes.len > 0 && c->changes.at[c->changes.len - 1].kind != COMPARE_SAME;
}

static void json_section(struct json *j, const struct section *s, const struct comparison *c) {
    bool begun = false;

    for (size_t i = 0; i < c->changes.len; i++) {
        const struct compare_entry *e = &c->changes.at[i];

        if (e->kind != s->kind) {
            continue;
        }
        if (!begun) {
            json_list(j, s->word);
            begun = true;
        }
        if (e->kind == COMPARE_RENAMED) {
            json_map(j, NULL);
            json_str(j, "old", e->old_path);
            json_str(j, "new", e->path);
            json_close(j);
        } else {
            json_str(j, NULL, e->path);
        }
    }
    if (begun) {
        json_close(j);
    }
}

static void json_changes(struct json *j, const char *key, const struct comparison *c) {
    struct section sections[SECTIONS];

    if (!has_changes(c)) {
        return;
    }
    order_sections(sections, c);
    json_map(j, key);
    for (size_t i = 0; i < SECTIONS; i++) {
        json_section(j, &sections[i], c);
    }
    json_close(j);
}

static void json_paths(struct json *j, const char *key, const struct strv *paths) {
    if (paths->len == 0) {
        return;
    }
    json_list(j, key);
    for (size_t i = 0; i < paths->len; i++) {
        json_str(j, NULL, paths->at[i]);
    }
    json_close(j);
}

/* The three together, as the command shows them. */
struct shown {
    const struct threeway *status;
    const struct surroundings *around;
    struct strv not_in_cache;
    bool unchanged, untracked;
};

static void print_json(struct session *s, const struct shown *v) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    json_paths(j, "not_in_cache", &v->not_in_cache);
    json_paths(j, "not_in_remote", &v->status->not_in_remote);
    json_changes(j, "committed", &v->status->committed);
    json_changes(j, "uncommitted", &v->status->uncommitted);
    if (v->untracked) {
        json_paths(j, "untracked", &v->around->untracked);
    }
    if (v->unchanged) {
        json_paths(j, "unchanged", &v->status->unchanged);
    }
    json_close(j);
    json_end(j);
}

/* Begins a section of the text; an empty line parts it from the one before. */
static void print_title(struct session *s, bool *any, const char *title, const char *const *hints) {
    if (*any) {
        show_line(s->out, "%s", "");
    }
    *any = true;
    show_line(s->out, "%s:", title);
    for (; hints && *hints; hints++) {
        show_line(s->out, "  (%s)", *hints);
    }
}

static void print_paths(struct session *s, bool *any, const char *title, const char *hint,
                        enum show_color color, const struct strv *paths) {
    if (paths->len == 0) {
        return;
    }
    print_title(s, any, title, hint ? (const char *const[]){hint, NULL} : NULL);
    show_color(s->out, color);
    for (size_t i = 0; i < paths->len; i++) {
        show_line(s->out, INDENT "%s", paths->at[i]);
    }
    show_color(s->out, SHOW_PLAIN);
}

static void print_changes(struct session *s, bool *any, const char *title, const char *const *hints,
                          enum show_color color, const struct comparison *c) {
    struct section sections[SECTIONS];

    if (!has_changes(c)) {
        return;
    }
    print_title(s, any, title, hints);
    order_sections(sections, c);
    show_color(s->out, color);
    for (size_t i = 0; i < SECTIONS; i++) {
        for (size_t k = 0; k < c->changes.len; k++) {
            const struct compare_entry *e = &c->changes.at[k];
            if (e->kind == sections[i].kind) {
                bool renamed = e->kind == COMPARE_RENAMED;
                show_line(s->out, INDENT "%s: %s%s%s", sections[i].word, renamed ? e->old_path : "",
                          renamed ? " -> " : "", e->path);
            }
        }
    }
    show_color(s->out, SHOW_PLAIN);
}

static void print_text(struct session *s, const struct shown *v) {
    static const char *const committed[] = {"a Git commit of the .dvc files records them", NULL};
    static const char *const uncommitted[] = {"`commit <file>` records them",
                                              "`checkout <file>` takes them back", NULL};
    bool any = false;

    print_paths(s, &any, "Not in cache", "`fetch <file>` brings them", SHOW_RED, &v->not_in_cache);
    print_paths(s, &any, "Not in remote", "`push <file>` uploads them", SHOW_RED,
                &v->status->not_in_remote);
    print_changes(s, &any, "DVC committed changes", committed, SHOW_GREEN, &v->status->committed);
    print_changes(s, &any, "DVC uncommitted changes", uncommitted, SHOW_YELLOW,
                  &v->status->uncommitted);
    if (v->untracked) {
        print_paths(s, &any, "Untracked files", "`add <file>` tracks them here, `git add` in Git",
                    SHOW_BLUE, &v->around->untracked);
    }
    if (v->unchanged) {
        print_paths(s, &any, "DVC unchanged files", NULL, SHOW_PLAIN, &v->status->unchanged);
    }
    if (!any) {
        show_line(s->out, "No changes%s.", v->around->unborn ? " in an empty git repo" : "");
    }
    if (v->around->dirty) {
        show_color(s->out, SHOW_BLUE);
        show_line(s->out, "(`git status` has %schanges of files in Git)", any ? "further " : "");
        show_color(s->out, SHOW_PLAIN);
    }
}

static int look(struct session *s, struct threeway *status, struct surroundings *around,
                const struct data_status_args *a) {
    struct data *d CLEANUP(data_closep) = NULL;
    const struct threeway_request o = {
        .targets = a->targets,
        .files = a->granular,
        .same = a->unchanged,
        .not_in_remote = a->not_in_remote,
        .remote = a->remote,
    };
    bool untracked = a->untracked && !str_eq(a->untracked, "no");
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    if (a->not_in_remote && a->remote && (rc = data_remote_check(d, a->remote))) {
        s->exit_status = CONFIG_ERROR;
        return rc;
    }
    if ((rc = threeway_status(status, s->arena, d, &o)) || (a->json && !untracked)) {
        return rc;
    }
    return surroundings_look(around, s->arena, s->repo, &a->targets, untracked);
}

static int data_status_run(struct session *s, const void *args) {
    const struct data_status_args *a = args;
    struct threeway status CLEANUP(threeway_release) = {0};
    struct surroundings around CLEANUP(surroundings_release) = {0};
    struct shown v = {.status = &status, .around = &around, .unchanged = a->unchanged};
    int rc = look(s, &status, &around, a);

    if (rc || s->verbosity < 0) {
        return rc;
    }
    v.untracked = around.untracked.len > 0;
    for (size_t i = 0; i < status.uncommitted.missing.len; i++) {
        vec_push(&v.not_in_cache, status.uncommitted.missing.at[i].path);
    }
    if (a->json) {
        print_json(s, &v);
    } else {
        print_text(s, &v);
    }
    strv_release(&v.not_in_cache);
    return 0;
}

static const char *const untracked_choices[] = {"no", "all", NULL};

static const struct opt data_status_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "granular", OPT_FLAG, AT(granular), .help = "the files of tracked folders, too"},
    {0, "unchanged", OPT_FLAG, AT(unchanged), .help = "what did not change, too"},
    {0, "untracked-files", OPT_MAYBE, AT(untracked), "<which>",
     .help = "files that neither Git nor a .dvc file tracks: no (the default) or all",
     .choices = untracked_choices},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "the remote of --not-in-remote"},
    {0, "not-in-remote", OPT_FLAG, AT(not_in_remote), .help = "what the remote does not have, too"},
    {0, "no-remote-refresh", OPT_FLAG, AT(no_remote_refresh),
     .help = "accepted: the remote itself is always asked"},
    OPT_END,
};

const struct cmd cmd_data_status = {
    .name = "data status",
    .group = GROUP_DATA,
    .summary = "what changed since the last Git commit, and in the workspace",
    .opts = data_status_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct data_status_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = data_status_run,
};
