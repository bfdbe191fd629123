/*
 * What git prints of the other side: every name that is read is in the text, ids are ids, and no
 * reason is longer than all that was said.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "git/gitwire.h"
#include "git/gitwire_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool fine) {
    if (!fine) {
        abort();
    }
}

static void check_refs(struct arena *arena, const char *text) {
    struct gitwire_refs refs = {0};
    int rc = gitwire_text_refs(&refs, arena, arena_strdup(arena, text));

    for (size_t i = 0; !rc && i < refs.len; i++) {
        check(strstr(text, refs.at[i].name) && refs.at[i].name[0]);
        check(strspn(refs.at[i].id, "0123456789abcdef") == 40);
        check(strspn(refs.at[i].commit, "0123456789abcdef") == 40);
    }
    if (rc) {
        err_clear();
    }
    vec_release(&refs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct gitwire_results pushed = {0};

    check_refs(arena, text);
    gitwire_text_pushed(&pushed, arena, arena_strdup(arena, text));
    for (size_t i = 0; i < pushed.len; i++) {
        check(strstr(text, pushed.at[i].ref) != NULL);
        check((pushed.at[i].why != NULL) == (pushed.at[i].state == GITWIRE_REJECTED));
    }
    vec_release(&pushed);
    const char *why = gitwire_text_why(arena_strdup(arena, text));
    check(strlen(why) <= strlen(text) || strstr(why, "does not say"));
    check(gitwire_text_code(why) < 0);
    return 0;
}
