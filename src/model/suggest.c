#include "model/suggest.h"

#include <string.h>

#include "base/attr.h"

enum { SUGGEST_MAX = 64 }; /* longer names are not typed by hand */

/* Insertions, deletions, substitutions and swaps of neighbours that lead from a to b; `limit` + 1
 * if it takes more. */
static size_t edit_distance(const char *a, size_t na, const char *b, size_t nb, size_t limit) {
    size_t row[3][SUGGEST_MAX + 1];

    for (size_t j = 0; j <= nb; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *older = row[(i + 1) % 3];
        size_t least = now[0] = i;

        for (size_t j = 1; j <= nb; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                older[j - 2] + 1 < best) {
                best = older[j - 2] + 1;
            }
            now[j] = best;
            least = best < least ? best : least;
        }
        if (least > limit) {
            return limit + 1;
        }
    }
    return row[na % 3][nb];
}

const char *suggest_name(const char *typed, const struct strv *names) {
    size_t len = strlen(typed);
    const char *found = NULL;
    /* One slip in a short word, up to three in a long one. */
    size_t limit = len < 4 ? 1 : len < 9 ? 2 : 3;

    if (len == 0 || len > SUGGEST_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < names->len && limit > 0; i++) {
        size_t other = strlen(names->at[i]);
        size_t gap = other > len ? other - len : len - other;

        if (other == 0 || other > SUGGEST_MAX || gap > limit) {
            continue;
        }
        size_t d = edit_distance(typed, len, names->at[i], other, limit);

        if (d <= limit && d < (other < len ? len : other)) {
            found = names->at[i];
            limit = d == 0 ? 0 : d - 1;
        }
    }
    return found;
}
