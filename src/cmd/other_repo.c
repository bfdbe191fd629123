#include "cmd/other_repo.h"

#include "cli/session.h"
#include "data/source.h"

void other_repo_spec(struct source_spec *out, struct session *s, const char *url,
                     const struct other_repo *o) {
    *out = (struct source_spec){
        .url = url,
        .rev = o->rev && o->rev[0] ? o->rev : NULL,
        .options = {.config_file = o->config, .remote = o->remote},
    };
    source_spec_here(out, s->arena);
    for (size_t i = 0; i < o->remote_config.len; i++) {
        vec_push(&out->options.remote_config, o->remote_config.at[i]);
    }
}
