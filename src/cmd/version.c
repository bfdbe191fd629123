#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "show/out.h"
#include "model/config.h"
#include "model/diagnosis.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/facts.h"
#include "cli/help.h"
#include "cli/session.h"

struct version_args {
    const char *bundle;
};

/* The first line is what clients of DVC look for when we are called by its name. */
static void add_title(struct str *out, const struct session *s) {
    struct str title CLEANUP(str_release) = STR_INIT;
    if (str_eq(s->prog, "dvc")) {
        str_addf(&title, "DVC version: %s (cairn %s)", DVC_VERSION, CAIRN_VERSION);
    } else {
        str_addf(&title, "cairn version: %s (as DVC %s)", CAIRN_VERSION, DVC_VERSION);
    }
    str_addf(out, "%s\n", title.buf);
    for (size_t i = 0; i < title.len; i++) {
        str_addc(out, '-');
    }
    str_addc(out, '\n');
}

static void add_libraries(struct str *out, struct session *s) {
    struct strv libraries CLEANUP(strv_release) = {0};
    facts_libraries(&libraries, s->arena);
    str_addf(out, "Libraries:\n");
    for (size_t i = 0; i < libraries.len; i++) {
        str_addf(out, "\t%s\n", libraries.at[i]);
    }
}

/* Which files there are, not what they say. */
static void add_config_files(struct str *out, const struct config *config) {
    static const char *const title[CONFIG_LEVELS] = {[CONFIG_SYSTEM] = "System",
                                                     [CONFIG_GLOBAL] = "Global",
                                                     [CONFIG_REPO] = "Project",
                                                     [CONFIG_LOCAL] = "Local"};
    str_addf(out, "Config:\n");
    for (enum config_level level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        struct config_entries entries = {0};
        config_each(config, level, &entries);
        const char *file = config_file(config, level, "core.remote");
        if (file) {
            str_addf(out, "\t%s: %s (%zu option%s)\n", title[level], file, entries.len,
                     entries.len == 1 ? "" : "s");
        }
        vec_release(&entries);
    }
}

/* The kinds of the remotes without their addresses: "s3, local". */
static const char *remote_kinds(struct session *s) {
    struct strv names CLEANUP(strv_release) = {0};
    struct str kinds CLEANUP(str_release) = STR_INIT;
    config_remotes(s->repo->config, CONFIG_MERGED, &names);
    for (size_t i = 0; i < names.len; i++) {
        const char *option = arena_printf(s->arena, "remote.%s.url", names.at[i]);
        const char *url = config_get(s->repo->config, CONFIG_MERGED, option);
        const char *colon = url ? strstr(url, "://") : NULL;
        str_addf(&kinds, "%s%.*s", i ? ", " : "", colon ? (int)(colon - url) : 5,
                 colon ? url : "local");
    }
    return kinds.len ? arena_strdup(s->arena, kinds.buf) : "None";
}

static const char *repo_kind(const struct repo *r) {
    if (!r->git) {
        return config_bool(r->config, "core.no_scm", false) ? "dvc (no_scm)" : "dvc";
    }
    return r->git_path && *r->git_path ? "dvc (subdir), git" : "dvc, git";
}

static void add_repo(struct str *out, struct session *s) {
    struct repo *r = s->repo;
    const char *cache = config_path(r->config, s->arena, "cache.dir");
    cache = cache ? cache : path_join(s->arena, r->dvc_dir, "cache");
    str_addf(out, "Cache types: %s\n", facts_link_types(s->arena, r, cache));
    str_addf(out, "Cache directory: %s\n", facts_file_system(s->arena, cache));
    str_addf(out, "Caches: local\n");
    str_addf(out, "Remotes: %s\n", remote_kinds(s));
    str_addf(out, "Workspace directory: %s\n", facts_file_system(s->arena, r->root));
    str_addf(out, "Repo: %s\n", repo_kind(r));
}

static int version_run(struct session *s, const void *args) {
    const struct version_args *a = args;
    struct str text CLEANUP(str_release) = STR_INIT;

    add_title(&text, s);
    str_addf(&text, "Platform: %s\n", facts_platform(s->arena));
    add_libraries(&text, s);
    if (s->repo) {
        add_config_files(&text, s->repo->config);
        add_repo(&text, s);
    }
    if (a->bundle) {
        return diagnosis_write(s->repo, text.buf, a->bundle);
    }
    show_text(s->out, "%s", text.buf);
    return 0;
}

static const struct opt version_opts[] = {
    {0, "bundle", OPT_TEXT, offsetof(struct version_args, bundle), "<file>",
     .help = "write it to a tar archive, with options, dvc.yaml, dvc.lock and .dvc files, of which "
             "only the shape is shown"},
    OPT_END,
};

const struct cmd cmd_version = {
    .name = "version",
    .alias = "doctor",
    .group = GROUP_OTHER,
    .summary = "show versions and what a bug report needs",
    .detail = "No secrets are printed: of remotes only their kind, of configuration files only "
              "where they are.",
    .opts = version_opts,
    .args_size = sizeof(struct version_args),
    .needs = NEED_REPO_MAYBE | NEED_LENIENT_CONFIG,
    .fail = 255,
    .run = version_run,
};
