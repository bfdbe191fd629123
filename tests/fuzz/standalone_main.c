/*
 * Runs a fuzz target over files, and over the files in folders, so that the corpora are tests for every
 * compiler: TARGET FILE_OR_FOLDER…
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes lie in a block of exactly their size, so that a sanitizer sees who reads on. */
static int run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat st;
    if (!file || fstat(fileno(file), &st) != 0) {
        perror(path);
        return 1;
    }
    size_t size = (size_t)st.st_size;
    uint8_t *data = malloc(size ? size : 1);
    int failed = !data || fread(data, 1, size, file) != size;
    fclose(file);
    if (failed) {
        fprintf(stderr, "%s: cannot be read\n", path);
    } else {
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return failed;
}

static int run_folder(const char *path) {
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    int failed = count < 0;
    if (failed) {
        perror(path);
    }
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            failed |= run_file(file);
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return failed;
}

int main(int argc, char **argv) {
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        bool folder = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode);
        failed |= folder ? run_folder(argv[i]) : run_file(argv[i]);
    }
    return failed;
}
