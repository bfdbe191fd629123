/*
 * Reads a tracked file at any revision: read PATH [REPOSITORY [REVISION]]
 *
 *     cc read.c -o read $(pkg-config --cflags --libs cairn)
 *     ./read data/train.csv https://example.org/team/data.git v1.2
 */
#include <stdio.h>
#include <unistd.h>

#include <cairn.h>

static int failed(const char *what) {
    const char *hint = cairn_hint();

    fprintf(stderr, "%s: %s%s%s\n", what, cairn_error(), hint ? "\n" : "", hint ? hint : "");
    return 1;
}

static int copy(int from, int to) {
    char block[65536];
    ssize_t len;

    while ((len = read(from, block, sizeof block)) > 0) {
        for (ssize_t done = 0, n; done < len; done += n) {
            n = write(to, block + done, (size_t)(len - done));
            if (n < 0) {
                return -1;
            }
        }
    }
    return (int)len;
}

int main(int argc, char **argv) {
    struct cairn_options options = {.size_of = sizeof options, .rev = argc > 3 ? argv[3] : NULL};
    struct cairn_entry entry = {.size_of = sizeof entry};
    cairn *repository;
    int fd;

    if (argc < 2) {
        fprintf(stderr, "usage: read PATH [REPOSITORY [REVISION]]\n");
        return 2;
    }
    if (cairn_open(&repository, argc > 2 ? argv[2] : NULL, &options)) {
        return failed("cannot open the repository");
    }
    if (cairn_lookup(repository, argv[1], &entry) || cairn_open_file(repository, argv[1], &fd)) {
        cairn_close(repository);
        return failed(argv[1]);
    }
    fprintf(stderr, "%lld bytes, %s\n", (long long)entry.size, entry.digest);
    int status = copy(fd, STDOUT_FILENO) < 0;
    close(fd);
    cairn_close(repository);
    return status;
}
