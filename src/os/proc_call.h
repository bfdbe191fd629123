/*
 * A program that is asked for an answer: its words are gathered, it runs to its end, and what it
 * printed is there as text.
 */
#ifndef OS_PROC_CALL_H
#define OS_PROC_CALL_H

#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;
struct proc_spec;

struct proc_call {
    struct arena *arena;  /* for words that are made for it */
    struct strv argv;     /* argv.at[0] is searched in PATH */
    struct str answer;    /* stdout; `overflow` if it was more than answer_max */
    struct str complaint; /* stderr, its first 64 KiB */
    int status;           /* as proc_run tells it */
};

void proc_call_init(struct proc_call *c, const char *program, size_t answer_max);
void proc_call_release(struct proc_call *c); /* for CLEANUP */

/* One more word, or several, NULL-terminated; lent until the release. */
void proc_call_add(struct proc_call *c, const char *word);
void proc_call_add_all(struct proc_call *c, const char *const *words);

/* proc_run with these words, once: `how` says the rest. */
int proc_call_run(struct proc_call *c, const struct proc_spec *how) MUST_CHECK;

#endif
