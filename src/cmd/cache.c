#include <stddef.h>

#include "base/err.h"
#include "base/path.h"
#include "show/out.h"
#include "model/config.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/level.h"

struct cache_dir_args {
    struct level_args level;
    struct strv words;
    bool unset;
};
#define AT(member) offsetof(struct cache_dir_args, member)

static int cache_dir_show(struct session *s, const struct level *l) {
    struct config_entry e;
    if (config_find(&e, l->config, l->given, "cache.dir")) {
        show_line(s->out, "%s", config_shown(s->arena, &e));
        return 0;
    }
    if (!l->root || l->given != CONFIG_MERGED) {
        return err_set(ERR_CONFIG, "'cache.dir' is not set%s", l->root ? " at this level" : "");
    }
    show_line(s->out, "%s", path_join(s->arena, l->root, ".dvc/cache"));
    return 0;
}

static int cache_dir_run(struct session *s, const void *args) {
    const struct cache_dir_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (!a->unset && a->words.len == 0) {
        return cache_dir_show(s, &l);
    }
    return config_set(l.config, level_to_write(&l, "cache.dir", a->unset), "cache.dir",
                      a->unset ? NULL : a->words.at[0]);
}

static const struct opt cache_dir_opts[] = {
    LEVEL_OPTS(AT(level)),
    {'u', "unset", OPT_FLAG, AT(unset), .help = "go back to .dvc/cache"},
    OPT_END,
};

const struct cmd cmd_cache_dir = {
    .name = "cache dir",
    .group = GROUP_CONFIG,
    .summary = "show or set the folder of the cache",
    .detail = "A relative path is taken from the current folder, and written relative to the "
              "configuration file. Data that "
              "is in the old cache stays there.",
    .opts = cache_dir_opts,
    .args = "[<path>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct cache_dir_args),
    .fail = 255,
    .run = cache_dir_run,
};
