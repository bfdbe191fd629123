/*
 * What a run has finished and not yet written to dvc.lock: a line for each stage in
 * .dvc/tmp/cairn/repro-<pid>.journal, so that a run that is killed keeps it. The next command that
 * takes the repository lock records what is still true: dvc.lock is as it was when the line was
 * written, and the outs are in the cache, or in the workspace with the content of the line.
 *
 * A line (model/lockjournal) is a hint: what does not parse is passed over, and what cannot be written
 * costs no more than a run.
 */
#ifndef DATA_JOURNAL_H
#define DATA_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct data;
struct journal;
struct stage;

struct journal *journal_open(struct data *d);
/* `keep`: what it holds is not in dvc.lock. */
void journal_close(struct journal *j, bool keep);

void journal_add(struct journal *j, const struct stage *s);
/* All lines are written; call journal_add again for what is not. */
void journal_clear(struct journal *j);

/* Records what dead runs have left. The repository lock is held. */
int journal_fold(struct data *d) MUST_CHECK;

#endif
