#include "show/plot_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "show/html_text.h"
#include "show/plot_figure.h"
#include "show/plot_svg.h"

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;--ink:#24292f;--soft:#57606a;--line:#d8dee4;--card:#fff;"
    "--ground:#f6f8fa}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;"
    "--card:#161b22;--ground:#0d1117}}\n"
    "body{margin:0;background:var(--ground);color:var(--ink);"
    "font:14px/1.45 system-ui,-apple-system,\"Segoe UI\",sans-serif}\n"
    "h1{font-size:20px;margin:20px 24px 0}\n"
    ".plots{display:grid;gap:16px;padding:16px 24px;align-items:start;"
    "grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr))}\n"
    ".plots figure{margin:0;padding:16px;background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;min-width:0;overflow-x:auto}\n"
    ".plots figcaption{font-weight:600;margin-bottom:8px;overflow-wrap:anywhere}\n"
    ".plots svg.plot{width:100%;height:auto;display:block}\n"
    ".plots .matrices{display:flex;flex-wrap:wrap;gap:12px}\n"
    ".plots .matrices svg.plot{flex:1 1 200px}\n"
    ".plots svg text{fill:var(--soft);font-size:12px}\n"
    ".plots svg .axis{fill:var(--ink);font-size:13px}\n"
    ".plots svg .on{fill:#fff}\n"
    ".plots svg .grid{stroke:var(--line);fill:none}\n"
    ".plots svg .frame{stroke:var(--soft);fill:none}\n"
    ".plots svg .line{stroke-width:2;stroke-linejoin:round}\n"
    ".plots ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:8px 0 0;padding:0}\n"
    ".plots li svg{width:28px;height:10px;margin-right:6px;vertical-align:middle}\n"
    ".plots .images{display:flex;flex-wrap:wrap;gap:12px}\n"
    ".plots .images div{min-width:0}\n"
    ".plots .images img{max-width:100%;border:1px solid var(--line);background:#fff}\n"
    ".plots .wide{grid-column:1/-1}\n"
    ".plots table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
    ".plots th,.plots td{padding:4px 10px;text-align:left;white-space:nowrap;"
    "border-bottom:1px solid var(--line)}\n"
    ".plots .number{text-align:right}\n"
    ".plots .base td{font-weight:600}\n"
    ".plots .best{color:#1a7f37;font-weight:600}\n"
    ".plots .changed{color:#9a6700}\n"
    ".plots tr.top{background:color-mix(in srgb,#1a7f37 10%,transparent)}\n"
    ".plots svg.parallel text{paint-order:stroke;stroke:var(--card);stroke-width:3px}\n"
    ".plots svg .row{fill:none;stroke-width:1.5;opacity:.55}\n"
    ".plots svg .row.best{stroke-width:4;opacity:1}\n"
    ".plots svg .row:hover{stroke-width:5;opacity:1}\n"
    ".plots .note{color:var(--soft);margin:8px 0 0;overflow-wrap:anywhere}\n"
    "</style>\n";

/* Nothing of the page may be fetched or run: what is drawn is all within it. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
    "<title>";

struct plot_page {
    struct arena *arena;
    const char *title;
    struct str plots, images;
    const char *image; /* the name of the image whose revisions are being added, or NULL */
    size_t count;
};

struct plot_page *plot_page_new(struct arena *arena, const char *title) {
    struct plot_page *p = mem_zalloc(1, sizeof *p);

    p->arena = arena;
    p->title = title;
    str_init(&p->plots);
    str_init(&p->images);
    return p;
}

static void end_image(struct plot_page *p) {
    if (p->image) {
        str_adds(&p->images, "</div>\n</figure>\n");
        p->image = NULL;
    }
}

static void begin_figure(struct plot_page *p, struct str *out, const char *caption) {
    str_addf(out, "<figure id=\"plot-%zu\">\n<figcaption>", ++p->count);
    html_text(out, caption);
    str_adds(out, "</figcaption>\n");
}

static void add_legend(struct plot_page *p, const struct figure *f) {
    struct str *out = &p->plots;

    str_adds(out, "<ul>\n");
    for (size_t i = 0; i < f->series.len; i++) {
        const struct figure_series *s = &f->series.at[i];

        str_addf(out,
                 "<li><svg aria-hidden=\"true\" viewBox=\"0 0 28 10\"><path d=\"M0 5h28\" "
                 "stroke-width=\"%d\" stroke=\"%s\" stroke-dasharray=\"%s\"/></svg>",
                 f->kind == FIGURE_LINE ? 2 : 8, plot_svg_color(s->rev_at),
                 f->kind == FIGURE_LINE ? plot_svg_dashes(s->variant_at) : "none");
        html_text(out, figure_series_name(f, p->arena, s));
        str_adds(out, "</li>\n");
    }
    str_adds(out, "</ul>\n");
}

void plot_page_figure(struct plot_page *p, const struct figure *f, const char *name,
                      const struct node *spec) {
    struct str *out = &p->plots;
    const char *id;

    begin_figure(p, out, f->title[0] ? f->title : name);
    id = arena_printf(p->arena, "plot-%zu-drawing", p->count);
    if (figure_is_empty(f)) {
        str_adds(out, "<p class=\"note\">There are no numbers to draw.</p>\n");
    } else if (figure_is_matrix(f)) {
        str_adds(out, "<div class=\"matrices\">\n");
        plot_svg(out, p->arena, f, id);
        str_adds(out, "</div>\n");
    } else {
        plot_svg(out, p->arena, f, id);
        add_legend(p, f);
    }
    if (f->left_out) {
        str_addf(out, "<p class=\"note\">%zu points are not drawn.</p>\n", f->left_out);
    }
    if (f->names_left_out) {
        str_addf(out, "<p class=\"note\">%zu categories are not drawn.</p>\n", f->names_left_out);
    }
    str_adds(out, "<script type=\"application/vnd.vegalite+json\" data-plot=\"");
    html_text(out, name);
    str_adds(out, "\">");
    html_json(out, spec);
    str_adds(out, "</script>\n</figure>\n");
}

void plot_page_image(struct plot_page *p, const char *name, const char *rev, const char *data,
                     size_t len) {
    struct str *out = &p->images;

    if (!str_eq(p->image, name)) {
        end_image(p);
        begin_figure(p, out, name);
        str_adds(out, "<div class=\"images\">\n");
        p->image = name;
    }
    str_adds(out, "<div>");
    html_text(out, rev);
    str_adds(out, "<br><img alt=\"");
    html_text(out, name);
    str_adds(out, " of ");
    html_text(out, rev);
    str_adds(out, "\" src=\"");
    html_data_uri(out, html_image_type(name), data, len);
    str_adds(out, "\"></div>\n");
}

void plot_page_wide(struct plot_page *p, const char *caption, const struct str *markup) {
    str_addf(&p->plots, "<figure class=\"wide\" id=\"plot-%zu\">\n<figcaption>", ++p->count);
    html_text(&p->plots, caption);
    str_adds(&p->plots, "</figcaption>\n");
    str_add(&p->plots, markup->buf, markup->len);
    str_adds(&p->plots, "</figure>\n");
}

void plot_page_note(struct plot_page *p, const char *name, const char *text) {
    begin_figure(p, &p->plots, name);
    str_adds(&p->plots, "<p class=\"note\">");
    html_text(&p->plots, text);
    str_adds(&p->plots, "</p>\n</figure>\n");
}

/* Appends `text` up to the placeholder, and `value` for it; the rest of the text, or all of it if
 * there is none. */
static const char *replace(struct str *out, const char *text, const char *placeholder,
                           const struct str *a, const struct str *b) {
    const char *at;

    while ((at = strstr(text, placeholder))) {
        str_add(out, text, (size_t)(at - text));
        str_add(out, a->buf, a->len);
        if (b) {
            str_add(out, b->buf, b->len);
        }
        text = at + strlen(placeholder);
    }
    return text;
}

static void put_into(struct plot_page *p, struct str *out, const char *outer) {
    struct str styled CLEANUP(str_release) = STR_INIT, fresh CLEANUP(str_release) = STR_INIT;
    struct str css CLEANUP(str_release) = STR_INIT;
    const struct str nothing = STR_INIT;

    str_adds(&css, style);
    str_adds(&styled, replace(&styled, outer, "{scripts}", &css, NULL));
    str_adds(&fresh, replace(&fresh, styled.buf, "{refresh_tag}", &nothing, NULL));
    str_adds(out, replace(out, fresh.buf, "{plot_divs}", &p->plots, &p->images));
}

void plot_page_finish(struct plot_page *p, struct str *out, const char *outer) {
    end_image(p);
    if (outer) {
        str_insert(&p->plots, 0, "<div class=\"plots\">\n", strlen("<div class=\"plots\">\n"));
        str_adds(&p->images, "</div>\n");
        put_into(p, out, outer);
    } else {
        str_adds(out, head);
        html_text(out, p->title);
        str_addf(out, "</title>\n%s</head>\n<body>\n<h1>", style);
        html_text(out, p->title);
        str_adds(out, "</h1>\n<main class=\"plots\">\n");
        str_add(out, p->plots.buf, p->plots.len);
        str_add(out, p->images.buf, p->images.len);
        str_adds(out, "</main>\n</body>\n</html>\n");
    }
    str_release(&p->plots);
    str_release(&p->images);
    free(p);
}
