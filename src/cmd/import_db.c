#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/importing.h"
#include "data/data.h"
#include "data/import_db.h"

struct import_db_args {
    const char *sql, *table, *format, *out, *connection, *profile, *target;
    bool force;
};
#define AT(member) offsetof(struct import_db_args, member)

static int check_args(const struct import_db_args *a) {
    if (a->profile || a->target) {
        int rc = err_set(ERR_USAGE, "profiles of dbt are not supported");
        err_hint("configure the connection itself: cairn config db.<name>.url <url>");
        return rc;
    }
    if (!a->sql == !a->table) {
        return err_set(ERR_USAGE, a->sql ? "--sql and --table exclude each other"
                                         : "one of --sql and --table is needed");
    }
    return a->connection ? 0 : err_set(ERR_USAGE, "--conn is needed");
}

static int import_db_run(struct session *s, const void *args) {
    const struct import_db_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    const struct import_db_request o = {
        .connection = a->connection,
        .sql = a->sql,
        .table = a->table,
        .format = a->format && a->format[0] ? a->format : "csv",
        .out = a->out && a->out[0] ? a->out : NULL,
        .force = a->force,
        .begin = importing_show,
        .ctx = s,
    };
    int rc = check_args(a);

    if (rc || (rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_import_db(d, &o);
}

static const char *const formats[] = {"csv", "json", NULL};

static const struct opt import_db_opts[] = {
    {0, "sql", OPT_TEXT, AT(sql), "<query>", .help = "what the database is asked"},
    {0, "table", OPT_TEXT, AT(table), "<name>", .help = "a table or view, all of it"},
    {0, "output-format", OPT_MAYBE, AT(format), "<format>",
     .help = "csv, which is the default, or json", .choices = formats},
    {'o', "out", OPT_MAYBE, AT(out), "<path>", .help = "the file that is written"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace what is at the path of the output"},
    {0, "conn", OPT_TEXT, AT(connection), "<name>",
     .help = "the database: db.<name>.url of the configuration"},
    {0, "profile", OPT_TEXT, AT(profile), "<name>", .hidden = true},
    {0, "target", OPT_TEXT, AT(target), "<name>", .hidden = true},
    OPT_END,
};

const struct cmd cmd_import_db = {
    .name = "import-db",
    .group = GROUP_DATA,
    .summary = "track what a database answers",
    .detail =
        "A table, or what a query gives, becomes a CSV or JSON file; the .dvc file records the "
        "question, and `update` asks it again. The connection is configured as db.<name>.url, "
        "sqlite:///file, postgresql://host/database or mysql://host/database, with "
        "db.<name>.username and db.<name>.password. Nothing is changed in the database.",
    .opts = import_db_opts,
    .args_size = sizeof(struct import_db_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = import_db_run,
};
