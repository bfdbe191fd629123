#include "registry/semver.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define DIGITS "0123456789"
#define WORD   DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

enum { DIGITS_MAX = 18 };

/* A number without leading zeros; *text moves behind it. */
static bool read_number(uint64_t *out, const char **text) {
    size_t n = strspn(*text, DIGITS);

    if (n == 0 || n > DIGITS_MAX || (n > 1 && (*text)[0] == '0')) {
        return false;
    }
    *out = 0;
    for (; n > 0; n--, (*text)++) {
        *out = *out * 10 + (uint64_t)(**text - '0');
    }
    return true;
}

/* Words between dots; *text moves behind them. Those of a pre-release that are numbers have no
 * leading zeros. */
static bool read_words(const char **text, bool strict) {
    for (;;) {
        size_t n = strspn(*text, WORD);

        if (n == 0 || (strict && n > 1 && (*text)[0] == '0' && strspn(*text, DIGITS) == n)) {
            return false;
        }
        *text += n;
        if (**text != '.') {
            return true;
        }
        (*text)++;
    }
}

bool semver_parse(struct semver *out, const char *text) {
    *out = (struct semver){0};
    if (*text++ != 'v' || !read_number(&out->major, &text) || *text++ != '.' ||
        !read_number(&out->minor, &text) || *text++ != '.' || !read_number(&out->patch, &text)) {
        return false;
    }
    if (*text == '-') {
        out->pre = ++text;
        if (strlen(text) > 200 || !read_words(&text, true)) {
            return false;
        }
        out->pre_len = (int)(text - out->pre);
    }
    if (*text == '+') {
        text++;
        if (!read_words(&text, false)) {
            return false;
        }
    }
    return *text == '\0';
}

bool semver_valid(const char *text) {
    struct semver ignored;

    return semver_parse(&ignored, text);
}

static int compare_numbers(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

/* One word each, without their dots: numbers by value and before other words. */
static int compare_words(const char *a, size_t na, const char *b, size_t nb) {
    bool a_number = strspn(a, DIGITS) >= na, b_number = strspn(b, DIGITS) >= nb;

    if (a_number != b_number) {
        return a_number ? -1 : 1;
    }
    if (a_number && na != nb) {
        return na < nb ? -1 : 1;
    }
    int order = memcmp(a, b, na < nb ? na : nb);
    return order ? order : compare_numbers(na, nb);
}

static int compare_pre(const struct semver *a, const struct semver *b) {
    const char *p = a->pre, *q = b->pre;

    if (!p || !q) {
        return (q != NULL) - (p != NULL);
    }
    const char *p_end = p + a->pre_len, *q_end = q + b->pre_len;
    while (p < p_end && q < q_end) {
        size_t n = strspn(p, WORD), m = strspn(q, WORD);
        int order = compare_words(p, n, q, m);

        if (order) {
            return order;
        }
        p += n + 1;
        q += m + 1;
    }
    return (p < p_end) - (q < q_end);
}

int semver_compare(const char *a, const char *b) {
    struct semver va, vb;
    bool a_good = semver_parse(&va, a), b_good = semver_parse(&vb, b);
    int order;

    if (!a_good || !b_good) {
        return a_good == b_good ? strcmp(a, b) : a_good - b_good;
    }
    order = compare_numbers(va.major, vb.major);
    order = order ? order : compare_numbers(va.minor, vb.minor);
    order = order ? order : compare_numbers(va.patch, vb.patch);
    return order ? order : compare_pre(&va, &vb);
}

const char *semver_bump(struct arena *arena, const char *text, enum semver_part part) {
    struct semver v;

    if (!semver_parse(&v, text)) {
        return NULL;
    }
    switch (part) {
    case SEMVER_MAJOR:
        v = (struct semver){.major = v.major + 1};
        break;
    case SEMVER_MINOR:
        v = (struct semver){.major = v.major, .minor = v.minor + 1};
        break;
    case SEMVER_PATCH:
        v.patch++;
        break;
    }
    const char *next =
        arena_printf(arena, "v%" PRIu64 ".%" PRIu64 ".%" PRIu64, v.major, v.minor, v.patch);
    return semver_valid(next) ? next : NULL;
}
