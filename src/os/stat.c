#include "os/stat.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"

#define NS_PER_S 1000000000LL

void file_id_from_stat(struct file_id *id, const struct stat *st) {
    *id = (struct file_id){
        .size = (uint64_t)st->st_size,
        .mtime_ns = (int64_t)st->st_mtim.tv_sec * NS_PER_S + st->st_mtim.tv_nsec,
        .ctime_ns = (int64_t)st->st_ctim.tv_sec * NS_PER_S + st->st_ctim.tv_nsec,
        .inode = (uint64_t)st->st_ino,
        .device = (uint64_t)st->st_dev,
        .nlink = (uint32_t)st->st_nlink,
        .mode = (uint32_t)st->st_mode,
    };
}

bool file_id_same(const struct file_id *a, const struct file_id *b) {
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode &&
           (a->ctime_ns == b->ctime_ns || a->nlink > 1 || b->nlink > 1);
}

static int get(struct file_id *id, int dirfd, const char *path, int flags) {
    struct stat st;

    if (fstatat(dirfd, path, &st, flags) != 0) {
        return err_errno("cannot look at '%s'", path);
    }
    file_id_from_stat(id, &st);
    return 0;
}

int file_id_get(struct file_id *id, int dirfd, const char *path) {
    return get(id, dirfd, path, AT_SYMLINK_NOFOLLOW);
}

int file_id_follow(struct file_id *id, int dirfd, const char *path) {
    return get(id, dirfd, path, 0);
}

bool file_id_peek(struct file_id *id, int dirfd, const char *path) {
    struct stat st;

    if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }
    file_id_from_stat(id, &st);
    return true;
}
