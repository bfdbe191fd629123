#include "measure/failure.h"

#include <errno.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"

const char *failure_type(int rc, const char *path, const char *text, size_t len) {
    static const char *const of_suffix[][2] = {
        {".json", "JSONFileCorruptedError"},
        {".toml", "TOMLFileCorruptedError"},
        {".py", "PythonFileCorruptedError"},
    };

    if (rc == ERR_NOT_FOUND) {
        return "FileNotFoundError";
    }
    if (rc != ERR_INVALID) {
        return err_system() == EACCES ? "PermissionError" : "OSError";
    }
    if (!utf8_valid(text, len)) {
        return "EncodingError";
    }
    for (size_t i = 0; i < COUNT_OF(of_suffix); i++) {
        if (str_eq(path_suffix(path), of_suffix[i][0])) {
            return of_suffix[i][1];
        }
    }
    return "YAMLFileCorruptedError";
}
