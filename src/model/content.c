#include "model/content.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/write.h"
#include "hash/hasher.h"
#include "model/stage.h"

/* DVC takes a bare number for a hash, and "" or nothing for none. */
const struct schema schema_checksum = {.kinds = SCHEMA_NULL | SCHEMA_STR | SCHEMA_INT, .min = 3};
const struct schema schema_count = {.kinds = SCHEMA_INT};

static const struct schema_field cloud_fields[] = {
    {"md5", &schema_checksum, false},   {"checksum", &schema_checksum, false},
    {"etag", &schema_checksum, false},  {"size", &schema_count, false},
    {"nfiles", &schema_count, false},   {"isexec", &schema_bool, false},
    {"version_id", &schema_str, false}, {0},
};
static const struct schema cloud_meta = {.kinds = SCHEMA_MAP, .fields = cloud_fields};
const struct schema schema_cloud = {.kinds = SCHEMA_MAP, .value = &cloud_meta, .max = 1};

static const struct schema_field files_fields[] = {
    {"relpath", &schema_str, true},        {"md5", &schema_checksum, false},
    {"checksum", &schema_checksum, false}, {"etag", &schema_checksum, false},
    {"size", &schema_count, false},        {"nfiles", &schema_count, false},
    {"isexec", &schema_bool, false},       {"version_id", &schema_str, false},
    {"cloud", &schema_cloud, false},       {0},
};
static const struct schema files_item = {.kinds = SCHEMA_MAP, .fields = files_fields};
const struct schema schema_files = {.kinds = SCHEMA_LIST, .item = &files_item};

void content_clear(struct content *c) {
    *c = (struct content){.size = -1, .nfiles = -1};
}

/* The text of a hash, NULL if there is none. Numbers become text, as in DVC. */
static const char *checksum_text(struct arena *arena, const struct node *n) {
    if (!n || n->kind == NODE_NULL) {
        return NULL;
    }
    if (n->kind == NODE_INT) {
        return n->big ? n->big : arena_printf(arena, "%lld", (long long)n->integer);
    }
    return n->str.len > 0 ? n->str.text : NULL;
}

static int count_read(int64_t *out, const struct node *entry, const char *key, const char *file) {
    const struct node *n = node_get(entry, key);

    if (!n) {
        return 0;
    }
    if (n->big || n->integer < 0) {
        return schema_error(n, file, "'%s' is not a count", key);
    }
    *out = n->integer;
    return 0;
}

static int digest_read(struct digest *out, struct arena *arena, const struct node *entry,
                       enum hash_algo algo, const char *file) {
    const struct node *n = node_get(entry, "md5");
    const char *text = checksum_text(arena, n);

    if (text && !digest_from_text(out, algo, text)) {
        bool md5 = algo == HASH_MD5 || algo == HASH_MD5_DOS2UNIX;
        return schema_error(n, file, "'%s' is not %s digest", text,
                            md5 ? "an md5"
                                : arena_printf(arena, "a valid %s", hash_algo_name(algo)));
    }
    return 0;
}

static int compare_files(const void *a, const void *b) {
    return strcmp(((const struct content_file *)a)->path, ((const struct content_file *)b)->path);
}

void content_from_files(struct content *c, const char *key, struct content_file *files, size_t n) {
    struct str json CLEANUP(str_release) = STR_INIT;
    uint64_t size = 0;

    qsort(files, n, sizeof *files, compare_files);
    str_addc(&json, '[');
    for (size_t i = 0; i < n; i++) {
        str_addf(&json, "%s{\"%s\": ", i > 0 ? ", " : "", key);
        json_write_text(&json, files[i].hash);
        str_adds(&json, ", \"relpath\": ");
        json_write_text(&json, files[i].path);
        str_addc(&json, '}');
        size += files[i].size == UINT64_MAX ? 0 : files[i].size;
    }
    str_addc(&json, ']');
    hash_bytes(&c->digest, HASH_MD5, json.buf, json.len);
    c->digest.is_dir = 1;
    c->size = size > INT64_MAX ? INT64_MAX : (int64_t)size;
    c->nfiles = (int64_t)n;
}

/* A cloud-versioned folder lists its files in place of its digest, and sources their files by etag;
 * DVC computes the one from the other. */
static int read_files(struct content *c, struct arena *arena, const struct node *files,
                      const char *file) {
    struct content_file *list = arena_alloc(arena, (files->list.len + 1) * sizeof *list);
    const struct node *first = files->list.at[0];
    const char *key = node_get(first, "md5")        ? "md5"
                      : node_get(first, "etag")     ? "etag"
                      : node_get(first, "checksum") ? "checksum"
                                                    : "md5";
    char text[DIGEST_TEXT_MAX];

    for (size_t i = 0; i < files->list.len; i++) {
        const struct node *item = files->list.at[i];
        struct digest digest = {0};
        int64_t one = 0;
        int rc = digest_read(&digest, arena, item, HASH_MD5, file);

        rc = rc ? rc : count_read(&one, item, "size", file);
        if (rc) {
            return rc;
        }
        const char *hash = digest_is_set(&digest) ? digest_text(text, &digest)
                                                  : checksum_text(arena, node_get(item, key));
        if (!hash) {
            return schema_error(item, file, "an entry of 'files' without a usable %s", key);
        }
        list[i].path = node_text(node_get(item, "relpath"));
        list[i].hash = arena_strdup(arena, hash);
        list[i].size = (uint64_t)one;
    }
    content_from_files(c, key, list, files->list.len);
    return 0;
}

/* etag, checksum and version_id may stand in the entry or below `cloud: {remote: …}`. */
static void read_foreign(struct content *c, struct arena *arena, const struct node *entry) {
    static const char *const keys[] = {"etag", "checksum", "version_id"};
    const struct node *cloud = node_get(entry, "cloud");
    const struct node *below = cloud && cloud->map.len > 0 ? cloud->map.at[0].value : NULL;

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        const char *text = checksum_text(arena, node_get(entry, keys[i]));

        text = text ? text : checksum_text(arena, node_get(below, keys[i]));
        if (text) {
            c->etag = text;
            c->etag_key = keys[i];
            return;
        }
    }
}

int content_read(struct content *c, struct arena *arena, const struct node *entry, bool inside,
                 const char *file) {
    const char *hash = node_text(node_get(entry, "hash"));
    const struct node *files = node_get(entry, "files"), *exec = node_get(entry, "isexec");
    enum hash_algo algo = inside && !hash ? HASH_MD5_DOS2UNIX : HASH_MD5;
    int rc;

    content_clear(c);
    if ((rc = count_read(&c->size, entry, "size", file)) != 0 ||
        (rc = count_read(&c->nfiles, entry, "nfiles", file)) != 0) {
        return rc;
    }
    if (hash && !str_eq(hash, "md5")) {
        if (!hash_algo_from_name(&algo, hash)) {
            return schema_error(node_get(entry, "hash"), file, "hash '%s' is not supported", hash);
        }
    }
    c->isexec = exec && exec->boolean;
    read_foreign(c, arena, entry);
    if (files && files->list.len > 0) {
        return read_files(c, arena, files, file);
    }
    return digest_read(&c->digest, arena, entry, algo, file);
}

bool content_equal(const struct content *a, const struct content *b) {
    return digest_equal(&a->digest, &b->digest) && str_eq(a->etag, b->etag) && a->size == b->size &&
           a->nfiles == b->nfiles && a->isexec == b->isexec;
}

bool content_same_source(const struct content *a, const struct content *b) {
    return digest_equal(&a->digest, &b->digest) && str_eq(a->etag, b->etag) &&
           (digest_is_set(&a->digest) || a->etag);
}

/* Whether `before` still describes the content. */
static bool unchanged(const struct content *c, struct arena *arena, const struct node *before,
                      bool inside) {
    struct content old;

    if (!before) {
        return false;
    }
    if (content_read(&old, arena, before, inside, "") != 0) {
        err_clear();
        return false;
    }
    return content_equal(&old, c);
}

static void put_copy(struct arena *arena, struct node *map, const struct node *from,
                     const char *key) {
    const struct node *n = node_get(from, key);

    if (n) {
        node_put(arena, map, key, node_clone(arena, n));
    }
}

/* The hash and what belongs to it, in the order that both files share. */
static void put_hash(struct arena *arena, struct node *map, const struct content *c,
                     const struct node *keep) {
    char text[DIGEST_TEXT_MAX];

    if (node_get(keep, "md5")) {
        put_copy(arena, map, keep, "md5"); /* as it is spelled */
    } else if (digest_is_set(&c->digest)) {
        node_put(arena, map, "md5", node_str(arena, digest_text(text, &c->digest)));
    } else if (c->etag && !node_get(keep, "cloud") && !str_eq(c->etag_key, "version_id")) {
        node_put(arena, map, c->etag_key, node_str(arena, c->etag));
    }
    if (c->size >= 0) {
        node_put(arena, map, "size", node_int(arena, c->size));
    }
    if (c->nfiles >= 0) {
        node_put(arena, map, "nfiles", node_int(arena, c->nfiles));
    }
    if (c->isexec) {
        node_put(arena, map, "isexec", node_bool(arena, true));
    }
    put_copy(arena, map, keep, "version_id");
    put_copy(arena, map, keep, "etag");
    put_copy(arena, map, keep, "checksum");
    put_copy(arena, map, keep, "cloud");
}

/* DVC marks whatever is not of DVC 2; an entry without content stays what it was. */
static void put_mark(struct arena *arena, struct node *map, const struct content *c,
                     const struct node *keep) {
    bool set = digest_is_set(&c->digest);

    if (keep && !set) {
        put_copy(arena, map, keep, "hash");
    } else if (c->digest.algo != HASH_MD5_DOS2UNIX) {
        const char *name = hash_algo_name(set ? (enum hash_algo)c->digest.algo : HASH_MD5);
        node_put(arena, map, "hash", node_str(arena, name));
    }
}

void content_put_dvc(struct arena *arena, struct node *map, const struct content *c,
                     const char *path, const struct node *before, bool inside) {
    const struct node *keep = unchanged(c, arena, before, inside) ? before : NULL;
    bool listed = node_truthy(node_get(keep, "files"));

    if (!listed) {
        put_hash(arena, map, c, keep);
    }
    put_mark(arena, map, c, keep);
    node_put(arena, map, "path", node_str(arena, path));
    if (listed) {
        put_copy(arena, map, keep, "files");
    }
}

void content_put_lock(struct arena *arena, struct node *map, const struct content *c,
                      const char *path, const struct node *before, bool inside) {
    const struct node *keep = unchanged(c, arena, before, inside) ? before : NULL;

    node_put(arena, map, "path", node_str(arena, path));
    put_mark(arena, map, c, keep);
    if (node_truthy(node_get(keep, "files"))) {
        put_copy(arena, map, keep, "files");
    } else {
        put_hash(arena, map, c, keep);
    }
}
