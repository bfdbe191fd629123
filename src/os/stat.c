#include "os/stat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"

static int64_t to_ns(struct timespec t) {
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t stat_mtime_ns(const struct stat *st) {
    return to_ns(st->st_mtim);
}

void file_id_from_stat(struct file_id *id, const struct stat *st) {
    *id = (struct file_id){
        .size = (uint64_t)st->st_size,
        .mtime_ns = to_ns(st->st_mtim),
        .ctime_ns = to_ns(st->st_ctim),
        .inode = st->st_ino,
        .device = st->st_dev,
        .nlink = (uint32_t)st->st_nlink,
        .mode = st->st_mode,
    };
}

bool file_id_same(const struct file_id *a, const struct file_id *b) {
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode &&
           (a->ctime_ns == b->ctime_ns || a->nlink > 1 || b->nlink > 1);
}

static int get_id(struct file_id *id, int dirfd, const char *path, int flags) {
    struct stat st;
    if (fstatat(dirfd, path, &st, flags)) {
        return err_errno("cannot look at '%s'", path);
    }
    file_id_from_stat(id, &st);
    return 0;
}

int file_id_get(struct file_id *id, int dirfd, const char *path) {
    return get_id(id, dirfd, path, AT_SYMLINK_NOFOLLOW);
}

int file_id_follow(struct file_id *id, int dirfd, const char *path) {
    return get_id(id, dirfd, path, 0);
}

bool file_id_peek(struct file_id *id, int dirfd, const char *path) {
    struct stat st;
    if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW)) {
        return false;
    }
    file_id_from_stat(id, &st);
    return true;
}
