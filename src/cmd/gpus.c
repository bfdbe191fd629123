#include "cmd/gpus.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

int gpus_split(struct strv *out, struct arena *arena, const char *text) {
    while (text && *text) {
        size_t len = strcspn(text, ",");
        if (!len) {
            break;
        }
        vec_push(out, arena_strndup(arena, text, len));
        text += len;
        text += *text == ',' && text[1] ? 1 : 0;
    }
    return text && *text ? err_set(ERR_FAILED, "--gpus takes numbers, as in 0,1") : 0;
}
