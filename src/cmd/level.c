#include "cmd/level.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "model/repo.h"
#include "cli/session.h"

static int pick(enum config_level *out, const struct level_args *a, const struct config *c) {
    const bool given[CONFIG_LEVELS] = {a->system, a->global, a->project, a->local};
    *out = CONFIG_MERGED;
    for (enum config_level level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        if (given[level] && *out != CONFIG_MERGED) {
            return err_set(ERR_USAGE,
                           "--system, --global, --project and --local exclude each other");
        }
        *out = given[level] ? level : *out;
    }
    if (*out != CONFIG_MERGED && !config_has_level(c, *out)) {
        return err_set(ERR_CONFIG,
                       "not inside a DVC repository: only --global and --system options are here");
    }
    return 0;
}

int level_open(struct level *out, struct session *s, const struct level_args *a) {
    *out = (struct level){0};
    int rc = repo_find(&out->root, NULL, s->arena, NULL);
    if (rc == ERR_NO_REPO) {
        err_clear();
    } else if (rc) {
        return rc;
    }
    const char *dvc_dir = out->root ? path_join(s->arena, out->root, ".dvc") : NULL;
    rc = config_load(&out->config, s->arena, dvc_dir, true);
    return rc ? rc : pick(&out->given, a, out->config);
}

void level_closep(struct level *l) {
    config_close(l->config);
}

enum config_level level_to_write(const struct level *l, const char *name, bool unset) {
    if (l->given != CONFIG_MERGED) {
        return l->given;
    }
    if (!config_is_secret(name) || (unset && !config_get(l->config, CONFIG_LOCAL, name))) {
        return CONFIG_REPO;
    }
    if (!unset && config_has_level(l->config, CONFIG_LOCAL)) {
        log_warn("a secret: kept in .dvc/config.local, which stays out of Git; --project keeps it "
                 "in .dvc/config");
    }
    return CONFIG_LOCAL;
}

void level_warn_url(const struct level *l, const char *url) {
    if (config_url_has_secret(url) && (l->given == CONFIG_MERGED || l->given == CONFIG_REPO)) {
        log_warn("the password in this url goes into .dvc/config, for all who see the repository; "
                 "give it with --local, or "
                 "apart from the url");
    }
}
