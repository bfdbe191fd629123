/*
 * The estimator for tests/bench/tpe.py: tpe_ask SEED COUNT PARAMETER... prints a point per line, its
 * values with blanks between, and reads what came of it from standard input.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "exp/prng.h"
#include "exp/space.h"
#include "exp/tpe.h"

int main(int argc, char **argv) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(space_release) struct space s = {0};
    size_t count = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;

    for (int i = 3; i < argc; i++) {
        if (space_add_text(&s, arena, argv[i])) {
            fprintf(stderr, "%s\n", err_text());
            return 1;
        }
    }
    double *seen = arena_alloc(arena, (count * s.dims.len + 1) * sizeof *seen);
    double *loss = arena_alloc(arena, (count + 1) * sizeof *loss);
    for (size_t i = 0; i < count; i++) {
        struct prng random = prng_stream(strtoul(argv[1], NULL, 10), i + 1);
        double *at = seen + i * s.dims.len;
        tpe_suggest(at, &s, seen, loss, i, &random);
        for (size_t d = 0; d < s.dims.len; d++) {
            printf("%s ", space_text(arena, &s.dims.at[d], at[d]));
        }
        printf("\n");
        fflush(stdout);
        if (scanf("%lf", &loss[i]) != 1) {
            return 1;
        }
    }
    return 0;
}
