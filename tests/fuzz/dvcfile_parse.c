/*
 * .dvc files: what parses leads nowhere it must not, and means the same after it was written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/dvcfile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct repo repo = {.root = "/r/p", .root_fd = -1, .cwd = ""};

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_written(struct arena *arena, const struct stage *s) {
    struct str text = STR_INIT;
    struct node *dump = dvcfile_dump(arena, &repo, s);
    struct stage *again;

    yaml_write(&text, dump);
    check(dvcfile_parse(&again, arena, &repo, s->file, text.buf, text.len) == 0);
    check(node_equal(dump, dvcfile_dump(arena, &repo, again)));
    str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct stage *s;

    if (dvcfile_parse(&s, arena, &repo, "sub/x.dvc", (const char *)data, size)) {
        check(err_text()[0] != '\0');
        err_clear();
    } else {
        for (size_t i = 0; i < s->nouts; i++) {
            const char *path = s->outs[i].path;

            check(!resolved_inside(path) ||
                  (path[0] != '\0' && !path_escapes(path) && !path_is_hostile(path)));
            check(!path_is_absolute(path));
        }
        check_written(arena, s);
    }
    arena_free(arena);
    return 0;
}
