/*
 * Figures on a terminal: dots of braille, bars of blocks, matrices of shaded numbers.
 */
#ifndef SHOW_PLOT_TERM_H
#define SHOW_PLOT_TERM_H

struct arena;
struct figure;
struct show;

/* As wide as the terminal. Without colours the series of lines and points are told apart by
 * letters. */
void plot_term(struct show *s, struct arena *arena, const struct figure *f, const char *name);

#endif
