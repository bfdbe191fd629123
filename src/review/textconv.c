#include "review/textconv.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "hash/digest.h"
#include "store/cache.h"
#include "store/tree.h"
#include "model/content.h"
#include "model/stage.h"
#include "data/data.h"

enum { FILES_MAX = 100000 }; /* of a folder, that are listed */
#define TABLE_MAX                                                                                  \
    ((size_t)256 << 10) /* bytes of a table that is shown: Git compares it in memory */

struct conversion {
    struct str *out;
    struct arena *arena;
    struct data *data;
};

static void add_files(struct conversion *c, const char *path, const struct digest *digest) {
    char text[DIGEST_TEXT_MAX];
    struct tree tree = {0};

    if (tree_load(&tree, c->arena, data_cache_for(c->data, digest->algo), digest)) {
        err_clear(); /* not in the cache: the digest has to do */
        return;
    }
    str_addf(c->out, "\n# %s: %zu files\n", path, tree.len);
    for (size_t i = 0; i < tree.len && tree.len <= FILES_MAX; i++) {
        str_addf(c->out, "%s/%s %s\n", path, tree.at[i].path,
                 digest_text(text, &tree.at[i].digest));
    }
}

static bool is_table(const char *path) {
    const char *suffix = path_suffix(path);

    return str_eq(suffix, ".csv") || str_eq(suffix, ".tsv") || str_eq(suffix, ".jsonl");
}

static void add_rows(struct conversion *c, const char *path, const struct digest *digest) {
    struct str rows CLEANUP(str_release) = STR_INIT;

    if (cache_read(&rows, data_cache_for(c->data, digest->algo), digest, TABLE_MAX)) {
        err_clear(); /* too large, or not in the cache */
        return;
    }
    str_addf(c->out, "\n# %s\n", path);
    str_add(c->out, rows.buf, rows.len);
    if (!str_ends(rows.buf, "\n")) {
        str_addc(c->out, '\n');
    }
}

static void add_outs(struct conversion *c, const struct node *outs) {
    for (size_t i = 0; outs && outs->kind == NODE_LIST && i < outs->list.len; i++) {
        const char *path = node_text(node_get(outs->list.at[i], "path"));
        struct content content;

        if (!path || outs->list.at[i]->kind != NODE_MAP) {
            continue;
        }
        content_clear(&content);
        if (content_read(&content, c->arena, outs->list.at[i], true, "")) {
            err_clear();
        } else if (content.digest.is_dir) {
            add_files(c, path, &content.digest);
        } else if (content.digest.len && is_table(path)) {
            add_rows(c, path, &content.digest);
        }
    }
}

int review_textconv(struct str *out, struct arena *arena, struct data *d, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct conversion c = {.out = out, .arena = arena, .data = d};
    const struct node *stages;
    struct node *root;
    int rc = file_read(&text, AT_FDCWD, path, DOC_MAX_BYTES);

    if (rc) {
        return rc;
    }
    str_add(out, text.buf, text.len);
    if (!d || yaml_read(&root, arena, text.buf, text.len, path)) {
        err_clear();
        return 0;
    }
    add_outs(&c, node_get(root, "outs"));
    stages = node_get(root, "stages");
    for (size_t i = 0; stages && stages->kind == NODE_MAP && i < stages->map.len; i++) {
        add_outs(&c, node_get(stages->map.at[i].value, "outs"));
    }
    return 0;
}
