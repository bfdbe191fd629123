/*
 * Tables as DVC prints them: plain (two spaces between columns), Markdown, and CSV.
 */
#ifndef SHOW_TABLE_H
#define SHOW_TABLE_H

struct node;
struct show;
struct table;

struct table *table_new(void);
void table_column(struct table *t, const char *title);
/* For plain tables, instead of all titles: a column without one, and no line of titles. Those that
 * are aligned to the right come first. */
enum table_align { TABLE_LEFT, TABLE_RIGHT };
void table_untitled(struct table *t, enum table_align align);
/* Outer blanks of cells are kept from now on: for pictures. */
void table_keep_blanks(struct table *t);
void table_row(struct table *t);                    /* begins a row */
void table_cell(struct table *t, const char *text); /* copied */
/* Python's str() of the value; floats rounded to `precision` digits (-1: as they are); NULL gives
 * "-". */
void table_cell_value(struct table *t, const struct node *value, int precision);
void table_cell_float(struct table *t, double value, int precision);

enum table_style {
    TABLE_PLAIN,    /* an empty one prints nothing */
    TABLE_MARKDOWN, /* followed by an empty line */
    TABLE_CSV,      /* as Python's csv writes it: lines end in CR LF; missing values are empty */
};
void table_print(const struct table *t, struct show *s, enum table_style style);
void table_free(struct table *t);

#endif
