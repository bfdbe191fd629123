#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "show/out.h"
#include "model/config.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/facts.h"
#include "cli/help.h"
#include "cli/session.h"

/* The first line is what clients of DVC look for when we are called by its name. */
static void show_title(struct session *s) {
    struct str title CLEANUP(str_release) = STR_INIT;
    if (str_eq(s->prog, "dvc")) {
        str_addf(&title, "DVC version: %s (cairn %s)", DVC_VERSION, CAIRN_VERSION);
    } else {
        str_addf(&title, "cairn version: %s (as DVC %s)", CAIRN_VERSION, DVC_VERSION);
    }
    show_line(s->out, "%s", title.buf);
    for (size_t i = 0; i < title.len; i++) {
        show_text(s->out, "-");
    }
    show_line(s->out, "%s", "");
}

static void show_libraries(struct session *s) {
    struct strv libraries CLEANUP(strv_release) = {0};
    facts_libraries(&libraries, s->arena);
    show_line(s->out, "Libraries:");
    for (size_t i = 0; i < libraries.len; i++) {
        show_line(s->out, "\t%s", libraries.at[i]);
    }
}

/* Which files there are, not what they say. */
static void show_config_files(struct session *s, const struct config *config) {
    static const char *const title[CONFIG_LEVELS] = {[CONFIG_SYSTEM] = "System",
                                                     [CONFIG_GLOBAL] = "Global",
                                                     [CONFIG_REPO] = "Project",
                                                     [CONFIG_LOCAL] = "Local"};
    show_line(s->out, "Config:");
    for (enum config_level level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        struct config_entries entries = {0};
        config_each(config, level, &entries);
        const char *file = config_file(config, level, "core.remote");
        if (file) {
            show_line(s->out, "\t%s: %s (%zu option%s)", title[level], file, entries.len,
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

static void show_repo(struct session *s) {
    struct repo *r = s->repo;
    const char *cache = config_path(r->config, s->arena, "cache.dir");
    cache = cache ? cache : path_join(s->arena, r->dvc_dir, "cache");
    show_line(s->out, "Cache types: %s", facts_link_types(s->arena, r, cache));
    show_line(s->out, "Cache directory: %s", facts_file_system(s->arena, cache));
    show_line(s->out, "Caches: local");
    show_line(s->out, "Remotes: %s", remote_kinds(s));
    show_line(s->out, "Workspace directory: %s", facts_file_system(s->arena, r->root));
    show_line(s->out, "Repo: %s", repo_kind(r));
}

static int version_run(struct session *s, const void *args) {
    (void)args;
    show_title(s);
    show_line(s->out, "Platform: %s", facts_platform(s->arena));
    show_libraries(s);
    if (s->repo) {
        show_config_files(s, s->repo->config);
        show_repo(s);
    }
    return 0;
}

const struct cmd cmd_version = {
    .name = "version",
    .alias = "doctor",
    .group = GROUP_OTHER,
    .summary = "show versions and what a bug report needs",
    .detail = "No secrets are printed: of remotes only their kind, of configuration files only "
              "where they are.",
    .needs = NEED_REPO_MAYBE | NEED_LENIENT_CONFIG,
    .fail = 255,
    .run = version_run,
};
