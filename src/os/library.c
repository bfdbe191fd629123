#include "os/library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/err.h"

int library_load(void *table, const char *library, const struct library_symbol *symbols, size_t n,
                 const char *need, const char *package) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    if (!handle) {
        int rc = err_set(ERR_UNSUPPORTED, "%s %s: %s", need, library, dlerror());
        err_hint("install it: apt install %s", package);
        return rc;
    }
    for (size_t i = 0; i < n; i++) {
        void *at = dlsym(handle, symbols[i].name);
        if (!at) {
            return err_set(ERR_UNSUPPORTED, "%s is too old: it has no %s", library,
                           symbols[i].name);
        }
        memcpy((char *)table + symbols[i].slot, &at, sizeof at);
    }
    return 0;
}
