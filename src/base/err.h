/*
 * Errors as values. A function that can fail returns 0 or one of the codes below; what happened,
 * in words, lies in a chain kept per thread: the function that noticed sets the cause, each caller
 * may put one phrase in front. Only show/diag prints the chain and only cli/main turns a code into
 * an exit status. A chain is either handed up with its code, or taken off with err_clear().
 *
 * A code never travels without its words. Who closes, tidies up or notes something, and deals with
 * the failures of that itself, may be called while an error is on its way up: it holds that error
 * (err_hold) so as not to touch it. Builds for developers stop where an error is set over one
 * that nobody has read, or where a code has come without words.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"

enum err_code {
    ERR_FAILED = -1,       /* a request that cannot be met: unknown target, stage that failed */
    ERR_CONFIG = -2,       /* a configuration file or option; exit 251 */
    ERR_INTERRUPTED = -3,  /* Ctrl-C or SIGTERM; exit 252 */
    ERR_NO_REPO = -4,      /* not inside a repository; exit 253 */
    ERR_USAGE = -5,        /* the command line; exit 254 and the help of the command */
    ERR_PIPE = -6,         /* nobody reads our output; exit 141, silent */
    ERR_INVALID = -7,      /* a file that does not parse or validate */
    ERR_NOT_FOUND = -8,    /* a path, object, revision or name that is not there */
    ERR_EXISTS = -9,       /* something is there that must not be overwritten */
    ERR_CORRUPT = -10,     /* bytes that do not match their digest */
    ERR_LOCKED = -11,      /* somebody else holds a lock */
    ERR_IO = -12,          /* the system refused: errno */
    ERR_UNSUPPORTED = -13, /* valid, but not built yet, or not by us */
    ERR_REFUSED = -14,     /* what DVC refuses in whatever command: always exit 255 */
    ERR_DENIED = -15       /* another machine knows who we are, and will not let us */
};

/* Starts a chain with its cause; returns `code`. Use as: return err_set(ERR_FAILED, "…", …); */
int err_set(enum err_code code, const char *fmt, ...) PRINTF(2, 3);

/* Starts a chain from errno: "<text>: <strerror>". ENOENT and ENOTDIR give ERR_NOT_FOUND, EEXIST
 * ERR_EXISTS, everything else ERR_IO. */
int err_errno(const char *fmt, ...) PRINTF(1, 2);

/* Puts "<text>: " before the chain and returns rc unchanged; does nothing when rc is 0. */
int err_wrap(int rc, const char *fmt, ...) PRINTF(2, 3);

/* Says what the user can do. The first hint of a chain wins. */
void err_hint(const char *fmt, ...) PRINTF(1, 2);

/* The chain of this thread as one line, or "" ; valid until the chain changes. */
const char *err_text(void);

/* The hint, or NULL. */
const char *err_hint_text(void);

/* The code of the chain of this thread, 0 when there is none. */
int err_current(void);

/* The errno that started the chain, 0 if it was not an errno. */
int err_system(void);

/* Drops the chain: the error was dealt with. */
void err_clear(void);

/* Gives the failure `rc` words if it has none, which is a bug somewhere below; fine with 0. */
void err_ensure(int rc);

/* For a scope whose own failures are nobody's business: sets aside the error that may be on its way
 * up, and at the end of the scope it is back, and what failed meanwhile is dropped. Use as:
 *     struct err_chain *outer CLEANUP(err_restore) = err_hold(); */
struct err_chain *err_hold(void);
void err_restore(struct err_chain **outer);

/* Moves an error, between threads or past work that goes on: take detaches that of the failure `rc`
 * from the calling thread, NULL only if rc is 0; give installs it in the calling thread, replacing
 * any, frees the holder and returns that rc, 0 for NULL. */
struct err_chain *err_take(int rc);
int err_give(struct err_chain *chain);

/* Of two failures the first is told: gives `first` back and drops `after`; `after` when `first` is
 * NULL. Use as: struct err_chain *first = err_take(rc); return err_first(first, finish()); */
int err_first(struct err_chain *first, int after);

/* An error that was taken is not told after all: NULL is fine. */
void err_drop(struct err_chain *chain);

#endif
