#include <strings.h>

#include "base/path.h"
#include "doc/read.h"

typedef int reader(struct node **out, struct arena *arena, const char *text, size_t len,
                   const char *name);

/* Every other name means YAML. */
static const struct {
    const char *suffix;
    reader *read;
} formats[] = {
    {".json", json_read},
    {".toml", toml_read},
    {".py", py_read},
};

int doc_read(struct node **out, struct arena *arena, const char *text, size_t len,
             const char *name) {
    const char *suffix = path_suffix(name);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (strcasecmp(suffix, formats[i].suffix) == 0) {
            return formats[i].read(out, arena, text, len, name);
        }
    }
    return yaml_read(out, arena, text, len, name);
}
