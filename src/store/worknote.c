#include "store/worknote.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "hash/digest.h"
#include "hash/hasher.h"
#include "os/file.h"
#include "store/statcache.h"

#define FOLDER    "journal"
#define NOTES_MAX ((size_t)4 << 20)

bool worknote_open(struct worknote *j, struct str *lines, const struct statcache *state,
                   const char *subject) {
    struct digest d;
    char hex[DIGEST_TEXT_MAX];
    struct stat st;

    *j = (struct worknote)WORKNOTE_INIT;
    j->dir = statcache_subfolder(state, FOLDER);
    if (j->dir < 0) {
        return false;
    }
    hash_bytes(&d, HASH_MD5, subject, strlen(subject));
    memcpy(j->name, digest_text(hex, &d), 33);
    j->fd = openat(j->dir, j->name,
                   O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (j->fd < 0 || flock(j->fd, LOCK_EX | LOCK_NB) || fstat(j->fd, &st) || !S_ISREG(st.st_mode)) {
        worknote_close(j);
        return false;
    }
    if (file_read(lines, j->dir, j->name, NOTES_MAX)) {
        err_clear();
    }
    return true;
}

bool worknote_is_open(const struct worknote *j) {
    return j->fd >= 0;
}

void worknote_add(struct worknote *j, const char *line) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct str text CLEANUP(str_release) = STR_INIT;

    str_addf(&text, "%s\n", line);
    if (j->fd >= 0 && file_write_all(j->fd, text.buf, text.len)) {
        err_clear();
    }
}

void worknote_clear(struct worknote *j) {
    if (j->fd >= 0 && ftruncate(j->fd, 0)) {
        worknote_remove(j);
    }
}

void worknote_remove(struct worknote *j) {
    if (j->fd >= 0) {
        (void)unlinkat(j->dir, j->name, 0);
    }
    worknote_close(j);
}

void worknote_close(struct worknote *j) {
    fd_closep(&j->fd);
    fd_closep(&j->dir);
    j->fd = j->dir = -1;
}
