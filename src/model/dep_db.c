#include "model/dep_db.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/stage.h"

static const char *text_of(const struct dep *d, const char *key) {
    const char *text = node_text(node_get(node_get(d->node, "db"), key));

    return text && text[0] ? text : NULL;
}

int dep_db_read(struct dep_db *out, const struct dep *d) {
    *out = (struct dep_db){.connection = text_of(d, "connection"),
                           .format = text_of(d, "file_format"),
                           .query = text_of(d, "query"),
                           .table = text_of(d, "table")};
    out->table = out->query ? NULL : out->table;
    out->format = out->format ? out->format : "csv";
    if (!out->query && !out->table) {
        return err_set(ERR_INVALID, "the import says neither a query nor a table");
    }
    if (!out->connection) {
        return err_set(ERR_INVALID, "the import says no connection");
    }
    if (!str_eq(out->format, "csv") && !str_eq(out->format, "json")) {
        return err_set(ERR_INVALID, "'%s' is no format of an import: csv and json are",
                       out->format);
    }
    return 0;
}

struct stage *dep_db_stage(struct arena *arena, const char *out_path, const struct dep_db *ask) {
    struct stage *s = dvcfile_new(arena, out_path, arena_printf(arena, "%s.dvc", out_path));
    struct dep *d = arena_alloc(arena, sizeof *d);
    struct node *node = node_map(arena), *db = node_map(arena);

    node_put(arena, db, "connection", node_str(arena, ask->connection));
    node_put(arena, db, "file_format", node_str(arena, ask->format));
    if (ask->query) {
        node_put(arena, db, "query", node_str(arena, ask->query));
    } else {
        node_put(arena, db, "table", node_str(arena, ask->table));
    }
    node_put(arena, node, "db", db);
    *d = (struct dep){.kind = DEP_DB, .written = "", .path = "", .node = node};
    content_clear(&d->recorded);
    s->frozen = true;
    s->deps = d;
    s->ndeps = 1;
    return s;
}
