#include "cmd/plot_drawing.h"

#include "show/plot_figure.h"
#include "show/plot_page.h"
#include "cli/session.h"
#include "measure/plot_template.h"
#include "measure/plot_vega.h"
#include "measure/plots.h"

static enum figure_kind kind_of(enum plot_mark mark) {
    static const enum figure_kind kinds[] = {
        [PLOT_LINE] = FIGURE_LINE,     [PLOT_SCATTER] = FIGURE_SCATTER,
        [PLOT_BARS] = FIGURE_BARS,     [PLOT_BARS_SORTED] = FIGURE_BARS_SORTED,
        [PLOT_MATRIX] = FIGURE_MATRIX, [PLOT_MATRIX_NORMALIZED] = FIGURE_MATRIX_NORMALIZED,
    };

    return kinds[mark];
}

int plot_drawing_make(struct figure *f, const struct node **spec, struct session *s,
                      struct plot *p) {
    int rc = plot_vega_fill(spec, NULL, s->arena, s->repo, p);
    struct figure_spec drawing = {
        .kind = rc ? FIGURE_LINE : kind_of(plot_template_mark(p->template, *spec)),
        .title = p->title ? p->title : p->name,
        .x_label = p->x_label,
        .y_label = p->y_label,
        .x = p->x,
        .y = p->y,
        .variant = plot_vega_variant(s->arena, p),
        .revs = &p->revs,
        .points = p->points,
    };

    if (rc) {
        s->exit_status = PLOT_TEMPLATE_FAILS;
        return rc;
    }
    figure_init(f, s->arena, &drawing);
    return 0;
}

int plot_drawing_page(struct plot_page *page, struct session *s, const struct plots *plots) {
    int rc = 0;

    for (size_t i = 0; i < plots->plots.len && !rc; i++) {
        struct plot *p = &plots->plots.at[i];
        struct figure f CLEANUP(figure_release) = {0};
        const struct node *spec;

        for (size_t k = 0; k < p->images.len; k++) {
            plot_page_image(page, p->name, p->images.at[k].rev, p->images.at[k].data,
                            p->images.at[k].len);
        }
        if (!p->is_image && p->revs.len && !(rc = plot_drawing_make(&f, &spec, s, p))) {
            plot_page_figure(page, &f, p->name, spec);
        }
    }
    for (size_t i = 0; i < plots->errors.len && !rc; i++) {
        const struct plot_error *e = &plots->errors.at[i];

        plot_page_note(page, e->name ? e->name : e->rev, e->text);
    }
    return rc;
}
