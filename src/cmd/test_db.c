#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/import_db.h"

struct test_db_args {
    const char *connection, *url, *username, *password;
};
#define AT(member) offsetof(struct test_db_args, member)

static int test_db_run(struct session *s, const void *args) {
    const struct test_db_args *a = args;
    const struct db_overrides o = {.url = a->url, .username = a->username, .password = a->password};

    if (!a->connection) {
        return err_set(ERR_USAGE, "--conn is needed");
    }
    int rc = data_test_db(s->repo, a->connection, &o);
    if (!rc && s->verbosity >= 0) {
        show_line(s->out, "The connection '%s' works", a->connection);
    }
    return rc;
}

static const struct opt test_db_opts[] = {
    {0, "conn", OPT_TEXT, AT(connection), "<name>",
     .help = "the database: db.<name>.url of the configuration"},
    {0, "url", OPT_TEXT, AT(url), "<url>", .help = "in place of what is configured"},
    {0, "password", OPT_TEXT, AT(password), "<password>", .help = "in place of what is configured"},
    {0, "username", OPT_TEXT, AT(username), "<name>", .help = "in place of what is configured"},
    OPT_END,
};

const struct cmd cmd_test_db = {
    .name = "test-db",
    .group = GROUP_OTHER,
    .summary = "try the connection of import-db",
    .opts = test_db_opts,
    .args_size = sizeof(struct test_db_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .hidden = true,
    .run = test_db_run,
};
