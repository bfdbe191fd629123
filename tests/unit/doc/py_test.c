#include "reading.h"

static void test_statements(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "{}"},
        {"'''doc'''\nimport os\nA = 1  # c\nB: int = 2; C = 'x'\n",
         "{\"A\": 1, \"B\": 2, \"C\": \"x\"}"},
        {"A = 1\nB = 2\nA = 3\n", "{\"A\": 3, \"B\": 2}"},
        {"A = B = 1\nC, D = 1, 2\nE += 1\nF[0] = 1\ng.h = 2\nI: int\nJ == 1\nK = 1\n",
         "{\"K\": 1}"},
        {"A = f(1)\nB = 1 + 2\nC = [x]\nD = 'a'.upper()\nE = 1 if a else 2\nF = not True\nG = -3\n",
         "{\"G\": -3}"},
        {"A = b'x'\nB = f'{x}'\nC = 2j\nD = ...\nE = 0\n", "{\"E\": 0}"},
        {"if A:\n    B = 1\nelse:\n    B = 2\nfor x in y: C = 1\nD = 4\n", "{\"D\": 4}"},
        {"def f(a=1,\n      b=2):\n    C = 1\n    return C\nD = 1\n", "{\"D\": 1}"},
        {"class A(B):\n    '''doc'''\n    x = 1\n    class C:\n        y: float = 2.5\n    z = "
         "3\nw = 4\n",
         "{\"A\": {\"x\": 1, \"C\": {\"y\": 2.5}, \"z\": 3}, \"w\": 4}"},
        {"class A: pass\nclass B: x = 1; y = 2\n", "{\"A\": {}, \"B\": {\"x\": 1, \"y\": 2}}"},
        {"class A:\n    x = 1\n    def __init__(self, n={'a': 1}):\n        self.y = 2\n        z "
         "= 3\n        self.x = 4\n"
         "    def f(self):\n        self.w = 5\n",
         "{\"A\": {\"x\": 4, \"y\": 2}}"},
        {"@dec(x=1)\nclass A:\n\tx = 1\n", "{\"A\": {\"x\": 1}}"},
        {"A = [\n  1,  # c\n  2,\n]\nB = (1,\n 2)\nC = 1, 2\nD = 1,\nE = (1)\nF = ()\n",
         "{\"A\": [1, 2], \"B\": [1, 2], \"C\": [1, 2], \"D\": [1], \"E\": 1, \"F\": []}"},
        {"A = \\\n  1\nB = 'a' \"b\" '''c'''\n", "{\"A\": 1, \"B\": \"abc\"}"},
        {"A = {'a': 1, 2: [None], 'a': True}\nB = {1, 1, 2}\nC = {}\nD = {**x}\nE = set()\n",
         "{\"A\": {\"a\": true, \"2\": [null]}, \"B\": [1, 2], \"C\": {}, \"E\": []}"},
        {"A = 1\r\nclass B:\r\n  x = '''a\r\nb'''\r\n", "{\"A\": 1, \"B\": {\"x\": \"a\\nb\"}}"},
        {"\xef\xbb\xbf"
         "A = 1",
         "{\"A\": 1}"},
        {"s = ']'  # [\nA = \"# no\"\n", "{\"s\": \"]\", \"A\": \"# no\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_reads(arena, py_read, cases[i].text, cases[i].json);
    }
}

static void test_values(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json; /* "" where it is passed over */
    } cases[] = {
        {"1_000", "1000"},
        {"0xFF", "255"},
        {"0O17", "15"},
        {"0b1_1", "3"},
        {"00", "0"},
        {"01", ""},
        {"1__0", ""},
        {"123456789012345678901", "123456789012345678901"},
        {"1e3", "1000.0"},
        {".5", "0.5"},
        {"5.", "5.0"},
        {"1_0.0_1e-2", "0.1001"},
        {"- 1", "-1"},
        {"--1", ""},
        {"+1", "1"},
        {"-True", ""},
        {"1x", ""},
        {"r'\\n'", "\"\\\\n\""},
        {"R\"a\\\"b\"", "\"a\\\\\\\"b\""},
        {"u'x'", "\"x\""},
        {"'\\x41\\101\\u00e9\\q\\'\\\n'", "\"AA\\u00e9\\\\q'\""},
        {"'\\0'", ""},
        {"'\\N{DASH}'", ""},
        {"'\\ud800'", ""},
        {"b'x' 'y'", ""},
        {"None", "null"},
        {"Nope", ""},
        {"[1, (2, {'k': (3,)})]", "[1, [2, {\"k\": [3]}]]"},
        {"{[1]: 2}", ""},
        {"[1 2]", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(str_release) struct str text = STR_INIT, json = STR_INIT;
        str_addf(&text, "k = %s\nz = 0\n", cases[i].text);
        str_addf(&json, *cases[i].json ? "{\"k\": %s, \"z\": 0}" : "{%s\"z\": 0}", cases[i].json);
        assert_reads(arena, py_read, text.buf, json.buf);
    }
}

static void test_refusals(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"A = [1,\n", "f:1:5: a bracket that is not closed"},
        {"A = 1)\n", "f:1:6: a closing bracket without its opening one"},
        {"A = 'x\n", "f:1:5: a string that does not end on its line"},
        {"x = 1\nA = '''x\n", "f:2:5: a string that does not end"},
        {"class A\n", "f:1:1: a statement whose ':' is missing"},
        {"a = 1\nif True:\nb = 2\n", "f:3:1: an indented block is missing"},
        {"def f():\n", "f:2:1: an indented block is missing"},
        {"a = 1\n  b = 2\n", "f:2:3: a line that is indented too far"},
        {"if a:\n    b\n  c\n", "f:3:3: a line that is indented unlike any around it"},
        {"a = 1 +\n", "f:1:7: a statement that is not finished"},
        {"a =\n", "f:1:3: a statement that is not finished"},
        {"A = '\xff'\n", "f:1:6: a byte that is not UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_refuses(arena, py_read, cases[i].text, strlen(cases[i].text), cases[i].message);
    }
}

static void test_limits(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str text = STR_INIT;
    str_adds(&text, "a = ");
    for (int i = 0; i < 20000; i++) {
        str_addc(&text, '[');
    }
    for (int i = 0; i < 20000; i++) {
        str_addc(&text, ']');
    }
    assert_refuses(arena, py_read, text.buf, text.len, "f:1:104: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 200; i++) {
        str_addf(&text, "%*sclass A%d:\n", i, "", i);
    }
    assert_refuses(arena, py_read, text.buf, text.len, "f:101:101: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 60000; i++) {
        str_addf(&text, "key%d = %d\n", i, i);
    }
    assert_int_equal(must_read(arena, py_read, text.buf)->map.len, 60000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_statements),
        TEST(test_values),
        TEST(test_refusals),
        TEST(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
