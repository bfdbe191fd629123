/*
 * Numbers in the text format of Prometheus: one gauge, its samples told apart by labels.
 */
#ifndef SHOW_PROMETHEUS_H
#define SHOW_PROMETHEUS_H

#include <stddef.h>

struct node;
struct show;

struct prometheus_label {
    const char *name, *value;
};

void prometheus_gauge(struct show *s, const char *name, const char *help);
/* Flags count as 0 and 1; what is no number is left out. */
void prometheus_sample(struct show *s, const char *name, const struct prometheus_label *labels,
                       size_t n, const struct node *value);

#endif
