#include "base/err.h"
#include "base/log.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/session.h"

struct init_args {
    struct strv words;
    bool no_scm, force, subdir;
    const char *hash;
};
#define AT(member) offsetof(struct init_args, member)

static int init_run(struct session *s, const void *args) {
    const struct init_args *a = args;
    const struct repo_init_options o = {
        .no_scm = a->no_scm, .force = a->force, .subdir = a->subdir, .hash = a->hash};
    if (a->no_scm && a->subdir) {
        s->exit_status = 255;
        return err_set(
            ERR_FAILED,
            "--no-scm and --subdir exclude each other: without Git, every folder is a root");
    }
    int rc = repo_init(a->words.len ? a->words.at[0] : ".", &o);
    if (rc) {
        return rc;
    }
    log_info("Initialized a DVC repository.\n");
    if (!a->no_scm) {
        log_info("Its files are staged: commit them with Git.\n");
    }
    log_info("Next:\n"
             "\t%s add <data>                          track files and folders\n"
             "\t%s remote add -d <name> <url or path>  a place to share them\n"
             "\t%s push                                send them there",
             s->prog, s->prog, s->prog);
    return 0;
}

static const char *const hash_choices[] = {"md5", "sha256", "xxh128", NULL};

static const struct opt init_opts[] = {
    {0, "no-scm", OPT_FLAG, AT(no_scm), .help = "do without Git"},
    {'f', "force", OPT_FLAG, AT(force),
     .help = "replace a .dvc folder that is there, its cache included"},
    {0, "subdir", OPT_FLAG, AT(subdir),
     .help = "make a project below the root of the Git repository"},
    {0, "hash", OPT_TEXT, AT(hash), "<name>", .choices = hash_choices,
     .help = "name data by this hash; DVC can restore md5 alone"},
    OPT_END,
};

const struct cmd cmd_init = {
    .name = "init",
    .group = GROUP_START,
    .summary = "make a DVC repository",
    .detail = "Makes the folder .dvc and the file .dvcignore in the given folder, by default the "
              "current one, and stages "
              "them in Git.",
    .opts = init_opts,
    .args = "[<directory>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct init_args),
    .fail = 1,
    .run = init_run,
};
