#include "show/pager.h"

#include <stddef.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "os/proc.h"
#include "os/term.h"

#define SHELL_FOUND_NOTHING  127
#define SHELL_CANNOT_EXECUTE 126

static const char *pager_command(void) {
    const char *line = env_get("DVC_PAGER");

    line = line ? line : env_get("PAGER");
    if (line && !str_eq(line, "less")) {
        return line;
    }
    return env_get("LESS") ? "less -RS" : "less -FRSX";
}

bool pager_show(const struct str *text) {
    const char *command = pager_command();
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct proc_spec spec = {.argv = argv, .feed = text};
    int status = 0;

    log_debug("pager: %s", command);
    if (proc_run(&spec, &status)) {
        log_warn("%s", err_text());
        err_clear();
        return false;
    }
    if (status == SHELL_FOUND_NOTHING || status == SHELL_CANNOT_EXECUTE) {
        log_warn("the pager '%s' cannot be run: set DVC_PAGER to one that can, or to 'cat'",
                 command);
        return false;
    }
    return true;
}
