/*
 * report: what changed between two revisions in metrics, params and plots, as one page of Markdown.
 */
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "show/html_text.h"
#include "show/out.h"
#include "show/plot_figure.h"
#include "show/plot_svg.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "cmd/plot_drawing.h"
#include "measure/compare.h"
#include "measure/plot_output.h"
#include "measure/plots.h"

struct report_args {
    struct strv revs;
    const char *out, *base;
    bool markdown;
    int precision;
};
#define AT(member) offsetof(struct report_args, member)

struct reporting {
    struct session *s;
    const struct report_args *a;
    const char *old, *now;     /* revisions */
    struct plot_output images; /* if a->out */
    size_t count;              /* of images */
};

static void heading(struct session *s, const char *mark, const char *text) {
    struct str safe CLEANUP(str_release) = STR_INIT;

    html_text(&safe, text);
    show_line(s->out, "%s %s\n", mark, safe.buf);
}

static int report_values(struct reporting *r, enum measure_kind kind, const char *title,
                         const char *none) {
    const struct measure_request request = {.kind = kind};
    struct measure_comparison found CLEANUP(measure_comparison_release) = {0};
    int rc = measure_diff(&found, r->s->arena, r->s->repo, &request, r->old, r->now, false);

    if (rc) {
        return rc;
    }
    measure_rows_warn(r->s, &found);
    heading(r->s, "##", title);
    if (!found.changes.len) {
        show_line(r->s->out, "%s\n", none);
        return 0;
    }
    measure_rows_table(r->s, &found.changes,
                       &(struct measure_rows){.kind = kind,
                                              .old_title = r->old,
                                              .new_title = r->now,
                                              .markdown = true,
                                              .precision = r->a->precision});
    return 0;
}

/* "3-loss.csv.svg": what is not plain in any URL and file system becomes '_'. */
static const char *file_name(struct reporting *r, const char *name, const char *suffix) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    char *text = arena_printf(r->s->arena, "%zu-%s%s", ++r->count, path_base(name), suffix);

    for (char *c = text; *c; c++) {
        *c = *c && strchr(plain, *c) ? *c : '_';
    }
    return text;
}

/* In a file, linked to, or within the page. */
static int add_image(struct reporting *r, const char *name, const char *suffix, const char *type,
                     const char *data, size_t len) {
    struct str link CLEANUP(str_release) = STR_INIT, alt CLEANUP(str_release) = STR_INIT;
    int rc = 0;

    if (r->a->out) {
        const char *file = file_name(r, name, suffix), *base = r->a->base ? r->a->base : r->a->out;

        rc = plot_output_write(&r->images, r->s->arena, file, data, len);
        str_addf(&link, "%s%s%s", base, str_ends(base, "/") ? "" : "/", file);
    } else {
        html_data_uri(&link, type, data, len);
    }
    html_text(&alt, name);
    if (!rc) {
        show_line(r->s->out, "<img alt=\"%s\" src=\"%s\">\n", alt.buf, link.buf);
    }
    return rc;
}

static int report_figure(struct reporting *r, struct plot *p) {
    struct figure f CLEANUP(figure_release) = {0};
    const struct node *spec;
    int rc = plot_drawing_make(&f, &spec, r->s, p);

    for (size_t i = 0; !rc && i < plot_svg_pictures(&f); i++) {
        struct str svg CLEANUP(str_release) = STR_INIT;

        plot_svg_alone(&svg, r->s->arena, &f, i);
        rc = add_image(r, p->name, ".svg", "image/svg+xml", svg.buf, svg.len);
    }
    if (!rc && !plot_svg_pictures(&f)) {
        show_line(r->s->out, "There are no numbers to draw.\n");
    }
    return rc;
}

static int report_plot(struct reporting *r, struct plot *p) {
    int rc = 0;

    heading(r->s, "###", p->title && p->title[0] ? p->title : p->name);
    for (size_t i = 0; i < p->images.len && !rc; i++) {
        const struct plot_image *image = &p->images.at[i];

        rc = add_image(r, arena_printf(r->s->arena, "%s, %s", image->rev, p->name),
                       path_suffix(image->path), html_image_type(image->path), image->data,
                       image->len);
    }
    return rc || p->is_image || !p->revs.len ? rc : report_figure(r, p);
}

static int report_plots(struct reporting *r) {
    struct plots_request q = {.compare = true};
    struct plots plots CLEANUP(plots_release) = {0};
    int rc;

    vec_push(&q.revs, r->old);
    vec_push(&q.revs, r->now);
    rc = plots_collect(&plots, r->s->arena, r->s->repo, &q);
    strv_release(&q.revs);
    if (!rc && plots.plots.len) {
        heading(r->s, "##", "Plots");
    }
    for (size_t i = 0; i < plots.plots.len && !rc; i++) {
        rc = report_plot(r, &plots.plots.at[i]);
    }
    for (size_t i = 0; i < plots.errors.len && !rc; i++) {
        const struct plot_error *e = &plots.errors.at[i];

        show_note(r->s->out, SHOW_PLAIN, e->rev, e->text);
    }
    return rc;
}

static int report_run(struct session *s, const void *args) {
    const struct report_args *a = args;
    struct reporting r = {
        .s = s,
        .a = a,
        .old = a->revs.len > 0 ? a->revs.at[0] : "HEAD",
        .now = a->revs.len > 1 ? a->revs.at[1] : "workspace",
    };
    int rc = a->out ? plot_output_open(&r.images, s->arena, s->repo, a->out) : 0;

    if (rc) {
        return rc;
    }
    heading(s, "#", arena_printf(s->arena, "%s compared with %s", r.now, r.old));
    if ((rc = report_values(&r, MEASURE_METRICS, "Metrics", "No metric changed.")) ||
        (rc = report_values(&r, MEASURE_PARAMS, "Parameters", "No parameter changed."))) {
        return rc;
    }
    return report_plots(&r);
}

static const struct opt report_opts[] = {
    {0, "md", OPT_FLAG, AT(markdown), .help = "Markdown, the only form there is"},
    {'o', "out", OPT_TEXT, AT(out), "<folder>",
     .help = "write pictures there and link to them (default: within the page)"},
    {0, "image-base", OPT_TEXT, AT(base), "<url>",
     .help = "where that folder will be found (default: its path)"},
    {0, "precision", OPT_INT, AT(precision), "<n>",
     .help = "round metrics to this many decimals (default: 5)"},
    OPT_END,
};

const struct cmd cmd_report = {
    .name = "report",
    .group = GROUP_MEASURE,
    .summary = "compare two revisions on one page of Markdown",
    .detail = "Metrics and parameters that changed, and the plots of both, for a comment on a "
              "change. By default HEAD and the workspace.",
    .opts = report_opts,
    .args = "[<rev> [<rev>]]",
    .max_args = 2,
    .rest = AT(revs),
    .args_size = sizeof(struct report_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = report_run,
};
