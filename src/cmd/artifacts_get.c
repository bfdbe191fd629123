/*
 * artifacts get: `get` of what a name of the registry stands for.
 */
#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/other_repo.h"
#include "data/get.h"
#include "data/source.h"
#include "registry/elsewhere.h"

struct artifacts_get_args {
    struct strv words;
    struct other_repo repo; /* `rev` is the version */
    const char *stage, *out;
    bool show_url, force;
    int jobs;
};
#define AT(member) offsetof(struct artifacts_get_args, member)

static const char *given(const char *text) {
    return text && text[0] ? text : NULL;
}

/* As of the commit that was found. */
static int bring(struct session *s, const struct artifacts_get_args *a, struct source_spec *spec,
                 const struct artifact_place *place) {
    const struct get_request o = {.spec = spec,
                                  .path = place->path,
                                  .out = given(a->out),
                                  .force = a->force,
                                  .jobs = a->jobs};
    const char *url;

    spec->rev = place->commit;
    if (!a->show_url) {
        return data_get(&o, &s->progress);
    }
    int rc = data_get_location(&url, s->arena, spec, place->path, &s->progress);
    if (!rc) {
        show_line(s->out, "%s", url);
    }
    return rc;
}

static int artifacts_get_run(struct session *s, const void *args) {
    const struct artifacts_get_args *a = args;
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    const char *version = given(a->repo.rev), *stage = given(a->stage);
    struct other_repo repo = a->repo;
    struct artifact_place place;

    if (version && stage) {
        return err_set(ERR_FAILED, "--rev and --stage exclude each other");
    }
    repo.rev = NULL;
    other_repo_spec(&spec, s, a->words.len > 1 ? a->words.at[0] : ".", &repo);
    int rc = artifact_elsewhere(&place, s->arena, &spec, a->words.at[a->words.len - 1], version,
                                stage, &s->progress);
    return rc ? rc : bring(s, a, &spec, &place);
}

static const struct opt artifacts_get_opts[] = {
    {0, "rev", OPT_MAYBE, AT(repo.rev), "<version>", .help = "this version (default: the highest)"},
    {0, "stage", OPT_MAYBE, AT(stage), "<stage>", .help = "the version in this stage"},
    {'o', "out", OPT_MAYBE, AT(out), "<path>", .help = "where it goes, or the folder for it"},
    {0, "show-url", OPT_FLAG, AT(show_url), .help = "print where the remote has it, fetch nothing"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace files that are there"},
    {0, "config", OPT_TEXT, AT(repo.config), "<file>",
     .help = "configuration to put above that of the repository"},
    {0, "remote", OPT_TEXT, AT(repo.remote), "<name>", .help = "its remote to fetch from"},
    {0, "remote-config", OPT_MANY, AT(repo.remote_config), "<option>",
     .help = "<option>=<value> of that remote"},
    OPT_END,
};

const struct cmd cmd_artifacts_get = {
    .name = "artifacts get",
    .group = GROUP_REGISTRY,
    .summary = "download a version of an artifact",
    .detail = "From the repository at a path or a URL as Git takes them, or with the name alone "
              "from the one around. Only what is asked for is fetched.",
    .opts = artifacts_get_opts,
    .args = "[<repository>] <name>",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct artifacts_get_args),
    .fail = 1,
    .run = artifacts_get_run,
};
