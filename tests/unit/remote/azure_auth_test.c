#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "net/http.h"
#include "remote/azure_auth.h"

/* The examples of Microsoft's "Authorize with Shared Key". */
static void test_the_text_that_is_signed(void **state) {
    (void)state;
    struct str text = STR_INIT;
    struct http_call *c = http_call_new("GET", "http://myaccount.blob.core.windows.net/mycontainer"
                                               "?comp=metadata&restype=container&timeout=20");
    http_header_set(c, "x-ms-version", "2015-02-21");
    http_header_set(c, "x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT");
    azure_string_to_sign(&text, "myaccount", c);
    assert_string_equal(text.buf, "GET\n\n\n\n\n\n\n\n\n\n\n\n"
                                  "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\n"
                                  "x-ms-version:2015-02-21\n"
                                  "/myaccount/mycontainer\ncomp:metadata\nrestype:container\n"
                                  "timeout:20");
    http_call_free(c);
    str_release(&text);
}

static void test_a_body_and_parameters_in_any_order(void **state) {
    (void)state;
    struct str text = STR_INIT;
    struct http_call *c =
        http_call_new("PUT", "http://127.0.0.1:1/a/c/some%20key?comp=block&blockid=AAA%3D");
    c->has_body = true;
    c->body.data = "four";
    c->body.len = 4;
    http_header_set(c, "Content-Type", "text/plain");
    http_header_set(c, "X-MS-Date", "now");
    azure_string_to_sign(&text, "a", c);
    assert_string_equal(text.buf, "PUT\n\n\n4\n\ntext/plain\n\n\n\n\n\n\nx-ms-date:now\n"
                                  "/a/a/c/some%20key\nblockid:AAA=\ncomp:block");
    http_call_free(c);
    str_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_text_that_is_signed),
        cmocka_unit_test(test_a_body_and_parameters_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
