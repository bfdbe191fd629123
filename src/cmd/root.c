#include "base/path.h"
#include "show/out.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/session.h"

/* Opens nothing: it works whatever state the repository is in, and at once. */
static int root_run(struct session *s, const void *args) {
    (void)args;
    const char *root, *cwd;
    int rc = repo_find(&root, &cwd, s->arena, NULL);
    if (!rc) {
        show_line(s->out, "%s", path_shown(s->arena, cwd, ""));
    }
    return rc;
}

const struct cmd cmd_root = {
    .name = "root",
    .group = GROUP_OTHER,
    .summary = "print the way to the root of the repository",
    .fail = 255,
    .run = root_run,
};
