#include "data/bundle_manifest.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "data/runs.h"

#define FIRST_LINE "cairn-bundle 1"
#define LAST_LINE  "end"

int bundle_entry_order(const void *a, const void *b) {
    const struct bundle_entry *x = a, *y = b;

    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return x->path ? strcmp(x->path, y->path) : digest_compare(&x->digest, &y->digest);
}

void bundle_entry_name(struct str *out, const struct bundle_entry *e) {
    char hex[DIGEST_TEXT_MAX];

    switch (e->kind) {
    case BUNDLE_FILE:
    case BUNDLE_LISTING:
        digest_text(hex, &e->digest);
        str_addf(out, "files/%s/%.2s/%s", hash_algo_name(e->digest.algo), hex, hex + 2);
        break;
    case BUNDLE_RUN:
        str_adds(out, e->path);
        break;
    case BUNDLE_POINTER:
        str_addf(out, "pointers/%s", e->path);
        break;
    }
}

bool bundle_is_pointer(const char *path) {
    const char *base = path_base(path);

    for (const char *p = path; *p; p++) {
        if ((unsigned char)*p < ' ') {
            return false; /* it has to stand on one line */
        }
    }
    return (str_eq(base, "dvc.yaml") || str_eq(base, "dvc.lock") ||
            (str_ends(base, ".dvc") && !str_eq(base, ".dvc"))) &&
           !path_is_absolute(path) && !path_is_hostile(path);
}

void bundle_manifest_write(struct str *out, const struct bundle_entries *entries) {
    char hex[DIGEST_TEXT_MAX];

    str_adds(out, FIRST_LINE "\n");
    for (size_t i = 0; i < entries->len; i++) {
        const struct bundle_entry *e = &entries->at[i];
        unsigned long long size = e->size;

        digest_text(hex, &e->digest);
        if (e->path) {
            str_addf(out, "%s %llu %s %s\n", e->kind == BUNDLE_RUN ? "run" : "pointer", size, hex,
                     e->path);
        } else {
            str_addf(out, "object %llu %s %s\n", size, hash_algo_name(e->digest.algo), hex);
        }
    }
    str_adds(out, LAST_LINE "\n");
}

/* Cuts the word at *at off; NULL if there is none. */
static char *take_word(char **at) {
    char *word = *at, *end = strchr(word, ' ');

    if (!end || end == word) {
        return NULL;
    }
    *end = '\0';
    *at = end + 1;
    return word;
}

/* Only the spelling that we write: lower case, and ".dir" where it may be. */
static bool read_digest(struct digest *out, enum hash_algo algo, const char *text) {
    char again[DIGEST_TEXT_MAX];

    return digest_from_text(out, algo, text) && strcmp(digest_text(again, out), text) == 0;
}

static bool read_size(uint64_t *out, const char *text) {
    bool plain = text[strspn(text, "0123456789")] == '\0' && (*text != '0' || text[1] == '\0');

    return plain && num_uint(out, text) && *out <= INT64_MAX;
}

static bool read_object(struct bundle_entry *e, char *rest) {
    const char *algo_name = take_word(&rest);
    enum hash_algo algo;

    if (!algo_name || !hash_algo_from_name(&algo, algo_name) ||
        !read_digest(&e->digest, algo, rest)) {
        return false;
    }
    e->kind = e->digest.is_dir ? BUNDLE_LISTING : BUNDLE_FILE;
    return true;
}

static bool read_text(struct bundle_entry *e, struct arena *arena, enum bundle_kind kind,
                      char *rest) {
    const char *hex = take_word(&rest);

    e->kind = kind;
    if (!hex || !read_digest(&e->digest, HASH_SHA256, hex) || e->digest.is_dir ||
        e->size > BUNDLE_TEXT_MAX ||
        !(kind == BUNDLE_RUN ? runs_is_path(rest) : bundle_is_pointer(rest))) {
        return false;
    }
    e->path = arena_strdup(arena, rest);
    return true;
}

static bool read_line(struct bundle_entry *e, struct arena *arena, char *line) {
    const char *word = take_word(&line);
    const char *size = word ? take_word(&line) : NULL;

    *e = (struct bundle_entry){0};
    if (!size || !read_size(&e->size, size)) {
        return false;
    }
    if (str_eq(word, "object")) {
        return read_object(e, line);
    }
    return (str_eq(word, "run") && read_text(e, arena, BUNDLE_RUN, line)) ||
           (str_eq(word, "pointer") && read_text(e, arena, BUNDLE_POINTER, line));
}

static int bad_line(size_t number) {
    return err_set(ERR_INVALID, "line %zu of the manifest is not one of a bundle", number);
}

static int read_lines(struct bundle_entries *out, struct arena *arena, char *text) {
    struct bundle_entry e;
    uint64_t total = 0;

    for (size_t number = 1;; number++) {
        char *end = strchr(text, '\n');
        if (!end) {
            return err_set(ERR_INVALID, "the manifest is cut off");
        }
        *end = '\0';
        if (number == 1) {
            if (!str_eq(text, FIRST_LINE)) {
                return err_set(ERR_INVALID, "it is no bundle, or one of a later cairn");
            }
        } else if (str_eq(text, LAST_LINE)) {
            return end[1] == '\0' ? 0 : bad_line(number + 1);
        } else if (!read_line(&e, arena, text) || e.size > INT64_MAX - total ||
                   (out->len > 0 && bundle_entry_order(&out->at[out->len - 1], &e) >= 0)) {
            return bad_line(number);
        } else {
            total += e.size;
            vec_push(out, e);
        }
        text = end + 1;
    }
}

int bundle_manifest_read(struct bundle_entries *out, struct arena *arena, const char *text,
                         size_t len) {
    struct str copy CLEANUP(str_release) = STR_INIT;

    *out = (struct bundle_entries){0};
    str_add(&copy, text, len);
    int rc = memchr(text, '\0', len) ? err_set(ERR_INVALID, "the manifest holds a NUL")
                                     : read_lines(out, arena, copy.buf);
    if (rc) {
        vec_release(out);
    }
    return rc;
}
