/*
 * The readers and writers of src/doc behind a pipe, for tests/compat/doc-vs-python. A request is a line
 * "verb length" and that many bytes; the answer is a line "code length" and bytes: the result, or the error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "doc/diff.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

typedef int reader(struct node **out, struct arena *arena, const char *text, size_t len,
                   const char *name);

static int convert(struct str *out, reader *read, void (*write)(struct str *, const struct node *),
                   const char *text, size_t len) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct node *root;
    int rc = read(&root, arena, text, len, "f");
    if (rc == 0) {
        write(out, root);
    }
    return rc;
}

/* The text is the length of the old one, a newline, the old one, and the wanted tree as YAML. */
static int edit(struct str *out, const char *text, size_t len) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *old;
    size_t old_len = strtoul(text, &old, 10);
    old++;
    const char *want_text = old + old_len;
    struct node *want;
    int rc = yaml_read(&want, arena, want_text, len - (size_t)(want_text - text), "want");
    return rc ? rc : yaml_edit(out, old, old_len, want, "f");
}

static int answer(struct str *out, const char *verb, const char *text, size_t len) {
    static const struct {
        const char *verb;
        reader *read;
        void (*write)(struct str *, const struct node *);
    } verbs[] = {
        {"yaml-json", yaml_read, json_write}, {"json-yaml", json_read, yaml_write},
        {"json-json", json_read, json_write}, {"json-sorted", json_read, json_write_sorted},
        {"yaml-yaml", yaml_read, yaml_write}, {"json-python", json_read, python_write},
        {"toml-json", toml_read, json_write}, {"py-json", py_read, json_write},
    };
    if (str_eq(verb, "edit")) {
        return edit(out, text, len);
    }
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        if (str_eq(verb, verbs[i].verb)) {
            return convert(out, verbs[i].read, verbs[i].write, text, len);
        }
    }
    return err_set(ERR_USAGE, "no such verb: %s", verb);
}

int main(void) {
    char verb[32];
    size_t len;
    while (scanf("%31s %zu", verb, &len) == 2) {
        getchar();
        CLEANUP(mem_freep) char *text = mem_alloc(len + 1);
        if (fread(text, 1, len, stdin) != len) {
            return 1;
        }
        text[len] = '\0';
        CLEANUP(str_release) struct str out = STR_INIT;
        int rc = answer(&out, verb, text, len);
        if (rc) {
            str_clear(&out);
            str_adds(&out, err_text());
            err_clear();
        }
        printf("%d %zu\n", rc, out.len);
        fwrite(out.buf, 1, out.len, stdout);
        fflush(stdout);
    }
    return 0;
}
