/*
 * Tables as DVC prints them: plain (two spaces between columns) and Markdown.
 */
#ifndef SHOW_TABLE_H
#define SHOW_TABLE_H

#include <stdbool.h>

struct node;
struct show;
struct table;

struct table *table_new(void);
void table_column(struct table *t, const char *title);
void table_row(struct table *t);                    /* begins a row */
void table_cell(struct table *t, const char *text); /* copied */
/* Python's str() of the value; floats rounded to `precision` digits (-1: as they are); NULL gives
 * "-". */
void table_cell_value(struct table *t, const struct node *value, int precision);
void table_cell_float(struct table *t, double value, int precision);
void table_print(struct table *t, struct show *s,
                 bool markdown); /* an empty plain table prints nothing */
void table_free(struct table *t);

#endif
