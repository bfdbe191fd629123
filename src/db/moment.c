#include "db/moment.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"
#include "db/digits.h"

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int64_t year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from the first of January 1970 to that of the year. */
static int64_t year_start(int64_t year) {
    int64_t before = year - 1;

    return before * 365 + before / 4 - before / 100 + before / 400 - 719162;
}

static bool number(int *out, struct digits *r, size_t digits, int low, int high) {
    *out = 0;
    for (size_t i = 0; i < digits; i++) {
        if (r->at == r->end || *r->at < '0' || *r->at > '9') {
            return false;
        }
        *out = *out * 10 + (*r->at++ - '0');
    }
    return *out >= low && *out <= high;
}

static bool read_zone(struct db_value *v, struct digits *r) {
    int hours, minutes = 0, seconds = 0;
    bool west = r->at < r->end && *r->at == '-';

    if (!west && (r->at == r->end || *r->at != '+')) {
        return true;
    }
    r->at++;
    if (!number(&hours, r, 2, 0, 23) || (digits_take(r, ':') && !number(&minutes, r, 2, 0, 59)) ||
        (digits_take(r, ':') && !number(&seconds, r, 2, 0, 59))) {
        return false;
    }
    v->zoned = true;
    v->zone = (hours * 3600 + minutes * 60 + seconds) * (west ? -1 : 1);
    v->whole -= v->zone * SECOND;
    return true;
}

static bool read_clock(struct db_value *v, struct digits *r) {
    int hour, minute, second = 0;
    int64_t micros = 0;

    if (!digits_take(r, ' ') && !digits_take(r, 'T')) {
        return true;
    }
    if (!number(&hour, r, 2, 0, 23) || !digits_take(r, ':') || !number(&minute, r, 2, 0, 59) ||
        (digits_take(r, ':') && (!number(&second, r, 2, 0, 59) || !digits_fraction(&micros, r)))) {
        return false;
    }
    v->whole += ((hour * 60 + minute) * 60 + second) * SECOND + micros;
    return read_zone(v, r);
}

bool moment_parse(struct db_value *out, const char *text, size_t len) {
    struct digits r = {.at = text, .end = text + len};
    struct db_value v = {.type = DB_MOMENT};
    int year, month, day;

    if (!number(&year, &r, 4, 1, 9999) || !digits_take(&r, '-') || !number(&month, &r, 2, 1, 12) ||
        !digits_take(&r, '-') || !number(&day, &r, 2, 1, month_days(year, month))) {
        return false;
    }
    int64_t days = year_start(year) + day - 1;
    for (int m = 1; m < month; m++) {
        days += month_days(year, m);
    }
    v.whole = days * DAY;
    if (!read_clock(&v, &r) || r.at != r.end) {
        return false;
    }
    *out = v;
    return true;
}

int64_t moment_of_day(const struct db_value *v) {
    int64_t left = (v->whole + v->zone * SECOND) % DAY;

    return left < 0 ? left + DAY : left;
}

void moment_add_day(struct str *out, const struct db_value *v) {
    int64_t days = (v->whole + v->zone * SECOND - moment_of_day(v)) / DAY;
    int64_t year = 1970 + days / 366 - (days < 0);
    int month = 1;

    while (year_start(year + 1) <= days) {
        year++;
    }
    while (year_start(year) > days) {
        year--;
    }
    days -= year_start(year);
    while (days >= month_days(year, month)) {
        days -= month_days(year, month++);
    }
    str_addf(out, "%04d-%02d-%02d", (int)year, month, (int)days + 1);
}

void moment_add(struct str *out, const struct db_value *v, int digits) {
    int64_t clock = moment_of_day(v), seconds = clock / SECOND;
    int micros = (int)(clock % SECOND);
    int zone = v->zone < 0 ? -v->zone : v->zone;

    moment_add_day(out, v);
    str_addf(out, " %02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60));
    if (digits == 3) {
        str_addf(out, ".%03d", micros / 1000);
    } else if (digits == 6) {
        str_addf(out, ".%06d", micros);
    }
    if (v->zoned) {
        str_addf(out, "%c%02d:%02d", v->zone < 0 ? '-' : '+', zone / 3600, zone / 60 % 60);
    }
}

const char *moment_clock(struct arena *arena, const char *text) {
    size_t seconds = strcspn(text, "."), digits = 0;
    const char *rest = text + seconds;
    int micros = 0;

    if (*rest == '.') {
        for (rest++; *rest >= '0' && *rest <= '9' && digits < 6; digits++) {
            micros = micros * 10 + (*rest++ - '0');
        }
    } else {
        seconds = strcspn(text, "+-");
        rest = text + seconds;
    }
    for (; digits > 0 && digits < 6; digits++) {
        micros *= 10;
    }
    if (*rest && *rest != '+' && *rest != '-') {
        return text;
    }
    bool hours = strlen(rest) == strlen("+02");
    const char *fraction = micros ? arena_printf(arena, ".%06d", micros) : "";
    return arena_printf(arena, "%.*s%s%s%s", (int)seconds, text, fraction, rest,
                        hours ? ":00" : "");
}
