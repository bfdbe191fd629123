/*
 * What the specifications say equals what DVC's templates of the same names say, down to the order
 * of keys: clients compare them. What several have in common is written once, above them.
 */
#include "measure/plot_builtin.h"

#include <string.h>

#include "base/str.h"
#include "doc/read.h"

#define HEAD                                                                                       \
    "{'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'data': {'values': @DATA}, "   \
    "'title': {'text': @TITLE, 'anchor': 'middle'}, "
#define SIZE    "'width': @PLOT_WIDTH, 'height': @PLOT_HEIGHT"
#define ZOOM    "'params': [@ZOOM_AND_PAN]"
#define TIP     "'tooltip': {'content': 'data'}"
#define BY_REV  "'color': {'field': 'rev', 'type': 'nominal'}"
#define FREE    "'scale': {'zero': false}"
#define X_FIELD "'field': @X, 'type': 'quantitative', 'title': @X_LABEL"
#define Y_FIELD "'field': @Y, 'type': 'quantitative', 'title': @Y_LABEL"
#define X_AXIS  "'x': {" X_FIELD "}"
#define Y_AXIS  "'y': {" Y_FIELD ", " FREE "}"

/* Lines. `linear` is `smooth`, for its smoothing begins at next to nothing. */

#define SIMPLE                                                                                     \
    HEAD ZOOM ", " SIZE ", 'mark': {'type': 'line', " TIP "}, "                                    \
              "'encoding': {" X_AXIS ", " Y_AXIS ", "                                              \
              "'color': @COLOR, 'strokeDash': @STROKE_DASH, 'tooltip': @TOOLTIP}}"

#define HOVER "'param': 'hover', 'empty': false"

#define SMOOTH                                                                                     \
    HEAD SIZE ", "                                                                                 \
              "'params': [{'name': 'smooth', 'value': 0.001, "                                     \
              "'bind': {'input': 'range', 'min': 0.001, 'max': 1, 'step': 0.001}}], "              \
              "'encoding': {" X_AXIS ", 'color': @COLOR, 'strokeDash': @STROKE_DASH}, "            \
              "'layer': ["                                                                         \
              "{'layer': [{" ZOOM ", 'mark': 'line'}, "                                            \
              "{'transform': [{'filter': {" HOVER "}}], 'mark': 'point'}], "                       \
              "'encoding': {" Y_AXIS ", " BY_REV "}, "                                             \
              "'transform': [{'loess': @Y, 'on': @X, 'groupby': @GROUP_BY, "                       \
              "'bandwidth': {'signal': 'smooth'}}]}, "                                             \
              "{'mark': {'type': 'line', 'opacity': 0.2}, "                                        \
              "'encoding': {" X_AXIS ", " Y_AXIS ", " BY_REV "}}, "                                \
              "{'mark': {'type': 'circle', 'size': 10}, "                                          \
              "'encoding': {'x': {'aggregate': 'max', " X_FIELD "}, "                              \
              "'y': {'aggregate': {'argmax': @X}, " Y_FIELD ", " FREE "}, " BY_REV "}}, "          \
              "{'transform': [{'calculate': @PIVOT_FIELD, 'as': 'pivot_field'}, "                  \
              "{'pivot': 'pivot_field', 'op': 'mean', 'value': @Y, 'groupby': [@X]}], "            \
              "'mark': {'type': 'rule', " TIP ", 'stroke': 'grey'}, "                              \
              "'encoding': {'opacity': {'condition': {'value': 0.3, " HOVER "}, 'value': 0}}, "    \
              "'params': [{'name': 'hover', 'select': {'type': 'point', 'fields': [@X], "          \
              "'nearest': true, 'on': 'mouseover', 'clear': 'mouseout'}}]}]}"

/* Points */

#define SCATTER                                                                                    \
    HEAD SIZE ", 'mark': {'type': 'point', " TIP "}, " ZOOM ", "                                   \
              "'encoding': {" X_AXIS ", 'y': {" Y_FIELD "}, "                                      \
              "'color': @COLOR, 'shape': @SHAPE, 'tooltip': @TOOLTIP}}"

#define SCATTER_JITTER                                                                             \
    HEAD SIZE ", "                                                                                 \
              "'transform': [{'calculate': 'random()', 'as': 'randomX'}, "                         \
              "{'calculate': 'random()', 'as': 'randomY'}], "                                      \
              "'mark': {'type': 'point', " TIP "}, "                                               \
              "'encoding': {'x': {'field': @X, 'title': @X_LABEL}, 'y': {'field': @Y, 'title': "   \
              "@Y_LABEL}, "                                                                        \
              "'color': @COLOR, 'shape': @SHAPE, 'tooltip': @TOOLTIP, "                            \
              "'xOffset': {'field': 'randomX', 'type': 'quantitative'}, "                          \
              "'yOffset': {'field': 'randomY', 'type': 'quantitative'}}}"

/* Bars */

#define BARS(sort)                                                                                 \
    HEAD SIZE ", 'mark': {'type': 'bar'}, " ZOOM ", "                                              \
              "'encoding': {'x': {" X_FIELD ", " FREE "}, "                                        \
              "'y': {'field': @Y, 'type': 'nominal', 'title': @Y_LABEL" sort "}, "                 \
              "'yOffset': {'field': 'rev', 'sort': []}, 'color': @COLOR, 'column': @COLUMN}}"

/* Confusion matrices: how often each pair of values occurs, pairs that never do included. */

#define FACET   "'facet': {'column': {'field': 'rev', 'sort': []}, 'row': @ROW}, "
#define COUNTED "{'aggregate': [{'op': 'count', 'as': 'xy_count'}], 'groupby': [@Y, @X]}, "
#define FILLED(groups, key)                                                                        \
    "{'impute': 'xy_count', 'groupby': " groups ", 'key': " key ", 'value': 0}, "
#define CATEGORIES                                                                                 \
    "'encoding': {"                                                                                \
    "'x': {'field': @X, 'type': 'nominal', 'sort': 'ascending', 'title': @X_LABEL}, "              \
    "'y': {'field': @Y, 'type': 'nominal', 'sort': 'ascending', 'title': @Y_LABEL}}, "
#define CELLS(field, scale)                                                                        \
    "{'mark': 'rect', " SIZE ", 'encoding': {'color': {'field': '" field "', "                     \
    "'type': 'quantitative', 'title': '', 'scale': {" scale "}}}}, "
#define POINTED_AT(field, format)                                                                  \
    "{'selection': {'label': {'type': 'single', 'on': 'mouseover', 'encodings': ['x', 'y'], "      \
    "'empty': 'none', 'clear': 'mouseout'}}, 'mark': 'rect', "                                     \
    "'encoding': {'tooltip': [{'field': @X, 'type': 'nominal'}, "                                  \
    "{'field': @Y, 'type': 'nominal'}, {'field': '" field "', 'type': 'quantitative'" format       \
    "}], "                                                                                         \
    "'opacity': {'condition': {'selection': 'label', 'value': 1}, 'value': 0}}}, "                 \
    "{'transform': [{'filter': {'selection': 'label'}}], "                                         \
    "'layer': [{'mark': {'type': 'rect', 'color': 'lightpink'}}]}, "
#define NUMBERS(text, field)                                                                       \
    "{'mark': 'text', 'encoding': {" text "'color': {'condition': {"                               \
    "'test': 'datum." field " > 0.5', 'value': 'white'}, 'value': 'black'}}}"

#define CONFUSION                                                                                  \
    HEAD FACET                                                                                     \
        "'params': [{'name': 'showValues', 'bind': {'input': 'checkbox'}}], "                      \
        "'spec': {'transform': [" COUNTED FILLED("@GROUP_BY_Y", "@X") FILLED(                      \
            "@GROUP_BY_X",                                                                         \
            "@Y") "{'joinaggregate': [{'op': 'max', 'field': 'xy_count', 'as': 'max_count'}], "    \
                  "'groupby': []}, "                                                               \
                  "{'calculate': 'datum.xy_count / datum.max_count', 'as': "                       \
                  "'percent_of_max'}], " CATEGORIES                                                \
                  "'layer': [" CELLS("xy_count", "'domainMin': 0, 'nice': true")                   \
                      POINTED_AT("xy_count", "") NUMBERS(                                          \
                          "'text': {'condition': {'param': 'showValues', 'field': 'xy_count', "    \
                          "'type': 'quantitative'}}, ",                                            \
                          "percent_of_max") "]}}"

#define CONFUSION_NORMALIZED                                                                       \
    HEAD FACET "'spec': {'transform': [" COUNTED FILLED("['rev', @Y]", "@X") FILLED(               \
        "@GROUP_BY_X",                                                                             \
        "@Y") "{'joinaggregate': [{'op': 'sum', 'field': 'xy_count', 'as': 'sum_y'}], 'groupby': " \
              "[@Y]}, "                                                                            \
              "{'calculate': 'datum.xy_count / datum.sum_y', 'as': 'percent_of_y'}], " CATEGORIES  \
              "'layer': [" CELLS("percent_of_y", "'domain': [0, 1]")                               \
                  POINTED_AT("percent_of_y", ", 'format': '.2f'")                                  \
                      NUMBERS("", "percent_of_y") "]}}"

const struct plot_builtin plot_builtins[] = {
    {"simple", SIMPLE, PLOT_LINE},
    {"linear", SMOOTH, PLOT_LINE},
    {"confusion", CONFUSION, PLOT_MATRIX},
    {"confusion_normalized", CONFUSION_NORMALIZED, PLOT_MATRIX_NORMALIZED},
    {"scatter", SCATTER, PLOT_SCATTER},
    {"scatter_jitter", SCATTER_JITTER, PLOT_SCATTER},
    {"smooth", SMOOTH, PLOT_LINE},
    {"bar_horizontal_sorted", BARS(", 'sort': '-x'"), PLOT_BARS_SORTED},
    {"bar_horizontal", BARS(""), PLOT_BARS},
    {NULL, NULL, PLOT_LINE},
};

static void write_out(struct str *out, const char *text) {
    for (const char *at = text; *at; at++) {
        if (*at == '\'') {
            str_addc(out, '"');
        } else if (*at == '@') {
            size_t len = strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

            str_addf(out, "\"<DVC_METRIC_%.*s>\"", (int)len, at + 1);
            at += len;
        } else {
            str_addc(out, *at);
        }
    }
}

int plot_shorthand_read(const struct node **out, struct arena *arena, const char *text) {
    struct str json CLEANUP(str_release) = STR_INIT;
    struct node *root;
    int rc;

    write_out(&json, text);
    rc = json_read(&root, arena, json.buf, json.len, "built-in template");
    *out = root;
    return rc;
}
