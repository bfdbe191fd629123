#include "../scratch.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"
#include "review/sheet.h"
#include "review/sheet_diff.h"

/* What a comparison told, as lines. */
static struct str told;

static void add_row(const struct sheet_row *row) {
    for (size_t i = 0; row && i < row->len; i++) {
        str_addf(&told, " %s=%s", row->at[i].name, row->at[i].text);
    }
}

static int tell(void *ctx, enum row_change change, const struct sheet_row *old,
                const struct sheet_row *now) {
    (void)ctx;
    str_addc(&told, "+-~"[change]);
    add_row(old);
    str_adds(&told, old && now ? " ->" : "");
    add_row(now);
    str_addc(&told, '\n');
    return 0;
}

static char gone[32]; /* the first such column: its name goes with the tables */

static int compare(struct sheet_diff *d, enum sheet_kind kind) {
    int a = open("a", O_RDONLY), b = open("b", O_RDONLY);
    struct sheet *old, *again, *now;

    str_clear(&told);
    assert_true(a >= 0 && b >= 0);
    assert_int_equal(sheet_open(&old, kind, a, "a"), 0);
    assert_int_equal(sheet_open(&again, kind, a, "a"), 0);
    assert_int_equal(sheet_open(&now, kind, b, "b"), 0);
    int rc = sheet_diff(d, old, again, now, tell, NULL);
    (void)snprintf(gone, sizeof gone, "%s", d->gone.len > 0 ? d->gone.at[0] : "");
    sheet_closep(&old);
    sheet_closep(&again);
    sheet_closep(&now);
    close(a);
    close(b);
    return rc;
}

static void compares_rows(void **state) {
    struct sheet_diff d = {0};
    (void)state;

    put("a", "\xef\xbb\xbfid,v\n1,a\n2,b\n3,c\n3,c\n");
    put("b", "id,v\r\n3,c\r\n\r\n1,a\r\n4,\"d\"\r\n");
    assert_int_equal(compare(&d, SHEET_CSV), 0);
    assert_string_equal(told.buf, "+ id=4 v=d\n- id=2 v=b\n- id=3 v=c\n");
    assert_int_equal(d.added, 1);
    assert_int_equal(d.removed, 2);
    sheet_diff_release(&d);
}

static void compares_by_key(void **state) {
    struct sheet_diff d = {0};
    (void)state;

    vec_push(&d.key, "id");
    put("a", "id,v,w,old\n1,a,x,9\n2,\"b\n,\"\"b\",y,9\n3,c,z,9\n");
    put("b", "w,new,id,v\nx,8,1,a\ny,8,2,b\nz,8,4,c\n");
    assert_int_equal(compare(&d, SHEET_CSV), 0);
    assert_string_equal(told.buf, "~ id=2 v=b\n,\"b w=y old=9 -> w=y new=8 id=2 v=b\n"
                                  "+ w=z new=8 id=4 v=c\n- id=3 v=c w=z old=9\n");
    assert_int_equal(d.gone.len, 1);
    assert_string_equal(gone, "old");
    assert_int_equal(d.come.len, 1);
    sheet_diff_release(&d);

    put("b", "id,v,w,old\n2,b\n2,c\n");
    assert_int_equal(compare(&d, SHEET_CSV), ERR_INVALID);
    err_clear();
    sheet_diff_release(&d);
    d.key.at[0] = "idd";
    assert_int_equal(compare(&d, SHEET_CSV), ERR_FAILED);
    assert_string_equal(err_hint_text(), "did you mean 'id'?");
    err_clear();
    strv_release(&d.key);
    sheet_diff_release(&d);
}

static void compares_objects(void **state) {
    struct sheet_diff d = {0};
    (void)state;

    vec_push(&d.key, "id");
    put("a",
        "{\"id\": 1, \"v\": {\"a\": 1, \"b\": [1]}}\n\n{\"id\": \"1\", \"v\": 2}\n{\"id\": 3}");
    put("b", "{\"v\": {\"b\": [1], \"a\": 1}, \"id\": 1}\n{\"id\": \"1\", \"v\": \"2\"}\n");
    assert_int_equal(compare(&d, SHEET_JSONL), 0);
    assert_string_equal(told.buf, "~ id=\"1\" v=2 -> id=\"1\" v=\"2\"\n- id=3\n");
    sheet_diff_release(&d);
    put("b", "[1]\n");
    assert_int_equal(compare(&d, SHEET_JSONL), ERR_INVALID);
    err_clear();
    put("b", "{\"v\": 1}\n");
    assert_int_equal(compare(&d, SHEET_JSONL), ERR_INVALID);
    err_clear();
    strv_release(&d.key);
    sheet_diff_release(&d);
}

/* With room for a few rows the tables are read several times, and the same is found. */
static void needs_little_room(void **state) {
    struct str a = STR_INIT, b = STR_INIT;
    (void)state;

    str_adds(&a, "id,v\n");
    str_adds(&b, "id,v\n");
    for (int i = 0; i < 5000; i++) {
        str_addf(&a, "%d,%d\n", i, i % 7);
        if (i % 10) {
            str_addf(&b, "%d,%d\n", 5500 - i, (5500 - i) % 9 ? (5500 - i) % 7 : 8);
        }
    }
    put("a", a.buf);
    put("b", b.buf);
    for (int key = 0; key < 2; key++) {
        struct sheet_diff one = {0}, many = {.rows_kept = 100};

        if (key) {
            vec_push(&one.key, "id");
            vec_push(&many.key, "id");
        }
        assert_int_equal(compare(&one, SHEET_CSV), 0);
        assert_int_equal(compare(&many, SHEET_CSV), 0);
        assert_int_equal(one.added, many.added);
        assert_int_equal(one.removed, many.removed);
        assert_int_equal(one.changed, many.changed);
        assert_true(one.added > 400 && one.removed > 400 && (one.changed > 400) == key);
        strv_release(&one.key);
        strv_release(&many.key);
        sheet_diff_release(&one);
        sheet_diff_release(&many);
    }
    str_release(&a);
    str_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_rows),
        cmocka_unit_test(compares_by_key),
        cmocka_unit_test(compares_objects),
        cmocka_unit_test(needs_little_room),
    };
    str_init(&told);
    int rc = cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
    str_release(&told);
    return rc;
}
