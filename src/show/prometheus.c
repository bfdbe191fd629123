#include "show/prometheus.h"

#include <math.h>

#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "show/out.h"

void prometheus_gauge(struct show *s, const char *name, const char *help) {
    show_line(s, "# HELP %s %s", name, help);
    show_line(s, "# TYPE %s gauge", name);
}

static void add_label(struct str *out, const struct prometheus_label *label) {
    str_addf(out, "%s=\"", label->name);
    for (const char *p = label->value; *p; p++) {
        if (*p == '\n') {
            str_adds(out, "\\n");
            continue;
        }
        if (*p == '"' || *p == '\\') {
            str_addc(out, '\\');
        }
        str_addc(out, *p);
    }
    str_addc(out, '"');
}

static const char *number_text(char buf[NUM_FLOAT_MAX], const struct node *value) {
    double number = node_number(value);

    if (isinf(number)) {
        return number > 0 ? "+Inf" : "-Inf";
    }
    return isnan(number) ? "NaN" : num_float_repr(buf, number);
}

void prometheus_sample(struct show *s, const char *name, const struct prometheus_label *labels,
                       size_t n, const struct node *value) {
    struct str line CLEANUP(str_release) = STR_INIT;
    char number[NUM_FLOAT_MAX];

    if (value->kind != NODE_BOOL && !node_is_number(value)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        str_addc(&line, i ? ',' : '{');
        add_label(&line, &labels[i]);
    }
    str_adds(&line, n ? "} " : " ");
    if (value->kind == NODE_BOOL) {
        str_adds(&line, value->boolean ? "1" : "0");
    } else if (value->kind == NODE_INT && !value->big) {
        str_addf(&line, "%lld", (long long)value->integer);
    } else {
        str_adds(&line, number_text(number, value));
    }
    show_line(s, "%s%s", name, line.buf);
}
