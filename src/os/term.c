#include "os/term.h"

#include <stddef.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"

bool term_is_tty(int fd) {
    return isatty(fd) == 1;
}

int term_width(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool term_has_color(int fd) {
    const char *term = env_get("TERM");
    return term_is_tty(fd) && !env_get("NO_COLOR") && term && !str_eq(term, "dumb");
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
