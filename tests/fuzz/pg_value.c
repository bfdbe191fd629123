/*
 * Values as PostgreSQL writes them: the first byte picks the type, the rest is the text. What comes
 * out can be written as CSV and as JSON.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "db/db.h"
#include "db/frame.h"
#include "db/pg_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned types[] = {16,   17,   20,   114,  701,  1000, 1007, 1009,
                                     1022, 1082, 1083, 1114, 1184, 1186, 1266, 3802};
    const char *name = "x";
    const struct strv columns = {.at = &name, .len = 1};
    struct frame f CLEANUP(frame_release) = {.columns = &columns};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str out CLEANUP(str_release) = STR_INIT;
    size_t bad;

    if (size < 1 || memchr(data, '\0', size)) {
        return 0;
    }
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    const struct db_value v = pg_value(arena, types[data[0] % COUNT_OF(types)], text, size - 1);
    frame_add(&f, &v);
    const struct column_form *forms = frame_forms(arena, &f);
    frame_csv_row(&out, &f, forms, 0);
    (void)frame_json_row(&bad, &out, &f, forms, 0);
    return 0;
}
