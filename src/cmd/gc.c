#include "data/gc.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/config.h"
#include "model/repo.h"
#include "data/data.h"

#define TRASH_USUAL "7d" /* for --trash without a time */

struct gc_args {
    struct gc_request request;
    bool workspace, force, undo, json;
    const char *rev;
    const char *trash; /* a time, "" for the usual one, NULL: as configured */
};
#define AT(member) offsetof(struct gc_args, member)

/* "the workspace, all branches and all tags", with other projects. */
static const char *kept_words(struct arena *arena, const struct gc_args *a) {
    const struct gc_request *o = &a->request;
    const struct scope *s = &o->scope;
    struct strv parts CLEANUP(strv_release) = {0};
    struct str text CLEANUP(str_release) = STR_INIT;

    vec_push(&parts, "the workspace");
    if (a->rev) {
        vec_push(&parts, s->num > 1
                             ? arena_printf(arena, "the last %d commits of %s", s->num, a->rev)
                             : a->rev);
    }
    if (s->all_commits) {
        vec_push(&parts, "all commits");
    } else {
        if (s->all_branches) {
            vec_push(&parts,
                     s->num > 1 ? arena_printf(arena, "the last %d commits of all branches", s->num)
                                : "all branches");
        }
        if (s->all_tags) {
            vec_push(&parts, "all tags");
        }
        if (s->date) {
            vec_push(&parts, arena_printf(arena, "all commits since %s", s->date));
        }
    }
    if (s->all_experiments) {
        vec_push(&parts, "all experiments");
    }
    for (size_t i = 0; i < parts.len; i++) {
        str_adds(&text, i == 0 ? "" : i + 1 < parts.len ? ", " : " and ");
        str_adds(&text, parts.at[i]);
    }
    for (size_t i = 0; i < o->projects.len; i++) {
        str_addf(&text, "%s%s", i == 0 ? ", here and in " : ", ", o->projects.at[i]);
    }
    return arena_strdup(arena, text.buf);
}

static int check_args(const struct gc_args *a) {
    const struct gc_request *o = &a->request;
    const struct scope *s = &o->scope;

    if (o->not_in_remote && o->cloud) {
        return err_set(ERR_FAILED, "--not-in-remote and --cloud exclude each other");
    }
    if (!(a->workspace || s->all_branches || s->all_tags || s->all_commits || s->all_experiments ||
          s->date || a->rev)) {
        err_set(ERR_FAILED, "gc has to be told what to keep");
        err_hint("-w keeps what the workspace uses; -a, -T, -A, --rev, --date and "
                 "--all-experiments keep more");
        return ERR_FAILED;
    }
    if (s->num && !(a->rev || s->all_branches)) {
        return err_set(ERR_FAILED, "--num needs --rev or --all-branches");
    }
    return 0;
}

static int read_trash(int64_t *seconds, const struct session *s, const struct gc_args *a) {
    const char *text = a->trash;

    if (!text) {
        text = config_get(s->repo->config, CONFIG_MERGED, "gc.trash");
    } else if (*text == '\0') {
        text = TRASH_USUAL;
    }
    *seconds = 0;
    if (text && !num_duration(seconds, text)) {
        return err_set(ERR_FAILED, "--trash: '%s' is no time; 12h, 7d and 2w are", text);
    }
    return 0;
}

static void show_objects(struct show *out, const struct gc_store *store) {
    const struct garbage *g = &store->garbage;
    char hex[DIGEST_TEXT_MAX], size[24];

    for (size_t i = 0; i < g->at.len; i++) {
        digest_text(hex, &g->at.at[i].digest);
        show_line(out, "%8s  %s/%.2s/%s", num_size(size, g->at.at[i].size), store->where, hex,
                  hex + 2);
    }
}

/* A place that had nothing to give is only named if it is the cache. */
static void show_result(struct session *s, const struct gc_result *r, bool dry, bool trash) {
    uint64_t young = 0;

    for (size_t i = 0; i < r->stores.len; i++) {
        const struct gc_store *store = &r->stores.at[i];
        size_t n = store->garbage.at.len;
        char size[24];

        young += store->garbage.young;
        if (n == 0) {
            if (i == 0) {
                log_info("Nothing unused in %s.", store->name);
            }
            continue;
        }
        if (dry) {
            show_objects(s->out, store);
        }
        log_info("%s %zu object%s (%s) from %s%s.", dry ? "Would remove" : "Removed", n,
                 n > 1 ? "s" : "", num_size(size, store->garbage.bytes), store->name,
                 trash && store->cache ? ", into the trash" : "");
    }
    if (young > 0) {
        log_warn("%" PRIu64 " unused object%s stay%s for now: %s as young as a command that is "
                 "still running",
                 young, young > 1 ? "s" : "", young > 1 ? "" : "s",
                 young > 1 ? "they are" : "it is");
    }
}

static void json_object(struct json *j, const struct garbage_object *o) {
    char hex[DIGEST_TEXT_MAX];

    json_map(j, NULL);
    json_str(j, "hash", hash_algo_name((enum hash_algo)o->digest.algo));
    json_str(j, "digest", digest_text(hex, &o->digest));
    json_int(j, "size", (int64_t)o->size);
    json_close(j);
}

/* {"dry": …, "stores": [{"name", "path", "bytes", "young", "trash", "objects": [{…}, …]}, …]} */
static void json_result(struct session *s, const struct gc_result *r, const struct gc_request *o) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    json_bool(j, "dry", o->dry);
    json_list(j, "stores");
    for (size_t i = 0; i < r->stores.len; i++) {
        const struct gc_store *store = &r->stores.at[i];

        json_map(j, NULL);
        json_str(j, "name", store->name);
        json_str(j, "path", store->where);
        json_int(j, "bytes", (int64_t)store->garbage.bytes);
        json_int(j, "young", (int64_t)store->garbage.young);
        json_bool(j, "trash", o->trash_seconds > 0 && store->cache);
        json_list(j, "objects");
        for (size_t k = 0; k < store->garbage.at.len; k++) {
            json_object(j, &store->garbage.at.at[k]);
        }
        json_close(j);
        json_close(j);
    }
    json_close(j);
    json_close(j);
    json_end(j);
}

/* Says what would go before it asks. False: exit status 1, with an error or without. */
static int agree(bool *yes, struct session *s, struct data *d, const struct gc_args *a,
                 const char *kept) {
    struct gc_result plan CLEANUP(gc_result_release) = {0};
    struct gc_request look = a->request;
    bool asked;

    *yes = a->force || a->request.dry;
    if (*yes) {
        return 0;
    }
    look.dry = true;
    int rc = data_gc(&plan, s->arena, d, &look);
    if (rc) {
        return rc;
    }
    progress_done(&s->progress);
    log_warn("this removes everything but what is used in %s", kept);
    for (size_t i = 0; i < plan.stores.len; i++) {
        const struct garbage *g = &plan.stores.at[i].garbage;
        char size[24];
        if (g->at.len > 0) {
            log_warn("that is %zu object%s (%s) in %s", g->at.len, g->at.len > 1 ? "s" : "",
                     num_size(size, g->bytes), plan.stores.at[i].name);
        }
    }
    *yes = session_confirm(s, "Are you sure you want to proceed?", &asked);
    if (!*yes) {
        s->exit_status = 1;
        if (!asked) {
            err_hint("--force (-f) removes without asking, --dry shows what would go");
            return err_set(ERR_FAILED, "there is nobody to ask; nothing was removed");
        }
    }
    return 0;
}

static int undo(struct session *s, struct data *d, bool json) {
    uint64_t objects, bytes;
    char size[24];
    int rc = data_gc_undo(&objects, &bytes, d);

    if (!rc && json) {
        struct json *j = json_begin(s->out);
        json_map(j, NULL);
        json_int(j, "objects", (int64_t)objects);
        json_int(j, "bytes", (int64_t)bytes);
        json_close(j);
        json_end(j);
    } else if (!rc) {
        log_info("Brought back %" PRIu64 " object%s (%s).", objects, objects == 1 ? "" : "s",
                 num_size(size, bytes));
    }
    return rc;
}

static int gc_run(struct session *s, const void *args) {
    struct gc_args a = *(const struct gc_args *)args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct gc_result result CLEANUP(gc_result_release) = {0};
    bool yes;
    int rc = a.undo ? 0 : check_args(&a);

    if (rc || (rc = read_trash(&a.request.trash_seconds, s, &a)) ||
        (rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if (a.undo) {
        return undo(s, d, a.json);
    }
    if (a.rev) {
        a.request.scope.revs = (struct strv){.at = &a.rev, .len = 1};
    }
    const char *kept = kept_words(s->arena, &a);
    if ((rc = agree(&yes, s, d, &a, kept)) || !yes) {
        return rc;
    }
    rc = data_gc(&result, s->arena, d, &a.request);
    if (a.json) {
        progress_done(&s->progress);
        json_result(s, &result, &a.request);
    } else {
        show_result(s, &result, a.request.dry, a.request.trash_seconds > 0);
    }
    if (!rc && !a.json) {
        log_info("Kept is what is used in %s.", kept);
    }
    return rc;
}

#define SCOPE(member) AT(request.scope.member)

static const struct opt gc_opts[] = {
    {'w', "workspace", OPT_FLAG, AT(workspace), .help = "keep what the workspace uses (always so)"},
    {0, "rev", OPT_TEXT, AT(rev), "<commit>", .help = "and what this commit uses"},
    {'n', "num", OPT_INT, SCOPE(num), "<num>",
     .help = "with --rev and -a: and the commits before, so many in all"},
    {'a', "all-branches", OPT_FLAG, SCOPE(all_branches), .help = "and what all branches use"},
    {'T', "all-tags", OPT_FLAG, SCOPE(all_tags), .help = "and what all tags use"},
    {'A', "all-commits", OPT_FLAG, SCOPE(all_commits), .help = "and what all commits use"},
    {0, "date", OPT_TEXT, SCOPE(date), "<yyyy-mm-dd>",
     .help = "and what commits from that day on use"},
    {0, "all-experiments", OPT_FLAG, SCOPE(all_experiments),
     .help = "and what all experiments use"},
    {0, "not-in-remote", OPT_FLAG, AT(request.not_in_remote),
     .help = "but nothing that a remote has"},
    {'c', "cloud", OPT_FLAG, AT(request.cloud), .help = "remove it from remotes, too"},
    {'r', "remote", OPT_TEXT, AT(request.remote), "<name>", .help = "the remote that is meant"},
    {0, "skip-failed", OPT_FLAG, AT(request.skip_failed),
     .help = "go on without what cannot be read"},
    {'f', "force", OPT_FLAG, AT(force), .help = "do not ask"},
    {'j', "jobs", OPT_INT, AT(request.jobs), "<number>", .help = "requests at a time"},
    {'p', "projects", OPT_MANY, AT(request.projects), "<paths>",
     .help = "and what these projects use"},
    {0, "dry", OPT_FLAG, AT(request.dry), .help = "only show what would be removed"},
    {0, "trash", OPT_MAYBE, AT(trash), "<time>",
     .help = "keep what goes from the cache for so long (7d)"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "undo", OPT_FLAG, AT(undo), .help = "bring back what the last gc put into the trash"},
    OPT_END,
};

const struct cmd cmd_gc = {
    .name = "gc",
    .group = GROUP_DATA,
    .summary = "remove unused data from the cache, and from remotes",
    .detail = "What the workspace uses always stays. Nothing is removed when something that may "
              "be in use cannot be read.",
    .opts = gc_opts,
    .args_size = sizeof(struct gc_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = gc_run,
};
