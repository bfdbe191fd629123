/*
 * Reading a listing: a JSON list of objects, each with a digest under the algorithm's name and the
 * path under "relpath"; other keys are passed over. One pass, no tree of values, nested values only
 * to a fixed depth.
 */
#include "store/tree.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"

#define DEPTH_MAX  64
#define PATH_BYTES 4095 /* what the system takes */
#define NAME_BYTES 255

struct parser {
    const char *text, *at, *end;
    const char *name; /* of the listing */
    const char *key;  /* of the digest in an entry */
    enum hash_algo algo;
    struct arena *arena;
    struct tree *tree;
    struct str string; /* the string read last, decoded */
};

static int fail(const struct parser *p, const char *what) {
    return err_set(ERR_INVALID, "listing %s: %s at byte %zu", p->name, what,
                   (size_t)(p->at - p->text));
}

static void skip_blanks(struct parser *p) {
    while (p->at < p->end &&
           (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')) {
        p->at++;
    }
}

/* Takes the character if it is next. */
static bool take(struct parser *p, char c) {
    skip_blanks(p);
    if (p->at < p->end && *p->at == c) {
        p->at++;
        return true;
    }
    return false;
}

static int read_hex4(struct parser *p, uint32_t *out) {
    *out = 0;
    for (int i = 0; i < 4; i++) {
        char c = p->at < p->end ? *p->at : '\0';
        int value = c >= '0' && c <= '9' ? c - '0' : -1;
        if (value < 0 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
            value = (c & ~0x20) - 'A' + 10;
        }
        if (value < 0) {
            return fail(p, "bad \\u escape");
        }
        *out = *out << 4 | (uint32_t)value;
        p->at++;
    }
    return 0;
}

/* Behind "\u". Python keeps the bytes of names that are no UTF-8 as lone surrogates U+DC80 to
 * U+DCFF. */
static int read_unicode(struct parser *p) {
    char utf8[4];
    uint32_t cp, low;
    int rc = read_hex4(p, &cp);

    if (rc) {
        return rc;
    }
    if (cp >= 0xDC80 && cp <= 0xDCFF) {
        str_addc(&p->string, (char)(cp - 0xDC00));
        return 0;
    }
    if (cp >= 0xD800 && cp <= 0xDFFF) {
        bool pair = cp < 0xDC00 && p->end - p->at >= 6 && p->at[0] == '\\' && p->at[1] == 'u';
        if (!pair) {
            return fail(p, "a lone surrogate");
        }
        p->at += 2;
        rc = read_hex4(p, &low);
        if (rc) {
            return rc;
        }
        if (low < 0xDC00 || low > 0xDFFF) {
            return fail(p, "a lone surrogate");
        }
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
    }
    str_add(&p->string, utf8, utf8_put(utf8, cp));
    return 0;
}

static int read_escape(struct parser *p) {
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = p->at < p->end ? *p->at : '\0';

    if (c == 'u') {
        p->at++;
        return read_unicode(p);
    }
    const char *found = c ? strchr(letters, c) : NULL;
    if (!found) {
        return fail(p, "bad escape");
    }
    p->at++;
    str_addc(&p->string, meant[found - letters]);
    return 0;
}

/* Behind the opening quote. */
static int read_string(struct parser *p) {
    str_clear(&p->string);
    for (;;) {
        const char *start = p->at;
        while (p->at < p->end && *p->at != '"' && *p->at != '\\' && (unsigned char)*p->at >= 0x20) {
            p->at++;
        }
        str_add(&p->string, start, (size_t)(p->at - start));
        if (p->at == p->end) {
            return fail(p, "a string that does not end");
        }
        char c = *p->at;
        if (c != '"' && c != '\\') {
            return fail(p, "a control character in a string");
        }
        p->at++;
        if (c == '"') {
            return 0;
        }
        int rc = read_escape(p);
        if (rc) {
            return rc;
        }
    }
}

static bool take_word(struct parser *p, const char *word) {
    size_t len = strlen(word);

    if ((size_t)(p->end - p->at) < len || memcmp(p->at, word, len) != 0) {
        return false;
    }
    p->at += len;
    return true;
}

/* A number, true, false, null, or what Python writes for floats that are none. */
static int skip_plain(struct parser *p) {
    static const char *const words[] = {"true", "false", "null", "NaN", "Infinity", "-Infinity"};
    bool digits = false;

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (take_word(p, words[i])) {
            return 0;
        }
    }
    while (p->at < p->end && strchr("+-.eE0123456789", *p->at) && *p->at != '\0') {
        digits |= *p->at >= '0' && *p->at <= '9';
        p->at++;
    }
    return digits ? 0 : fail(p, "no JSON value");
}

/* Behind a brace or comma of an object; leaves the key in p->string. */
static int read_key(struct parser *p) {
    if (!take(p, '"')) {
        return fail(p, "a key expected");
    }
    int rc = read_string(p);
    if (rc) {
        return rc;
    }
    return take(p, ':') ? 0 : fail(p, "':' expected");
}

/* The brackets that are open inside a value that is passed over. */
struct nesting {
    char open[DEPTH_MAX];
    size_t depth;
};

static bool take_close(struct parser *p, struct nesting *n) {
    if (n->depth > 0 && take(p, n->open[n->depth - 1] == '[' ? ']' : '}')) {
        n->depth--;
        return true;
    }
    return false;
}

/* Takes a string, number or word whole, of a list or object only the bracket. */
static int skip_start(struct parser *p, struct nesting *n) {
    skip_blanks(p);
    if (take(p, '"')) {
        return read_string(p);
    }
    if (p->at == p->end || (*p->at != '[' && *p->at != '{')) {
        return skip_plain(p);
    }
    if (n->depth == DEPTH_MAX) {
        return fail(p, "values nested too deep");
    }
    n->open[n->depth++] = *p->at++;
    return 0;
}

/* Passes over one value of any kind, without recursion. */
static int skip_value(struct parser *p) {
    struct nesting n = {.depth = 0};

    for (;;) {
        size_t before = n.depth;
        int rc = skip_start(p, &n);
        if (rc) {
            return rc;
        }
        bool behind_value = n.depth == before || take_close(p, &n);
        if (behind_value) {
            while (take_close(p, &n)) {
            }
            if (n.depth == 0) {
                return 0;
            }
            if (!take(p, ',')) {
                return fail(p, "',' expected");
            }
        }
        rc = n.open[n.depth - 1] == '{' ? read_key(p) : 0;
        if (rc) {
            return rc;
        }
    }
}

static int check_path(struct parser *p) {
    const struct str *s = &p->string;

    if (memchr(s->buf, '\0', s->len) || s->len == 0 || s->buf[0] == '/' ||
        s->buf[s->len - 1] == '/' || strstr(s->buf, "//")) {
        return fail(p, "a path that is not relative and normal");
    }
    if (s->len > PATH_BYTES) {
        return fail(p, "a path that is too long");
    }
    for (const char *name = s->buf; *name != '\0';) {
        size_t len = strcspn(name, "/");
        if (len > NAME_BYTES) {
            return fail(p, "a name that is too long");
        }
        name += len + (name[len] == '/');
    }
    if (path_is_hostile(s->buf)) {
        return fail(p, "a path that must not be written");
    }
    return 0;
}

/* The value of one of the two keys that matter. */
static int read_member(struct parser *p, struct tree_entry *entry, bool is_path) {
    if (!take(p, '"')) {
        return fail(p, is_path ? "a path that is no string" : "a digest that is no string");
    }
    int rc = read_string(p);
    if (rc) {
        return rc;
    }
    if (is_path) {
        rc = check_path(p);
        if (!rc) {
            entry->path = arena_strndup(p->arena, p->string.buf, p->string.len);
        }
        return rc;
    }
    if (strlen(p->string.buf) != p->string.len ||
        !digest_from_text(&entry->digest, p->algo, p->string.buf) || entry->digest.is_dir) {
        return fail(p, "a digest of the wrong form");
    }
    return 0;
}

/* Behind the opening brace. Of a key that is there twice the last counts, as in Python. */
static int read_entry(struct parser *p) {
    struct tree_entry entry = {.size = UINT64_MAX};
    bool more = !take(p, '}');

    while (more) {
        int rc = read_key(p);
        if (rc) {
            return rc;
        }
        if (strcmp(p->string.buf, "relpath") == 0) {
            rc = read_member(p, &entry, true);
        } else if (strcmp(p->string.buf, p->key) == 0) {
            rc = read_member(p, &entry, false);
        } else {
            rc = skip_value(p);
        }
        if (rc) {
            return rc;
        }
        more = take(p, ',');
        if (!more && !take(p, '}')) {
            return fail(p, "',' or '}' expected");
        }
    }
    if (!entry.path || !digest_is_set(&entry.digest)) {
        return fail(p, "an entry without path or digest");
    }

    p->tree->at[p->tree->len++] = entry;
    return 0;
}

static int read_listing(struct parser *p) {
    if (!take(p, '[')) {
        return fail(p, "not a list");
    }
    bool more = !take(p, ']');
    while (more) {
        if (!take(p, '{')) {
            return fail(p, "an entry expected");
        }
        int rc = read_entry(p);
        if (rc) {
            return rc;
        }
        more = take(p, ',');
        if (!more && !take(p, ']')) {
            return fail(p, "',' or ']' expected");
        }
    }
    skip_blanks(p);
    return p->at < p->end ? fail(p, "something behind the list") : 0;
}

/* The bytes that the folders of both paths have in common. */
static size_t shared_folders(const char *a, const char *b) {
    size_t shared = 0;

    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        if (a[i] == '/') {
            shared = i;
        }
    }
    return shared;
}

/* No path twice, and no file that is a folder of another. The folders that a path shares with the
 * one before it were asked for already. */
static int check_tree(struct parser *p) {
    const struct tree *t = p->tree;

    for (size_t i = 0; i < t->len; i++) {
        const char *path = t->at[i].path;
        const char *before = i > 0 ? t->at[i - 1].path : "";
        if (strcmp(path, before) == 0) {
            return err_set(ERR_INVALID, "listing %s: '%s' is there twice", p->name, path);
        }
        const char *slash = strchr(path + shared_folders(path, before) + (i > 0), '/');
        for (; slash; slash = strchr(slash + 1, '/')) {
            str_clear(&p->string);
            str_add(&p->string, path, (size_t)(slash - path));
            if (tree_find(t, p->string.buf)) {
                return err_set(ERR_INVALID, "listing %s: '%s' is both a file and a folder", p->name,
                               p->string.buf);
            }
        }
    }
    return 0;
}

/* No entry is shorter than its digest, its path of one byte, and what stands around them; each
 * opens a brace. */
static size_t entries_at_most(const struct parser *p) {
    size_t shortest =
        strlen("{'':'','relpath':'x'},") + strlen(p->key) + 2 * (size_t)hash_algo_len(p->algo);
    size_t most = (size_t)(p->end - p->text) / shortest + 1, braces = 0;

    for (const char *at = p->text; braces < most; braces++) {
        at = memchr(at, '{', (size_t)(p->end - at));
        if (!at) {
            break;
        }
        at++;
    }
    return braces;
}

int tree_parse(struct tree *out, struct arena *arena, const char *text, size_t len,
               enum hash_algo algo, const char *name) {
    struct parser p = {.text = text, .at = text, .end = text + len, .name = name, .algo = algo};

    *out = (struct tree){0};
    p.key = algo == HASH_MD5_DOS2UNIX ? "md5" : hash_algo_name(algo);
    p.arena = arena;
    p.tree = out;
    str_init(&p.string);
    if (!utf8_valid(text, len)) {
        return fail(&p, "not UTF-8");
    }
    out->cap = entries_at_most(&p);
    out->at = arena_alloc(arena, out->cap * sizeof *out->at);
    int rc = read_listing(&p);
    if (!rc) {
        tree_sort(out);
        rc = check_tree(&p);
    }
    if (rc) {
        *out = (struct tree){0};
    }
    str_release(&p.string);
    return rc;
}
