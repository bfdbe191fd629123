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
    bool seen; /* somebody read the text: replacing it loses nothing */
};

static _Thread_local struct err_chain *err_chain;

static void chain_free(struct err_chain *chain) {
    if (chain) {
        free(chain->text);
        free(chain->hint);
        free(chain);
    }
}

/* In debug builds a forgotten error is a bug to be found at once; users get the newer one. */
static void chain_check_forgotten(const char *newer) {
#ifdef DEBUG_ERR
    if (err_chain && !err_chain->seen) {
        struct str text = STR_INIT;
        str_addf(&text, "bug: error \"%s\" set over the unread \"%s\"\n", newer, err_chain->text);
        ssize_t ignored = write(STDERR_FILENO, text.buf, text.len);
        (void)ignored;
        abort();
    }
#else
    (void)newer;
#endif
}

/* Takes `text`, which may have been made from the chain that it replaces. */
static int chain_start(int code, int system, char *text) {
    chain_check_forgotten(text);
    struct err_chain *chain = mem_zalloc(1, sizeof *chain);
    chain->code = code;
    chain->system = system;
    chain->text = text;
    chain_free(err_chain);
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
    if (!err_chain) {
        return chain_start(rc, 0, str_detach(&text));
    }
    if (err_chain->text[0]) {
        str_addf(&text, ": %s", err_chain->text);
    }
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
    chain_free(err_chain);
    err_chain = NULL;
}

struct err_chain *err_take(void) {
    struct err_chain *chain = err_chain;
    err_chain = NULL;
    return chain;
}

int err_give(struct err_chain *chain) {
    if (chain) {
        chain_check_forgotten(chain->text);
    }
    err_clear();
    err_chain = chain;
    return err_current();
}
