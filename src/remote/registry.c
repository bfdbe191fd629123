#include "remote/registry.h"

#include <string.h>

#include "base/err.h"
#include "remote/local.h"
#include "store/odb.h"

/* Every scheme that DVC knows; without `open`, one that is not built yet. */
static const struct {
    const char *scheme;
    int (*open)(struct odb **out, const struct remote_config *cfg);
} kinds[] = {
    {"local", remote_local_open},
    {"s3", NULL},
    {"gs", NULL},
    {"azure", NULL},
    {"ssh", NULL},
    {"http", NULL},
    {"https", NULL},
    {"webdav", NULL},
    {"webdavs", NULL},
    {"hdfs", NULL},
    {"webhdfs", NULL},
    {"oss", NULL},
    {"gdrive", NULL},
};

/* A url without a host is a path, as for DVC: "a://b" has one, "c:/x" and "x" have none. */
const char *remote_scheme(const char *url) {
    const char *end = strstr(url, "://");

    if (!end || end == url || memchr(url, '/', (size_t)(end - url)) ||
        strncmp(url, "file:", strlen("file:")) == 0) {
        return "local";
    }
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strlen(kinds[i].scheme) == (size_t)(end - url) &&
            memcmp(kinds[i].scheme, url, (size_t)(end - url)) == 0 && i > 0) {
            return kinds[i].scheme;
        }
    }
    return NULL;
}

int remote_open(struct odb **out, const struct remote_config *cfg) {
    const char *scheme = remote_scheme(cfg->url);

    if (!scheme) {
        size_t len = (size_t)(strstr(cfg->url, "://") - cfg->url);
        return err_set(ERR_CONFIG, "remote '%s': unknown kind of url '%.*s://'", cfg->name,
                       (int)len, cfg->url);
    }
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strcmp(kinds[i].scheme, scheme) == 0 && kinds[i].open) {
            return kinds[i].open(out, cfg);
        }
    }
    int rc = err_set(ERR_UNSUPPORTED, "remote '%s': remotes of the kind %s:// are not built yet",
                     cfg->name, scheme);
    err_hint("directory remotes work: a path, or a file:// url");
    return rc;
}

void remote_close(struct odb *o) {
    if (o) {
        o->ops->close(o);
    }
}

void remote_closep(struct odb **o) {
    remote_close(*o);
    *o = NULL;
}
