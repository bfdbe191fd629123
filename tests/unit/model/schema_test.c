#include "project.h"

#include "doc/read.h"
#include "model/schema.h"

static const struct schema_field inner_fields[] = {
    {"size", &(const struct schema){.kinds = SCHEMA_INT}, true},
    {"name", &(const struct schema){.kinds = SCHEMA_STR | SCHEMA_NULL, .min = 3}, false},
    {0},
};
static const struct schema inner = {.kinds = SCHEMA_MAP, .fields = inner_fields};
static const struct schema few = {.kinds = SCHEMA_MAP, .value = &inner, .max = 2};
static const struct schema_field top_fields[] = {
    {"few", &few, false},
    {"list", &(const struct schema){.kinds = SCHEMA_LIST, .item = &schema_bool}, false},
    {"open", &(const struct schema){.kinds = SCHEMA_MAP}, false},
    {"any", &schema_any, false},
    {0},
};
static const struct schema top = {.kinds = SCHEMA_MAP, .fields = top_fields};

/* NULL: it fits. */
static void expect(const char *text, const char *error, const char *hint) {
    struct arena *a = arena_new();
    struct node *root;

    if (yaml_read(&root, a, text, strlen(text), "f.yaml")) {
        fail_msg("%s: %s", text, err_text());
    }
    int rc = schema_check(root, &top, "f.yaml", NULL);

    if (hint) {
        assert_string_equal(err_hint_text(), hint);
    } else {
        assert_null(err_hint_text());
    }
    assert_error(rc, error ? ERR_INVALID : 0, error ? error : "");
    arena_free(a);
}

static void accepts(void **state) {
    (void)state;
    expect("{}", NULL, NULL);
    expect("few: {a: {size: 3, name: abc}, b: {size: 0, name: }}", NULL, NULL);
    expect("few: {a: {size: 3, name: ''}}", NULL, NULL);
    expect("list: [true, false]", NULL, NULL);
    expect("open: {1: x, z: y}", NULL, NULL);
    expect("any: [{1: 2}]", NULL, NULL);
}

static void refuses(void **state) {
    (void)state;
    expect("[]", "f.yaml:1:1: expected mapping, found list", NULL);
    expect("lst: []", "f.yaml:1:1: unknown key 'lst' at the top level", "did you mean 'list'?");
    expect("few:\n  a: {size: x}", "f.yaml:2:13: 'few.a.size': expected integer, found string",
           NULL);
    expect("few:\n  a: {size: true}", "f.yaml:2:13: 'few.a.size': expected integer, found boolean",
           NULL);
    expect("few:\n  a: {name: abc}", "f.yaml:2:6: 'size' is missing in 'few.a'", NULL);
    expect("few:\n  a: {size: 1, qqqq: 1}", "f.yaml:2:16: unknown key 'qqqq' in 'few.a'", NULL);
    expect("few: {a: {size: 1}, b: {size: 1}, c: {size: 1}}",
           "f.yaml:1:6: too many entries in 'few'", NULL);
    expect("few: {1: {size: 1}}", "f.yaml:1:7: a key that is no text in 'few'", NULL);
    expect("few: {a: {size: 1, name: ab}}", "f.yaml:1:26: a text that is too short in 'few.a.name'",
           NULL);
    expect("list: [true, 1]", "f.yaml:1:14: 'list[1]': expected boolean, found integer", NULL);
    expect("list: yes", "f.yaml:1:7: 'list': expected list, found string", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepts), cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
