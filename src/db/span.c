#include "db/span.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db.h"
#include "db/digits.h"

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

/* 1 to 8 digits. */
static bool number(int64_t *out, struct digits *r) {
    const char *start = r->at;

    for (*out = 0; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        if (r->at - start == 8) {
            return false;
        }
        *out = *out * 10 + (*r->at - '0');
    }
    return r->at > start;
}

/* What follows the hours: ":05:06.5". */
static bool read_clock(int64_t *micros, struct digits *r, int64_t hours) {
    int64_t minutes, seconds, fraction = 0;

    if (!digits_take(r, ':') || !number(&minutes, r) || minutes > 59 || !digits_take(r, ':') ||
        !number(&seconds, r) || seconds > 59) {
        return false;
    }
    if (!digits_fraction(&fraction, r)) {
        return false;
    }
    *micros = (hours * 3600 + minutes * 60 + seconds) * SECOND + fraction;
    return true;
}

/* " mons": how many microseconds one of the unit has; 0 for none. */
static int64_t read_unit(struct digits *r) {
    static const struct {
        const char *name;
        int64_t days;
    } units[] = {{"years", 365}, {"year", 365}, {"mons", 30}, {"mon", 30}, {"days", 1}, {"day", 1}};

    if (!digits_take(r, ' ')) {
        return 0;
    }
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        size_t len = strlen(units[i].name);
        if ((size_t)(r->end - r->at) >= len && memcmp(r->at, units[i].name, len) == 0) {
            r->at += len;
            return units[i].days * DAY;
        }
    }
    return 0;
}

static bool read_part(int64_t *micros, struct digits *r) {
    bool minus = digits_take(r, '-');
    int64_t n, unit;

    if (!minus) {
        (void)digits_take(r, '+');
    }
    if (!number(&n, r)) {
        return false;
    }
    if (r->at < r->end && *r->at == ':') {
        if (!read_clock(micros, r, n)) {
            return false;
        }
    } else if ((unit = read_unit(r)) == 0 || n > 200000 * (365 * DAY / unit)) {
        return false;
    } else {
        *micros = n * unit;
    }
    *micros *= minus ? -1 : 1;
    return true;
}

bool span_parse(struct db_value *out, const char *text, size_t len) {
    const int64_t most = 200000 * (365 * DAY);
    struct digits r = {.at = text, .end = text + len};
    int64_t sum = 0, part;

    do {
        if (!read_part(&part, &r)) {
            return false;
        }
        sum += part;
        if (sum > most || sum < -most) {
            return false;
        }
    } while (digits_take(&r, ' '));
    *out = (struct db_value){.type = DB_SPAN, .whole = sum};
    return r.at == r.end;
}

bool span_is_days(int64_t micros) {
    return micros % DAY == 0;
}

void span_add(struct str *out, int64_t micros, bool days, int digits) {
    int64_t whole = micros / DAY - (micros % DAY < 0), clock = micros - whole * DAY;
    int64_t seconds = clock / SECOND;

    str_addf(out, "%lld days", (long long)whole);
    if (days) {
        return;
    }
    str_addf(out, " %s%02d:%02d:%02d", whole < 0 ? "+" : "", (int)(seconds / 3600),
             (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (digits > 0) {
        str_addf(out, ".%06d", (int)(clock % SECOND));
    }
}
