#include "data/import_db.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "os/file.h"
#include "os/temp.h"
#include "db/db.h"
#include "db/export.h"
#include "model/config.h"
#include "model/dep_db.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "data/add.h"
#include "data/data.h"
#include "data/import_target.h"
#include "data/output.h"

static const char *option(struct arena *arena, const struct repo *r, const char *connection,
                          const char *name) {
    return config_get(r->config, CONFIG_MERGED, arena_printf(arena, "db.%s.%s", connection, name));
}

static int login_find(struct db_login *out, struct arena *arena, const struct repo *r,
                      const char *connection, const struct db_overrides *o) {
    *out = (struct db_login){.url = option(arena, r, connection, "url"),
                             .username = option(arena, r, connection, "username"),
                             .password = option(arena, r, connection, "password")};
    if (!out->url && !out->username && !out->password) {
        int rc = err_set(ERR_FAILED, "the connection '%s' is not in the configuration", connection);
        err_hint("cairn config db.%s.url <url>", connection);
        return rc;
    }
    if (o) {
        out->url = o->url ? o->url : out->url;
        out->username = o->username ? o->username : out->username;
        out->password = o->password ? o->password : out->password;
    }
    return out->url ? 0 : err_set(ERR_FAILED, "the connection '%s' has no url", connection);
}

int data_test_db(struct repo *r, const char *connection, const struct db_overrides *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct db *db CLEANUP(db_closep) = NULL;
    struct db_login login;
    int rc = login_find(&login, arena, r, connection, o);

    rc = rc ? rc : db_open(&db, &login);
    return err_wrap(rc, "connection '%s'", connection);
}

static int check_table(struct db *db, const char *name) {
    bool yes;
    int rc = db_has_table(&yes, db, name);

    return rc || yes ? rc : err_set(ERR_FAILED, "the database has no table '%s'", name);
}

static int answer(int fd, struct arena *arena, struct data *d, const struct dep_db *ask) {
    struct db *db CLEANUP(db_closep) = NULL;
    struct db_login login;
    int rc = login_find(&login, arena, d->repo, ask->connection, NULL);

    rc = rc ? rc : db_open(&db, &login);
    if (!rc && !ask->query) {
        rc = check_table(db, ask->table);
    }
    rc = rc ? rc : db_query(db, ask->query ? ask->query : ask->table);
    rc = rc ? rc : export_table(fd, db, str_eq(ask->format, "json") ? EXPORT_JSON : EXPORT_CSV);
    return err_wrap(rc, "connection '%s'", ask->connection);
}

/* The answer into the cache, by way of a file that goes whatever happens. */
static int store_answer(struct out *o, struct arena *arena, struct data *d,
                        const struct dep_db *ask) {
    const char *dir = arena_printf(arena, "%s/cairn", d->repo->tmp_dir);
    int fd CLEANUP(fd_closep) = -1;
    char name[TEMP_NAME_MAX];
    struct scan now;
    int rc = dir_make(AT_FDCWD, dir, 0777);

    if (rc || (rc = temp_open(&fd, name, AT_FDCWD, dir))) {
        return rc;
    }
    const char *path = path_join(arena, dir, name);
    rc = answer(fd, arena, d, ask);
    rc = rc ? rc : output_scan(&now, arena, d, path, d->hash, true);
    struct err_chain *failed = err_take(rc);
    if (file_remove(AT_FDCWD, path)) {
        err_clear();
    }
    if (rc) {
        return err_give(failed);
    }
    content_from_scan(&o->recorded, &now);
    return 0;
}

int import_db_bring(struct arena *arena, struct data *d, struct stage *s, bool force) {
    const struct checkout_options opt = {.force = force};
    struct out *o = &s->outs[0];
    struct place_result placed;
    struct dep_db ask;
    int rc = dep_db_read(&ask, &s->deps[0]);

    if (rc || (rc = store_answer(o, arena, d, &ask))) {
        return rc;
    }
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc ? rc : repo_gitignore_add(d->repo, o->path);
}

/* At most so many characters, the last one telling that there were more. */
static const char *shortened(struct arena *arena, const char *text, size_t most) {
    const char *at = text, *cut = text, *end = text + strlen(text);

    for (size_t n = 1; at < end; n++) {
        cut = n == most ? at : cut;
        utf8_next(&at, end);
        if (n == most && at < end) {
            return arena_printf(arena, "%.*s…", (int)(cut - text), text);
        }
    }
    return text;
}

const char *import_db_shown(struct arena *arena, const struct stage *s) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    enum { SHOWN = 50 };
    struct dep_db ask;

    if (dep_db_read(&ask, &s->deps[0])) {
        err_clear();
        return "";
    }
    return shortened(arena, ask.query ? ask.query : ask.table, SHOWN);
}

int data_import_db(struct data *d, const struct import_db_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    const struct dep_db ask = {
        .connection = o->connection, .query = o->sql, .table = o->table, .format = o->format};
    const char *name = arena_printf(arena, "%s.%s", o->table ? o->table : "results", o->format);
    const struct import_target target = {
        .own = name, .from = o->connection, .out = o->out, .force = o->force};
    struct db_login login;
    const char *path;
    int rc = login_find(&login, arena, d->repo, o->connection, NULL);

    if (rc || (rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL)) ||
        (rc = import_target(&path, arena, d, &target))) {
        return rc;
    }
    struct stage *s = dep_db_stage(arena, path, &ask);
    if ((rc = add_check_new(arena, d, idx, s))) {
        return rc;
    }
    if (o->begin) {
        o->begin(o->ctx, import_db_shown(arena, s), repo_shown(d->repo, path));
    }
    rc = import_db_bring(arena, d, s, o->force);
    return rc ? rc : dvcfile_save(d->repo, s);
}
