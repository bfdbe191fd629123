#include "api/handle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <cairn.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "job/turn.h"
#include "model/repo.h"

/* The codes of cairn.h are those of base/err.h. */
#define SAME(theirs, ours) static_assert((int)(theirs) == (int)(ours), #theirs)
SAME(CAIRN_FAILED, ERR_FAILED);
SAME(CAIRN_CONFIG, ERR_CONFIG);
SAME(CAIRN_INTERRUPTED, ERR_INTERRUPTED);
SAME(CAIRN_NO_REPO, ERR_NO_REPO);
SAME(CAIRN_INVALID, ERR_INVALID);
SAME(CAIRN_NOT_FOUND, ERR_NOT_FOUND);
SAME(CAIRN_CORRUPT, ERR_CORRUPT);
SAME(CAIRN_LOCKED, ERR_LOCKED);
SAME(CAIRN_IO, ERR_IO);
SAME(CAIRN_UNSUPPORTED, ERR_UNSUPPORTED);
SAME(CAIRN_DENIED, ERR_DENIED);

const char *cairn_version(void) {
    return CAIRN_VERSION;
}

const char *cairn_error(void) {
    return err_text();
}

const char *cairn_hint(void) {
    return err_hint_text();
}

void call_begin(void) {
    turn_take();
    err_drop(err_hold());
}

int call_end(int rc) {
    err_ensure(rc);
    turn_give();
    return rc == ERR_REFUSED || rc == ERR_EXISTS || rc == ERR_USAGE || rc == ERR_PIPE ? CAIRN_FAILED
                                                                                      : rc;
}

int handle_enter(const char **inside, struct cairn *c, struct arena *arena, const char *path) {
    const char *normal = path_normal(arena, path);

    if (*normal && (path_is_absolute(normal) || path_is_hostile(normal))) {
        return err_set(ERR_NOT_FOUND, "'%s' is no path inside the repository", path);
    }
    return source_enter(inside, &c->source, normal);
}

static void handle_free(struct cairn *c) {
    source_release(&c->source);
    source_spec_release(&c->spec);
    arena_free(c->arena);
    free(c);
}

static const char *copied(struct arena *arena, const char *text) {
    return text ? arena_strdup(arena, text) : NULL;
}

static void copy_list(struct strv *out, struct arena *arena, const char *const *list) {
    for (size_t i = 0; list && list[i]; i++) {
        vec_push(out, arena_strdup(arena, list[i]));
    }
}

static void take_options(struct cairn *c, const struct cairn_options *given) {
    struct cairn_options o = {0};

    if (given) {
        memcpy(&o, given, given->size_of < sizeof o ? given->size_of : sizeof o);
    }
    c->spec.rev = copied(c->arena, o.rev);
    c->spec.options.remote = copied(c->arena, o.remote);
    copy_list(&c->spec.options.config, c->arena, o.config);
    copy_list(&c->spec.options.remote_config, c->arena, o.remote_config);
}

int cairn_open(cairn **out, const char *where, const struct cairn_options *options) {
    *out = NULL;
    call_begin();
    struct cairn *c = mem_zalloc(1, sizeof *c);
    c->arena = arena_new();
    c->spec.url = arena_strdup(c->arena, where ? where : ".");
    take_options(c, options);
    source_spec_here(&c->spec, c->arena);
    int rc = source_open(&c->source, &c->spec, NULL);
    if (rc) {
        handle_free(c);
    } else {
        *out = c;
    }
    return call_end(rc);
}

void cairn_close(cairn *c) {
    if (c) {
        turn_take();
        handle_free(c);
        turn_give();
    }
}

const char *cairn_root(const cairn *c) {
    return c->source.dir && !c->source.bare ? c->source.dir : NULL;
}

const char *cairn_commit(const cairn *c) {
    return c->source.commit;
}
