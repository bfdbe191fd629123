/*
 * plots show and plots diff: one way of collecting plots, printed or drawn in four.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/plot_figure.h"
#include "show/plot_page.h"
#include "show/plot_term.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "cmd/plot_drawing.h"
#include "measure/plot_output.h"
#include "measure/plot_vega.h"
#include "measure/plots.h"

#define PAGE "index.html"

struct plots_args {
    struct strv words, targets; /* show: words are targets; diff: revisions */
    const char *template, *x, *y, *title, *x_label, *y_label, *out, *html_template;
    bool no_header, show_vega, json, split, open, experiment, recursive, term;
};
#define AT(member) offsetof(struct plots_args, member)

/* JSON */

static void print_errors(struct json *j, const struct plots *plots) {
    json_list(j, "errors");
    for (size_t i = 0; i < plots->errors.len; i++) {
        const struct plot_error *e = &plots->errors.at[i];

        json_map(j, NULL);
        if (e->name) {
            json_str(j, "name", e->name);
        }
        json_str(j, "rev", e->rev);
        if (e->source) {
            json_str(j, "source", e->source);
        }
        json_str(j, "type", e->type);
        json_str(j, "msg", e->text);
        json_close(j);
    }
    json_close(j);
}

static void begin_item(struct json *j, const char *type, const struct strv *revs) {
    json_map(j, NULL);
    json_str(j, "type", type);
    json_list(j, "revisions");
    for (size_t i = 0; i < revs->len; i++) {
        json_str(j, NULL, revs->at[i]);
    }
    json_close(j);
}

/* A plot as JSON has it. Nothing is printed before all are made: an error leaves no half a
 * document. */
struct item {
    const struct plot *plot;
    const struct node *spec, *anchors; /* NULL for images, and without points */
    const char **paths;                /* of the images */
};

static int make_item(struct item *item, struct session *s, struct plot *p, bool split,
                     const struct plot_output *o) {
    int rc = 0;

    *item = (struct item){.plot = p};
    if (!p->is_image && p->revs.len) {
        rc = plot_vega_fill(&item->spec, split ? &item->anchors : NULL, s->arena, s->repo, p);
        s->exit_status = rc ? PLOT_TEMPLATE_FAILS : 0;
        return rc;
    }
    item->paths = arena_alloc(s->arena, (p->images.len + 1) * sizeof *item->paths);
    for (size_t i = 0; i < p->images.len && !rc; i++) {
        rc = plot_output_image(&item->paths[i], o, s->arena, &p->images.at[i]);
    }
    return rc;
}

static void print_item(struct json *j, const struct item *item) {
    const struct plot *p = item->plot;

    json_list(j, p->name);
    for (size_t i = 0; i < p->images.len; i++) {
        const struct strv rev = {.at = (const char **)&p->images.at[i].rev, .len = 1};

        begin_item(j, "image", &rev);
        json_str(j, "url", item->paths[i]);
        json_close(j);
    }
    if (item->spec) {
        begin_item(j, "vega", &p->revs);
        json_node(j, "content", item->spec);
        if (item->anchors) {
            json_node(j, "anchor_definitions", item->anchors);
        }
        json_close(j);
    }
    json_close(j);
}

static int print_json(struct session *s, const struct plots *plots, const struct plots_args *a) {
    struct item *items = arena_alloc(s->arena, (plots->plots.len + 1) * sizeof *items);
    struct plot_output o;
    int rc = plot_output_open(&o, s->arena, s->repo, a->out);

    for (size_t i = 0; i < plots->plots.len && !rc; i++) {
        rc = make_item(&items[i], s, &plots->plots.at[i], a->split, &o);
    }
    if (rc) {
        return rc;
    }
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    if (plots->errors.len) {
        print_errors(j, plots);
    }
    if (plots->plots.len) {
        json_map(j, "data");
    }
    for (size_t i = 0; i < plots->plots.len; i++) {
        print_item(j, &items[i]);
    }
    json_end(j);
    return 0;
}

/* The first plot that is no image. */
static int print_spec(struct session *s, const struct plots *plots) {
    for (size_t i = 0; i < plots->plots.len; i++) {
        struct plot *p = &plots->plots.at[i];
        const struct node *spec = NULL;
        int rc = 0;

        if (p->is_image) {
            continue;
        }
        if (p->revs.len && (rc = plot_vega_fill(&spec, NULL, s->arena, s->repo, p))) {
            s->exit_status = PLOT_TEMPLATE_FAILS;
            return rc;
        }
        struct json *j = json_begin(s->out);

        if (spec) {
            json_node(j, NULL, spec);
        } else {
            json_map(j, NULL);
        }
        json_end(j);
        return 0;
    }
    return 0;
}

/* Drawings */

static int open_page(struct session *s, const struct plot_output *o, bool asked) {
    bool always = plot_output_opens(s->repo);

    if (!asked && !always) {
        return 0;
    }
    if (!always) {
        show_line(s->out, "'config plots.auto_open true' opens the page every time.");
    }
    int rc = show_flush(s->out);

    return rc ? rc : plot_output_browse(o, s->arena, PAGE);
}

static int write_page(struct session *s, const struct plots *plots, const struct plots_args *a) {
    struct plot_page *page = plot_page_new(s->arena, "Plots");
    struct str html CLEANUP(str_release) = STR_INIT;
    const char *outer = NULL;
    struct plot_output o;
    int rc = plot_drawing_page(page, s, plots);

    if (!rc && (rc = plot_output_page(&outer, s->arena, s->repo, a->html_template))) {
        s->exit_status = PLOT_TEMPLATE_FAILS;
    }
    plot_page_finish(page, &html, outer);
    if (rc || (rc = plot_output_open(&o, s->arena, s->repo, a->out)) ||
        (rc = plot_output_write(&o, s->arena, PAGE, html.buf, html.len))) {
        return rc;
    }
    show_line(s->out, "%s", plot_output_uri(&o, s->arena, PAGE));
    return open_page(s, &o, a->open);
}

static int draw_on_terminal(struct session *s, const struct plots *plots) {
    int rc = 0;

    for (size_t i = 0; i < plots->plots.len && !rc; i++) {
        struct plot *p = &plots->plots.at[i];
        struct figure f CLEANUP(figure_release) = {0};
        const struct node *spec;

        if (p->is_image) {
            show_line(s->out, "%s: an image", p->name);
        } else if (p->revs.len && !(rc = plot_drawing_make(&f, &spec, s, p))) {
            plot_term(s->out, s->arena, &f, p->name);
        }
    }
    return rc;
}

/* Commands */

static void warn_of_failures(struct session *s, const struct plots *plots) {
    struct strv errors CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < plots->errors.len; i++) {
        if (plots->errors.at[i].source) {
            vec_push(&errors, arena_printf(s->arena, "%s: %s", plots->errors.at[i].rev,
                                           plots->errors.at[i].text));
        }
    }
    measure_failures_warn(s, "plots", &plots->failed, &errors);
}

static void tell_of_none(struct session *s, const struct strv *targets) {
    struct str text CLEANUP(str_release) = STR_INIT;

    str_adds(&text, "there are no plots to show");
    for (size_t i = 0; i < targets->len; i++) {
        const char *near = plots_suggest(s->arena, s->repo, targets->at[i]);

        str_addf(&text, "; '%s' is no plot and no file", targets->at[i]);
        if (near) {
            str_addf(&text, ", did you mean '%s'?", near);
        }
    }
    show_note(s->out, SHOW_PLAIN, NULL, text.buf);
}

static int check_vega(const struct plots_args *a, const struct strv *targets) {
    if (!a->show_vega) {
        return 0;
    }
    if (targets->len != 1) {
        return err_set(ERR_FAILED, "--show-vega needs one target, %zu are given", targets->len);
    }
    return a->json ? err_set(ERR_FAILED, "--show-vega and --json exclude each other") : 0;
}

static int show_plots(struct session *s, const struct plots_args *a,
                      const struct plots_request *q) {
    struct plots plots CLEANUP(plots_release) = {0};
    int rc;

    if ((rc = check_vega(a, &q->targets)) || (rc = plots_collect(&plots, s->arena, s->repo, q))) {
        return rc;
    }
    warn_of_failures(s, &plots);
    if (a->json) {
        return print_json(s, &plots, a);
    }
    if (!plots.plots.len && !plots.failed.len) {
        tell_of_none(s, &q->targets);
    }
    if (a->show_vega) {
        return print_spec(s, &plots);
    }
    if (a->term) {
        return draw_on_terminal(s, &plots);
    }
    return plots.plots.len ? write_page(s, &plots, a) : 0;
}

static struct plots_request request_of(const struct plots_args *a) {
    return (struct plots_request){
        .o = {.template = a->template && a->template[0] ? a->template : NULL,
              .x = a->x,
              .y = a->y,
              .x_label = a->x_label,
              .y_label = a->y_label,
              .title = a->title,
              .no_header = a->no_header},
    };
}

static int plots_show_run(struct session *s, const void *args) {
    const struct plots_args *a = args;
    struct plots_request q = request_of(a);

    q.targets = a->words;
    return show_plots(s, a, &q);
}

static int plots_diff_run(struct session *s, const void *args) {
    const struct plots_args *a = args;
    struct plots_request q = request_of(a);

    q.targets = a->targets;
    q.revs = a->words;
    q.compare = true;
    q.experiment = a->experiment;
    return show_plots(s, a, &q);
}

#define DRAWING_OPTS                                                                               \
    {'t',          "template",   OPT_MAYBE,                                                        \
     AT(template), "<template>", .help = "draw by this built-in template, or file of .dvc/plots"}, \
        {'x', NULL, OPT_TEXT, AT(x), "<field>", .help = "what is on the x axis"},                  \
        {'y', NULL, OPT_TEXT, AT(y), "<field>", .help = "what is on the y axis"},                  \
        {0, "no-header", OPT_FLAG, AT(no_header),                                                  \
         .help = "the first row of CSV and TSV files is data"},                                    \
        {0, "title", OPT_TEXT, AT(title), "<text>", .help = "above the plot"},                     \
        {0, "x-label", OPT_TEXT, AT(x_label), "<text>", .help = "beside the x axis"},              \
        {0, "y-label", OPT_TEXT, AT(y_label), "<text>", .help = "beside the y axis"},              \
        {'o',     "out",    OPT_TEXT,                                                              \
         AT(out), "<path>", .help = "the folder to write to (default: dvc_plots)"},                \
        {0, "show-vega", OPT_FLAG, AT(show_vega),                                                  \
         .help = "print the Vega-Lite specification of one target"},                               \
        {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},                                     \
        {0, "split", OPT_FLAG, AT(split), .help = "leave anchors in the templates of --json"},     \
        {0, "term", OPT_FLAG, AT(term), .help = "draw on the terminal"},                           \
        {0, "open", OPT_FLAG, AT(open), .help = "open the page in the browser"}, {                 \
        0, "html-template", OPT_TEXT, AT(html_template), "<path>",                                 \
            .help = "the page to put the plots into"                                               \
    }

static const struct opt plots_show_opts[] = {
    DRAWING_OPTS,
    {'R', "recursive", OPT_FLAG, AT(recursive),
     .help = "accepted: a folder always means all files in it"},
    OPT_END,
};

const struct cmd cmd_plots_show = {
    .name = "plots show",
    .group = GROUP_MEASURE,
    .summary = "draw plots",
    .detail = "Targets are names of plots, or files and folders. Without any: all plots of stages "
              "and those listed at the top of dvc.yaml files. The page needs no network.",
    .opts = plots_show_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct plots_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 1,
    .run = plots_show_run,
};

static const struct opt plots_diff_opts[] = {
    {0, "targets", OPT_MANY, AT(targets), "<path>", .help = "these plots, files or folders alone"},
    {'e', "experiment", OPT_FLAG, AT(experiment),
     .help = "with one revision: beside it the commit that it started from"},
    DRAWING_OPTS,
    OPT_END,
};

const struct cmd cmd_plots_diff = {
    .name = "plots diff",
    .group = GROUP_MEASURE,
    .summary = "draw the plots of several revisions over each other",
    .detail = "Revisions are names of Git, or 'workspace'; by default the workspace and, if that "
              "has changes, HEAD.",
    .opts = plots_diff_opts,
    .args = "[<rev>...]",
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct plots_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 1,
    .run = plots_diff_run,
};
