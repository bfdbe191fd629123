/*
 * Experiments as a page that needs no network: the table, parallel coordinates, and the plots of the
 * best experiments over each other.
 */
#ifndef CMD_EXP_PAGE_H
#define CMD_EXP_PAGE_H

#include <stdbool.h>

#include "base/attr.h"

struct exp_table;
struct session;

/* Writes the page into the folder of plots and prints its URL. `lines_alone`: only the parallel
 * coordinates. */
int exp_page_write(struct session *s, const struct exp_table *t, bool lines_alone) MUST_CHECK;

#endif
