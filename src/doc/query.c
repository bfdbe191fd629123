#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "doc/node.h"

/* The step `name` (a key, or an index of a list) down from n. */
static struct node *step(const struct node *n, const char *name) {
    int64_t i;

    if (n == NULL) {
        return NULL;
    }
    if (n->kind == NODE_MAP) {
        return node_get(n, name);
    }
    if (n->kind != NODE_LIST || !num_int(&i, name)) {
        return NULL;
    }
    if (i < 0) {
        i += (int64_t)n->list.len;
    }
    return i >= 0 && (size_t)i < n->list.len ? n->list.at[i] : NULL;
}

struct node *node_query(const struct node *root, const char *path) {
    char *copy = mem_strdup(path), *at = copy;
    struct node *n = (struct node *)(size_t)root;

    while (n != NULL && at != NULL) {
        char *end = at + strcspn(at, ".[");
        char stop = *end;

        *end = '\0';
        if (end > at || stop != '[') {
            n = step(n, at);
        }
        while (stop == '[' && n != NULL) {
            char *close = strchr(end + 1, ']');

            if (close == NULL) {
                n = NULL;
                break;
            }
            *close = '\0';
            n = step(n, end + 1);
            end = close + 1;
            stop = *end;
        }
        at = stop == '.' ? end + 1 : NULL;
        if (stop != '.' && stop != '\0') {
            n = NULL;
        }
    }
    mem_freep(&copy);
    return n;
}
