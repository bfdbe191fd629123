#include "remote/registry.h"

#include <string.h>

#include "base/err.h"
#include "net/url.h"
#include "remote/azure.h"
#include "remote/files.h"
#include "remote/gs.h"
#include "remote/http.h"
#include "remote/local.h"
#include "remote/objects.h"
#include "remote/s3.h"
#include "remote/ssh.h"
#include "remote/webdav.h"
#include "remote/webhdfs.h"
#include "store/odb.h"

/* Every scheme that DVC knows: opened as a store, or as files by key. */
static const struct {
    const char *scheme;
    int (*open)(struct odb **out, const struct remote_config *cfg);
    int (*files)(struct files **out, const struct remote_config *cfg);
    const char *instead; /* of a kind that is not to come */
} kinds[] = {
    {"local", remote_local_open, NULL, NULL},
    {"s3", NULL, remote_s3_open, NULL},
    {"gs", NULL, remote_gs_open, NULL},
    {"azure", NULL, remote_azure_open, NULL},
    {"ssh", NULL, remote_ssh_open, NULL},
    {"http", NULL, remote_http_open, NULL},
    {"https", NULL, remote_http_open, NULL},
    {"webdav", NULL, remote_webdav_open, NULL},
    {"webdavs", NULL, remote_webdav_open, NULL},
    {"hdfs", NULL, NULL, "use webhdfs://, which every namenode speaks"},
    {"webhdfs", NULL, remote_webhdfs_open, NULL},
    {"oss", NULL, remote_oss_open, NULL},
    {"gdrive", NULL, NULL, "mount the drive (rclone mount) and use its folder as the url"},
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

const char *remote_shown(struct arena *arena, const char *url) {
    const char *scheme = remote_scheme(url);

    return scheme && strcmp(scheme, "local") != 0 ? url_shown(arena, url) : url;
}

static int kind_index(size_t *out, const struct remote_config *cfg) {
    const char *scheme = remote_scheme(cfg->url);

    for (size_t i = 0; scheme && i < COUNT_OF(kinds); i++) {
        if (strcmp(kinds[i].scheme, scheme) == 0) {
            *out = i;
            return 0;
        }
    }
    size_t len = (size_t)(strstr(cfg->url, "://") - cfg->url);
    return err_set(ERR_CONFIG, "remote '%s': unknown kind of url '%.*s://'", cfg->name, (int)len,
                   cfg->url);
}

int remote_files_open(struct files **out, const struct remote_config *cfg) {
    size_t kind;
    int rc = kind_index(&kind, cfg);

    if (rc || kinds[kind].files) {
        return rc ? rc : kinds[kind].files(out, cfg);
    }
    if (kinds[kind].open) {
        return err_set(ERR_UNSUPPORTED, "remote '%s' is a folder", cfg->name);
    }
    rc = err_set(ERR_UNSUPPORTED, "remote '%s': %s:// is not supported", cfg->name,
                 kinds[kind].scheme);
    err_hint("%s", kinds[kind].instead);
    return rc;
}

int remote_open(struct odb **out, const struct remote_config *cfg) {
    struct files *files;
    size_t kind;
    int rc = kind_index(&kind, cfg);

    if (rc || kinds[kind].open) {
        return rc ? rc : kinds[kind].open(out, cfg);
    }
    rc = remote_files_open(&files, cfg);
    if (!rc) {
        *out = objects_open(files, cfg->algo);
    }
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
