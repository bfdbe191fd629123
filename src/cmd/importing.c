#include "cmd/importing.h"

#include "show/out.h"
#include "cli/session.h"

void importing_show(void *ctx, const char *from, const char *to) {
    struct session *s = ctx;

    if (s->verbosity >= 0) {
        show_line(s->out, "Importing '%s' -> '%s'", from, to);
    }
}
