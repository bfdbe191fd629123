#include "model/index_seen.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

struct note {
    const char *path, *key;
};

struct index_seen {
    struct arena *arena; /* of the keys that are seen */
    struct map seen;
    struct arena *scratch; /* of the rest, which is of one commit */
    VEC(struct note) notes;
    struct map doubted; /* paths */
};

struct index_seen *index_seen_new(void) {
    struct index_seen *s = mem_zalloc(1, sizeof *s);

    s->arena = arena_new();
    s->scratch = arena_new();
    return s;
}

void index_seen_free(struct index_seen *s) {
    if (!s) {
        return;
    }
    map_release(&s->seen);
    map_release(&s->doubted);
    vec_release(&s->notes);
    arena_free(s->arena);
    arena_free(s->scratch);
    free(s);
}

void index_seen_freep(struct index_seen **s) {
    index_seen_free(*s);
    *s = NULL;
}

static void write_key(struct str *out, const char *path, const char *id, const char *with) {
    str_addf(out, "%s%s/%s", id, with, path); /* ids have no slash */
}

bool index_seen_has(const struct index_seen *s, const char *path, const char *id,
                    const char *with) {
    struct str key CLEANUP(str_release) = STR_INIT;

    write_key(&key, path, id, with);
    return map_has(&s->seen, key.buf);
}

void index_seen_note(struct index_seen *s, const char *path, const char *id, const char *with) {
    struct str key CLEANUP(str_release) = STR_INIT;

    write_key(&key, path, id, with);
    vec_push(&s->notes, ((struct note){.path = arena_strdup(s->scratch, path),
                                       .key = arena_strndup(s->scratch, key.buf, key.len)}));
}

void index_seen_doubt(struct index_seen *s, const char *path) {
    char *above = arena_strdup(s->scratch, path);

    while (map_add(&s->doubted, arena_strdup(s->scratch, above), s)) {
        char *slash = strrchr(above, '/');
        if (!slash) {
            return;
        }
        *slash = '\0';
    }
}

void index_seen_settle(struct index_seen *s, bool loaded) {
    for (size_t i = 0; loaded && i < s->notes.len; i++) {
        const struct note *n = &s->notes.at[i];
        if (!map_has(&s->doubted, n->path)) {
            (void)map_add(&s->seen, arena_strdup(s->arena, n->key), s);
        }
    }
    vec_clear(&s->notes);
    map_release(&s->doubted);
    arena_free(s->scratch);
    s->scratch = arena_new();
}
