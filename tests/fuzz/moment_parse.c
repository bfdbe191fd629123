/*
 * Points in time: what is read is shown, and read again it is the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"
#include "db/db.h"
#include "db/moment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct db_value v, again;

    if (!moment_parse(&v, (const char *)data, size) || v.zone % 60 != 0) {
        return 0;
    }
    moment_add(&text, &v, 6);
    if (!moment_parse(&again, text.buf, text.len) || again.whole != v.whole ||
        again.zone != v.zone) {
        abort();
    }
    return 0;
}
