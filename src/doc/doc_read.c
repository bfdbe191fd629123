#include <string.h>

#include "base/path.h"
#include "doc/read.h"

typedef int read_fn(struct node **out, struct arena *arena, const char *text, size_t len,
                    const char *name);

/* Adding a format: one line. YAML is what every other name means. */
static const struct {
    const char *suffix;
    read_fn *read;
} formats[] = {
    {".json", json_read},
    {".toml", toml_read},
    {".py", py_read},
};

int doc_read(struct node **out, struct arena *arena, const char *text, size_t len,
             const char *name) {
    const char *suffix = path_suffix(name);

    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (strcmp(suffix, formats[i].suffix) == 0) {
            return formats[i].read(out, arena, text, len, name);
        }
    }
    return yaml_read(out, arena, text, len, name);
}
