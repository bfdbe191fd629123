#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"
#include "net/sftp_packet.h"

static void test_a_request_has_its_length_in_front(void **state) {
    (void)state;
    struct str out = STR_INIT;
    str_adds(&out, "before");
    size_t begun = packet_begin(&out, SFTP_READ, 0x01020304);
    packet_text(&out, "h", 1);
    packet_u64(&out, 0x1122334455667788);
    packet_u32(&out, 5);
    packet_end(&out, begun);
    const char expected[] = "before\0\0\0\x16\x05\x01\x02\x03\x04\0\0\0\x01h"
                            "\x11\x22\x33\x44\x55\x66\x77\x88\0\0\0\x05";
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.buf, expected, out.len);
    str_release(&out);
}

static void test_answers(void **state) {
    (void)state;
    struct sftp_reply r;
    const char status[] = "\x65\0\0\0\x07\0\0\0\x02\0\0\0\x04none\0\0\0\0";
    assert_int_equal(packet_read(&r, status, sizeof status - 1), 0);
    assert_int_equal(r.type, SFTP_STATUS);
    assert_int_equal(r.id, 7);
    assert_int_equal(r.status, SFTP_NO_FILE);
    assert_int_equal(r.words_len, 4);
    assert_memory_equal(r.words, "none", 4);

    const char bare[] = "\x65\0\0\0\x07\0\0\0\x01"; /* of old servers: no words */
    assert_int_equal(packet_read(&r, bare, sizeof bare - 1), 0);
    assert_int_equal(r.status, SFTP_EOF);
    assert_int_equal(r.words_len, 0);

    const char attrs[] = "\x69\0\0\0\1\0\0\0\x0d\0\0\0\0\0\0\x10\0\0\0\x81\xa4\0\0\0\1\0\0\0\2";
    assert_int_equal(packet_read(&r, attrs, sizeof attrs - 1), 0);
    assert_true(r.attrs.has_size && r.attrs.has_mode && r.attrs.has_times);
    assert_int_equal(r.attrs.size, 4096);
    assert_int_equal(r.attrs.mode, 0100644);
    assert_int_equal(r.attrs.mtime, 2);

    const char version[] = "\x02\0\0\0\x03\0\0\0\x03"
                           "abc\0\0\0\x01"
                           "1";
    assert_int_equal(packet_read(&r, version, sizeof version - 1), 0);
    assert_int_equal(r.id, 3);
    assert_true(packet_offers(&r, "abc"));
    assert_false(packet_offers(&r, "ab"));
}

static void test_names(void **state) {
    (void)state;
    struct sftp_reply r;
    struct sftp_name name;
    const char names[] = "\x68\0\0\0\1\0\0\0\2"
                         "\0\0\0\1a\0\0\0\0\0\0\0\0"
                         "\0\0\0\2bc\0\0\0\1x\0\0\0\1\0\0\0\0\0\0\0\x09";
    assert_int_equal(packet_read(&r, names, sizeof names - 1), 0);
    assert_int_equal(packet_name(&name, &r), 1);
    assert_int_equal(name.len, 1);
    assert_false(name.attrs.has_size);
    assert_int_equal(packet_name(&name, &r), 1);
    assert_memory_equal(name.name, "bc", 2);
    assert_int_equal(name.attrs.size, 9);
    assert_int_equal(packet_name(&name, &r), 0);

    assert_int_equal(packet_read(&r, names, sizeof names - 3), 0);
    assert_int_equal(packet_name(&name, &r), 1);
    assert_int_equal(packet_name(&name, &r), ERR_INVALID);
    err_clear();
}

static void test_what_is_cut_short_is_refused(void **state) {
    (void)state;
    struct sftp_reply r;
    const char handle[] = "\x66\0\0\0\1\0\0\0\4abcd";
    for (size_t len = 0; len < sizeof handle - 1; len++) {
        assert_int_equal(packet_read(&r, handle, len), ERR_INVALID);
        err_clear();
    }
    assert_int_equal(packet_read(&r, handle, sizeof handle - 1), 0);
    const char unknown[] = "\xff\0\0\0\1";
    assert_int_equal(packet_read(&r, unknown, sizeof unknown - 1), ERR_INVALID);
    err_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_has_its_length_in_front),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_is_cut_short_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
