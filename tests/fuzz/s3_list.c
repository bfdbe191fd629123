/*
 * A listing of a server that was taken has only keys below the prefix, and says how it goes on or ends.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "remote/s3_xml.h"
#include "remote/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct web_page page = {.arena = arena};
    struct s3_problem problem;

    if (s3_read_list(&page, (const char *)data, size, "pre/fix")) {
        err_clear();
    } else {
        for (size_t i = 0; i < page.found.len; i++) {
            if (!page.found.at[i].key || !*page.found.at[i].key) {
                abort();
            }
        }
        if (page.next && !*page.next) {
            abort();
        }
    }
    s3_read_problem(&problem, arena, (const char *)data, size);
    (void)s3_upload_id(arena, (const char *)data, size);
    vec_release(&page.found);
    arena_free(arena);
    return 0;
}
