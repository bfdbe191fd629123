#include "data/fsck.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/repo.h"
#include "data/data.h"

struct fsck_args {
    struct fsck_request request;
    const char *sample;
    bool json;
};
#define AT(member)    offsetof(struct fsck_args, member)
#define SCOPE(member) AT(request.scope.member)

enum { EXIT_REPAIRED = 1, EXIT_LOST = 2 };

/* "1%", or "0.01". */
static int read_sample(double *share, struct arena *arena, const char *text) {
    *share = 1;
    if (!text) {
        return 0;
    }
    size_t len = strlen(text);
    bool percent = len > 0 && text[len - 1] == '%';
    const char *number = arena_strndup(arena, text, percent ? len - 1 : len);
    if (!num_float(share, number) || !(*share > 0) || *share > (percent ? 100 : 1)) {
        return err_set(ERR_USAGE, "--sample: '%s' is no share of objects; 1%% is", text);
    }
    *share = percent ? *share / 100 : *share;
    return 0;
}

static const char *shown(const struct session *s, const struct fsck_problem *p) {
    return p->path && !path_is_absolute(p->path) ? repo_shown(s->repo, p->path) : p->path;
}

static void show_problem(struct session *s, const struct fsck_problem *p) {
    char hex[DIGEST_TEXT_MAX];
    const char *path = shown(s, p);

    show_color(s->out, p->repaired ? SHOW_YELLOW : SHOW_RED);
    show_text(s->out, "%s", fsck_fault_word(p->fault));
    show_color(s->out, SHOW_PLAIN);
    show_line(s->out, "%*s%s%s%s (%s)%s%s", (int)(12 - strlen(fsck_fault_word(p->fault))), "",
              path ? path : "used by nothing in scope", p->rev ? " of " : "", p->rev ? p->rev : "",
              digest_text(hex, &p->digest), p->repaired ? ": repaired from " : "",
              p->repaired ? p->repaired : "");
}

static const char *advice(const struct fsck_args *a) {
    return a->request.repair   ? "What is lost may be in another clone, or in a remote that is not "
                                 "configured here."
           : a->request.remote ? "With --repair it is replaced from the cache."
                               : "With --repair it is brought back from the workspace or a remote.";
}

static void show_result(struct session *s, const struct fsck_args *a, const struct fsck_result *r) {
    const char *where =
        a->request.remote ? arena_printf(s->arena, "remote '%s'", a->request.remote) : "the cache";
    char size[24];

    for (size_t i = 0; i < r->problems.len; i++) {
        show_problem(s, &r->problems.at[i]);
    }
    show_line(s->out, "%" PRIu64 " object%s of %s: %" PRIu64 " read (%s), %zu at fault%s",
              r->objects, r->objects == 1 ? "" : "s", where, r->read, num_size(size, r->bytes),
              r->problems.len, r->problems.len > 0 ? "" : ".");
    if (r->problems.len > 0) {
        show_line(s->out, "%" PRIu64 " repaired, %" PRIu64 " lost.", r->problems.len - r->lost,
                  r->lost);
    }
    if (r->lost > 0) {
        show_line(s->out, "%s", advice(a));
    }
}

static void json_problem(struct json *j, const struct session *s, const struct fsck_problem *p) {
    char hex[DIGEST_TEXT_MAX];

    json_map(j, NULL);
    json_str(j, "fault", fsck_fault_word(p->fault));
    json_str(j, "hash", hash_algo_name((enum hash_algo)p->digest.algo));
    json_str(j, "digest", digest_text(hex, &p->digest));
    json_str(j, "path", shown(s, p));
    json_str(j, "rev", p->rev);
    json_str(j, "repaired", p->repaired);
    json_close(j);
}

static void json_result(struct session *s, const struct fsck_args *a, const struct fsck_result *r) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    json_str(j, "remote", a->request.remote);
    json_int(j, "objects", (int64_t)r->objects);
    json_int(j, "read", (int64_t)r->read);
    json_int(j, "bytes", (int64_t)r->bytes);
    json_int(j, "lost", (int64_t)r->lost);
    json_list(j, "problems");
    for (size_t i = 0; i < r->problems.len; i++) {
        json_problem(j, s, &r->problems.at[i]);
    }
    json_close(j);
    json_close(j);
    json_end(j);
}

static int fsck_run(struct session *s, const void *args) {
    struct fsck_args a = *(const struct fsck_args *)args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct fsck_result result CLEANUP(fsck_result_release) = {0};
    int rc = read_sample(&a.request.sample, s->arena, a.sample);

    if (!rc && a.request.all_objects && a.request.remote) {
        rc = err_set(ERR_USAGE, "--cache and --remote exclude each other");
    }
    if (rc || (rc = data_open(&d, s->repo, &s->progress)) ||
        (rc = data_fsck(&result, s->arena, d, &a.request))) {
        return rc;
    }
    progress_done(&s->progress);
    if (a.json) {
        json_result(s, &a, &result);
    } else if (s->verbosity >= 0) {
        show_result(s, &a, &result);
    }
    s->exit_status = result.lost > 0 ? EXIT_LOST : result.problems.len > 0 ? EXIT_REPAIRED : 0;
    return 0;
}

static const struct opt fsck_opts[] = {
    {0, "cache", OPT_FLAG, AT(request.all_objects),
     .help = "all objects of the cache, used or not"},
    {'r', "remote", OPT_TEXT, AT(request.remote), "<name>",
     .help = "look into this remote instead"},
    {0, "repair", OPT_FLAG, AT(request.repair),
     .help = "bring back what is missing or damaged from where it still is"},
    {0, "sample", OPT_TEXT, AT(sample), "<share>",
     .help = "read only so many, as 1%, chosen at random; the rest has to be there"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {'a', "all-branches", OPT_FLAG, SCOPE(all_branches), .help = "and what all branches use"},
    {'T', "all-tags", OPT_FLAG, SCOPE(all_tags), .help = "and what all tags use"},
    {'A', "all-commits", OPT_FLAG, SCOPE(all_commits), .help = "and what all commits use"},
    {0, "rev", OPT_LIST, SCOPE(revs), "<commit>", .help = "and what this commit uses"},
    OPT_END,
};

const struct cmd cmd_fsck = {
    .name = "fsck",
    .group = GROUP_DATA,
    .summary = "check that all tracked data is there and whole",
    .detail = "Reads the objects that the workspace uses and compares them with their digests. The "
              "exit status is 0 when all is whole, 1 when all that was not is repaired, 2 when "
              "something is lost.",
    .opts = fsck_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(request.targets),
    .args_size = sizeof(struct fsck_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = fsck_run,
};
