#include "net/curl_lib.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"

#define LIBRARY "libcurl.so.4"

static const struct {
    const char *name;
    size_t slot;
} symbols[] = {
    {"curl_global_init", offsetof(struct curl_lib, global_init)},
    {"curl_easy_strerror", offsetof(struct curl_lib, easy_strerror)},
    {"curl_easy_init", offsetof(struct curl_lib, easy_init)},
    {"curl_easy_cleanup", offsetof(struct curl_lib, easy_cleanup)},
    {"curl_easy_reset", offsetof(struct curl_lib, easy_reset)},
    {"curl_easy_setopt", offsetof(struct curl_lib, easy_setopt)},
    {"curl_easy_getinfo", offsetof(struct curl_lib, easy_getinfo)},
    {"curl_slist_append", offsetof(struct curl_lib, slist_append)},
    {"curl_slist_free_all", offsetof(struct curl_lib, slist_free_all)},
    {"curl_multi_init", offsetof(struct curl_lib, multi_init)},
    {"curl_multi_cleanup", offsetof(struct curl_lib, multi_cleanup)},
    {"curl_multi_setopt", offsetof(struct curl_lib, multi_setopt)},
    {"curl_multi_add_handle", offsetof(struct curl_lib, multi_add_handle)},
    {"curl_multi_remove_handle", offsetof(struct curl_lib, multi_remove_handle)},
    {"curl_multi_perform", offsetof(struct curl_lib, multi_perform)},
    {"curl_multi_poll", offsetof(struct curl_lib, multi_poll)},
    {"curl_multi_info_read", offsetof(struct curl_lib, multi_info_read)},
    {"curl_multi_strerror", offsetof(struct curl_lib, multi_strerror)},
};

int curl_lib_load(const struct curl_lib **out) {
    static struct curl_lib lib;
    static bool loaded;

    *out = &lib;
    if (loaded) {
        return 0;
    }
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        int rc = err_set(ERR_UNSUPPORTED, "remotes over a network need " LIBRARY ": %s", dlerror());
        err_hint("install it: apt install libcurl4");
        return rc;
    }
    for (size_t i = 0; i < COUNT_OF(symbols); i++) {
        void *at = dlsym(handle, symbols[i].name);
        if (!at) {
            return err_set(ERR_UNSUPPORTED, LIBRARY " is too old: it has no %s", symbols[i].name);
        }
        memcpy((char *)&lib + symbols[i].slot, &at, sizeof at);
    }
    CURLcode code = lib.global_init(CURL_GLOBAL_DEFAULT);
    if (code) {
        return err_set(ERR_FAILED, LIBRARY ": %s", lib.easy_strerror(code));
    }
    loaded = true;
    return 0;
}
