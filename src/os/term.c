#include "os/term.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "os/file.h"

bool term_is_tty(int fd) {
    return isatty(fd) == 1;
}

int term_width(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool term_is_ours(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (tcgetpgrp(fd) == getpgrp()) {
            return true;
        }
    }
    return false;
}

bool term_has_color(int fd) {
    const char *term = env_get("TERM");
    return term_is_tty(fd) && !env_get("NO_COLOR") && term && !str_eq(term, "dumb");
}

#define SECRET_MAX 4096

static void read_line(struct str *out, int tty) {
    char c;

    while (out->len < SECRET_MAX && read(tty, &c, 1) == 1 && c != '\n') {
        str_addc(out, c);
    }
}

int term_ask_secret(struct str *out, const char *prompt) {
    int tty CLEANUP(fd_closep) = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (tty < 0) {
        return err_set(ERR_FAILED, "a password is to be asked for, but there is no terminal");
    }
    term_set_echo(tty, false);
    int rc = file_write_all(tty, prompt, strlen(prompt));
    if (!rc) {
        read_line(out, tty);
        rc = file_write_all(tty, "\n", 1);
    }
    term_set_echo(tty, true);
    return rc;
}

const char *env_get(const char *name) {
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

bool env_flag(const char *name) {
    const char *value = env_get(name);
    return value && !str_eq(value, "0") && strcasecmp(value, "false") != 0 &&
           strcasecmp(value, "no") != 0;
}

void term_set_echo(int fd, bool on) {
    struct termios t;
    if (tcgetattr(fd, &t) == 0) {
        t.c_lflag = on ? t.c_lflag | ECHO : t.c_lflag & ~(tcflag_t)ECHO;
        (void)tcsetattr(fd, TCSAFLUSH, &t);
    }
}
