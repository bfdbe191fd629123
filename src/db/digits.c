#include "db/digits.h"

bool digits_take(struct digits *d, char c) {
    if (d->at == d->end || *d->at != c) {
        return false;
    }
    d->at++;
    return true;
}

bool digits_fraction(int64_t *micros, struct digits *d) {
    const int64_t second = INT64_C(1000000);
    int64_t unit = second;

    if (!digits_take(d, '.')) {
        return true;
    }
    while (d->at < d->end && *d->at >= '0' && *d->at <= '9' && unit > 1) {
        unit /= 10;
        *micros += (*d->at++ - '0') * unit;
    }
    return unit < second;
}
