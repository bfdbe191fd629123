#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

struct err_chain {
    int code;
    int system;
    char *text;
    char *hint;
    bool seen;               /* somebody read the text: replacing it loses nothing */
    struct err_chain *outer; /* the unread one that this was set over */
};

static _Thread_local struct err_chain *err_chain;

/* Frees one chain; returns what it was set over. */
static struct err_chain *chain_pop(struct err_chain *chain) {
    struct err_chain *outer = chain->outer;
    free(chain->text);
    free(chain->hint);
    free(chain);
    return outer;
}

/* A mistake in the handling of errors: found at once in debug builds, no harm to users. */
PRINTF(1, 2)
static void bug(const char *fmt, ...) {
#ifdef DEBUG_ERR
    struct str text = STR_INIT;
    str_adds(&text, "bug: ");
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    str_addc(&text, '\n');
    ssize_t ignored = write(STDERR_FILENO, text.buf, text.len);
    (void)ignored;
    abort();
#else
    (void)fmt;
#endif
}

/* An error comes over what this thread has: what was read is dropped; what was not is a mistake of
 * somebody who should have held it, and comes to light again when the newer one is cleared. */
static struct err_chain *chain_over(const char *newer) {
    struct err_chain *older = err_chain;
    if (!older || !older->seen) {
        if (older) {
            bug("error \"%s\" set over the unread \"%s\"", newer, older->text);
        }
        return older;
    }
    return chain_pop(older);
}

/* Takes `text`, which may have been made from the chain that it replaces. */
static int chain_start(int code, int system, char *text) {
    struct err_chain *chain = mem_zalloc(1, sizeof *chain);
    *chain =
        (struct err_chain){.code = code, .system = system, .text = text, .outer = chain_over(text)};
    err_chain = chain;
    return code;
}

int err_set(enum err_code code, const char *fmt, ...) {
    struct str text = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    return chain_start(code, 0, str_detach(&text));
}

int err_errno(const char *fmt, ...) {
    int system = errno;
    struct str text = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    char buf[128];
    str_addf(&text, ": %s", strerror_r(system, buf, sizeof buf));

    int code = system == ENOENT || system == ENOTDIR ? ERR_NOT_FOUND
               : system == EEXIST                    ? ERR_EXISTS
                                                     : ERR_IO;
    return chain_start(code, system, str_detach(&text));
}

int err_wrap(int rc, const char *fmt, ...) {
    if (!rc) {
        return 0;
    }
    struct str text = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    err_ensure(rc);
    str_addf(&text, ": %s", err_chain->text);
    free(err_chain->text);
    err_chain->text = str_detach(&text);
    return rc;
}

void err_hint(const char *fmt, ...) {
    if (!err_chain || err_chain->hint) {
        return;
    }
    struct str text = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    err_chain->hint = str_detach(&text);
}

const char *err_text(void) {
    if (!err_chain) {
        return "";
    }
    err_chain->seen = true;
    return err_chain->text;
}

const char *err_hint_text(void) {
    return err_chain ? err_chain->hint : NULL;
}

int err_current(void) {
    return err_chain ? err_chain->code : 0;
}

int err_system(void) {
    return err_chain ? err_chain->system : 0;
}

void err_clear(void) {
    err_chain = err_chain ? chain_pop(err_chain) : NULL;
}

void err_ensure(int rc) {
    if (rc && (!err_chain || !err_chain->text[0])) {
        bug("error %d has come without words", rc);
        (void)err_set((enum err_code)rc, "failed without saying why (%d): please report this", -rc);
    }
}

struct err_chain *err_hold(void) {
    struct err_chain *outer = err_chain;
    err_chain = NULL;
    return outer;
}

void err_restore(struct err_chain **outer) {
    err_drop(err_chain);
    err_chain = *outer;
}

struct err_chain *err_take(int rc) {
    if (!rc) {
        return NULL;
    }
    err_ensure(rc);
    err_chain->code = rc;
    return err_hold();
}

int err_give(struct err_chain *chain) {
    if (!chain) {
        return 0;
    }
    if (err_chain && !err_chain->seen) {
        bug("error \"%s\" given over the unread \"%s\"", chain->text, err_chain->text);
    }
    err_restore(&chain);
    return err_current();
}

int err_first(struct err_chain *first, int after) {
    if (!first) {
        return after;
    }
    if (after) {
        err_clear();
    }
    return err_give(first);
}

void err_drop(struct err_chain *chain) {
    while (chain) {
        chain = chain_pop(chain);
    }
}
