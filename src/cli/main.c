/*
 * From the command line to the exit status: the one place where error codes become numbers.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "os/askpass.h"
#include "show/diag.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/command_line.h"
#include "cli/help.h"
#include "cli/session.h"

/*
 * DVC's numbers. Its commands either catch all errors of their work and end with 1 (cmd->fail says
 * so), or let them through to main, which has a number for each kind. While the repository is being
 * opened (cmd NULL) none is caught.
 */
static int exit_status(int rc, const struct cmd *cmd) {
    if (rc == ERR_PIPE) {
        return 141;
    }
    if (rc == ERR_INTERRUPTED) {
        return 252;
    }
    if (rc == ERR_USAGE) {
        return 254;
    }
    if (cmd && cmd->fail == 1 && rc != ERR_REFUSED) {
        return 1;
    }
    return rc == ERR_CONFIG ? 251 : rc == ERR_NO_REPO ? 253 : 255;
}

static int run(const struct command_line *line, struct show *out, int *status) {
    struct session s;
    int rc = session_open(&s, line, out);
    if (rc) {
        *status = exit_status(rc, NULL);
    } else {
        rc = session_run(&s, line->args);
        *status = s.exit_status || !rc ? s.exit_status : exit_status(rc, s.cmd);
    }
    session_close(&s);
    return rc;
}

/* DVC leaves this one mistake to its library, which has a number of its own. */
static int usage_status(int rc, const struct common_args *given) {
    return given->quiet && given->verbose ? 2 : exit_status(rc, NULL);
}

static void report_error(int rc, struct show *out) {
    if (rc && rc != ERR_PIPE) {
        err_ensure(rc);
        diag_error(out);
    }
}

int main(int argc, char **argv) {
    struct show *out = show_new();
    struct command_line line;
    const char *answer = askpass_answer(argc, argv);
    if (answer) { /* ssh asks us for the password that we have told it of */
        show_line(out, "%s", answer);
        int failed = show_flush(out);
        show_free(out);
        return failed || !answer[0];
    }
    int status = 0, rc = command_line_parse(&line, argc, (const char *const *)argv);
    diag_init(out, command_line_verbosity(&line));
    if (rc) {
        status = usage_status(rc, &line.common);
    } else if (line.common.version) {
        show_line(out, "%s", help_version(line.prog));
    } else if (line.common.help) {
        help_show(out, line.prog, line.family, line.cmd);
    } else {
        rc = run(&line, out, &status);
    }
    report_error(rc, out);
    if (rc == ERR_USAGE) {
        help_show(out, line.prog, line.family, line.cmd);
    }
    if ((rc = show_flush(out))) {
        status = exit_status(rc, NULL);
        report_error(rc, out);
    }
    command_line_release(&line);
    show_free(out);
    return status;
}
