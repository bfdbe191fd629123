#include "exp/auto_push.h"

#include "base/err.h"
#include "base/log.h"
#include "os/term.h"
#include "model/config.h"
#include "model/repo.h"
#include "data/data.h"
#include "exp/share_sync.h"

static const char *git_remote(const struct config *c) {
    const char *said = env_get("DVC_EXP_GIT_REMOTE");

    said = said ? said : config_get(c, CONFIG_MERGED, "exp.git_remote");
    return said ? said : "origin";
}

void exp_auto_push(struct arena *arena, struct data *d, const char *ref) {
    const struct config *c = d->repo->config;
    struct exp_share_result result CLEANUP(exp_share_release) = {0};
    struct exp_share_request request = {.place = git_remote(c), .run_cache = true};

    if (env_get("DVC_EXP_AUTO_PUSH") ? !env_flag("DVC_EXP_AUTO_PUSH")
                                     : !config_bool(c, "exp.auto_push", false)) {
        return;
    }
    if (!data_remote_default(d)) {
        log_warn("the experiment is not pushed: there is no default remote for its data");
        return;
    }
    log_info("Pushing experiment to '%s'. Cancel with CTRL+C.", request.place);
    vec_push(&request.names, ref);
    if (exp_push(&result, arena, d, &request)) {
        log_warn("the experiment is not pushed: %s", err_text());
        err_clear();
    }
    strv_release(&request.names);
}
