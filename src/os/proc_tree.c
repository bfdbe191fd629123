/*
 * A process with all that it started, whatever groups they are in, as /proc tells it.
 */
#include "os/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"

enum { STAT_MAX = 4096 };

struct family {
    pid_t pid, parent;
    bool ours;
};
struct families VEC_OF(struct family);

/* "7 (any name) S 1 …": the parent stands behind the last parenthesis and the state. */
static bool read_parent(pid_t *parent, const char *pid) {
    struct str path CLEANUP(str_release) = STR_INIT, text CLEANUP(str_release) = STR_INIT;
    int64_t number;

    str_addf(&path, "/proc/%s/stat", pid);
    if (file_read(&text, AT_FDCWD, path.buf, STAT_MAX)) {
        err_clear(); /* it has ended */
        return false;
    }
    char *behind = strrchr(text.buf, ')');
    if (!behind || strlen(behind) < strlen(") S 1")) {
        return false;
    }
    char *digits = behind + strlen(") S ");
    digits[strcspn(digits, " ")] = '\0';
    if (!num_int(&number, digits)) {
        return false;
    }
    *parent = (pid_t)number;
    return true;
}

static void read_all(struct families *all) {
    DIR *dir = opendir("/proc");
    const struct dirent *e;
    int64_t pid;

    while (dir && (e = readdir(dir))) {
        struct family f = {0};
        if (num_int(&pid, e->d_name) && pid > 1 && read_parent(&f.parent, e->d_name)) {
            f.pid = (pid_t)pid;
            vec_push(all, f);
        }
    }
    if (dir) {
        (void)closedir(dir);
    }
}

static void mark_children(struct families *all, pid_t parent) {
    for (size_t i = 0; i < all->len; i++) {
        struct family *f = &all->at[i];
        if (f->parent == parent && !f->ours) {
            f->ours = true;
            mark_children(all, f->pid);
        }
    }
}

void proc_signal_tree(pid_t leader, int number) {
    struct families all = {0};

    if (leader <= 1) {
        return;
    }
    (void)kill(leader, SIGSTOP); /* nothing is started any more */
    read_all(&all);
    mark_children(&all, leader);
    for (size_t i = 0; i < all.len; i++) {
        if (all.at[i].ours) {
            (void)kill(all.at[i].pid, number);
        }
    }
    (void)kill(leader, number);
    (void)kill(leader, SIGCONT);
    vec_release(&all);
}
