/* The vectors that AWS publishes: the test suite of Signature Version 4, and the examples of the S3 manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "net/http.h"
#include "net/sigv4.h"

#define AT_2015 INT64_C(1440938160) /* 20150830T123600Z */
#define AT_2013 INT64_C(1369353600) /* 20130524T000000Z */

static struct sigv4 suite(void) {
    return (struct sigv4){.access = "AKIDEXAMPLE",
                          .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                          .region = "us-east-1",
                          .service = "service"};
}

static struct sigv4 manual(void) {
    return (struct sigv4){.access = "AKIAIOSFODNN7EXAMPLE",
                          .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                          .region = "us-east-1",
                          .service = "s3"};
}

static const char *header(const struct http_call *c, const char *name) {
    for (size_t i = 0; i < c->headers.len; i++) {
        if (strcmp(c->headers.at[i].name, name) == 0) {
            return c->headers.at[i].value;
        }
    }
    return NULL;
}

static void assert_signature(const struct http_call *c, const char *signature) {
    const char *value = header(c, "Authorization");
    assert_non_null(value);
    const char *found = strstr(value, "Signature=");
    assert_non_null(found);
    assert_string_equal(found + strlen("Signature="), signature);
}

/* The suite signs no payload header: bodies are empty. */
static void assert_suite(const char *method, const char *url, const char *name, const char *value,
                         const char *signature) {
    struct sigv4 s = suite();
    struct http_call *c = http_call_new(method, url);
    if (name) {
        http_header_set(c, name, value);
    }
    sigv4_sign(&s, c, SIGV4_EMPTY, AT_2015);
    assert_string_equal(header(c, "x-amz-date"), "20150830T123600Z");
    assert_signature(c, signature);
    http_call_free(c);
}

static void test_suite(void **state) {
    (void)state;
    assert_suite("GET", "https://example.amazonaws.com/", NULL, NULL,
                 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    assert_suite("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", NULL, NULL,
                 "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    assert_suite("POST", "https://example.amazonaws.com/", NULL, NULL,
                 "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    assert_suite("POST", "https://example.amazonaws.com/?Param1=value1", NULL, NULL,
                 "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11");
    assert_suite("POST", "https://example.amazonaws.com/", "My-Header1", "VALUE1",
                 "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d");
    assert_suite("POST", "https://example.amazonaws.com/", "My-Header1", "value1",
                 "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c");
    assert_suite("GET", "https://example.amazonaws.com/%E1%88%B4", NULL, NULL,
                 "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

static void assert_manual(const char *method, const char *host_path, const char *const headers[][2],
                          const char *payload, const char *signature) {
    struct sigv4 s = manual();
    struct http_call *c = http_call_new(method, host_path);
    for (size_t i = 0; headers && headers[i][0]; i++) {
        http_header_set(c, headers[i][0], headers[i][1]);
    }
    http_header_set(c, "x-amz-content-sha256", payload);
    sigv4_sign(&s, c, payload, AT_2013);
    assert_signature(c, signature);
    http_call_free(c);
}

static void test_manual(void **state) {
    (void)state;
    static const char *const range[][2] = {{"Range", "bytes=0-9"}, {NULL, NULL}};
    static const char *const put[][2] = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                         {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                                         {NULL, NULL}};
    assert_manual("GET", "https://examplebucket.s3.amazonaws.com/test.txt", range, SIGV4_EMPTY,
                  "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    assert_manual("PUT", "https://examplebucket.s3.amazonaws.com/test%24file.text", put,
                  "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                  "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    assert_manual("GET", "https://examplebucket.s3.amazonaws.com/?lifecycle", NULL, SIGV4_EMPTY,
                  "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    assert_manual("GET", "https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2", NULL,
                  SIGV4_EMPTY, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void test_the_key_is_of_its_day_region_and_service(void **state) {
    (void)state;
    struct sigv4 s = suite();
    struct http_call *c = http_call_new("GET", "https://example.amazonaws.com:443/");
    sigv4_sign(&s, c, SIGV4_EMPTY, AT_2015 + 86400);
    sigv4_sign(&s, c, SIGV4_EMPTY, AT_2015); /* the second replaces the first */
    assert_signature(c, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    assert_int_equal(c->headers.len, 2);
    s.token = "session";
    sigv4_sign(&s, c, SIGV4_EMPTY, AT_2015);
    assert_non_null(strstr(header(c, "Authorization"), "host;x-amz-date;x-amz-security-token,"));
    http_call_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suite),
        cmocka_unit_test(test_manual),
        cmocka_unit_test(test_the_key_is_of_its_day_region_and_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
