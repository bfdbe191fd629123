#include "net/curl_lib.h"

#include <stddef.h>

#include "base/err.h"
#include "os/library.h"

#define LIBRARY "libcurl.so.4"

static const struct library_symbol symbols[] = {
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
    int rc = library_load(&lib, LIBRARY, symbols, COUNT_OF(symbols), "remotes over a network need",
                          "libcurl4");
    if (rc) {
        return rc;
    }
    CURLcode code = lib.global_init(CURL_GLOBAL_DEFAULT);
    if (code) {
        return err_set(ERR_FAILED, LIBRARY ": %s", lib.easy_strerror(code));
    }
    loaded = true;
    return 0;
}
