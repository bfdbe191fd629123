#include "data/collected.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "os/file.h"
#include "store/statcache.h"

#define FILE_NAME "collected"
#define FILE_MAX  ((size_t)256 << 20)

/* The file: a line per listing, "md5 0123….dir". */
static bool read_line(struct digest *d, char *line) {
    char *space = strchr(line, ' ');
    enum hash_algo algo;

    if (!space) {
        return false;
    }
    *space = '\0';
    return hash_algo_from_name(&algo, line) && digest_from_text(d, algo, space + 1) && d->is_dir;
}

void collected_parse(struct digest_set *out, char *text) {
    for (char *end; (end = strchr(text, '\n')); text = end + 1) {
        struct digest digest;
        *end = '\0';
        if (read_line(&digest, text)) {
            vec_push(out, digest);
        }
    }
    digest_set_sort(out);
}

void collected_load(struct digest_set *out, const struct data *d) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int fd CLEANUP(fd_closep) = -1;

    if (!statcache_folder(&fd, d->state) || file_read(&text, fd, FILE_NAME, FILE_MAX)) {
        err_clear();
        return;
    }
    if (text.len > 0) {
        collected_parse(out, text.buf);
    }
}

void collected_save(const struct data *d, const struct digest_set *s) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct str text CLEANUP(str_release) = STR_INIT;
    int fd CLEANUP(fd_closep) = -1;
    char hex[DIGEST_TEXT_MAX];

    for (size_t i = 0; i < s->len; i++) {
        str_addf(&text, "%s %s\n", hash_algo_name((enum hash_algo)s->at[i].algo),
                 digest_text(hex, &s->at[i]));
    }
    if (statcache_folder(&fd, d->state) && file_write_replace(fd, FILE_NAME, text.buf, text.len)) {
        log_debug("what was collected is not noted: %s", err_text());
        err_clear();
    }
}
