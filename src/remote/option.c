#include "remote/option.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "net/multi.h"
#include "net/url.h"
#include "os/term.h"
#include "remote/registry.h"

const char *remote_option(const struct remote_config *cfg, const char *key) {
    const char *value = cfg->option ? cfg->option(cfg->ctx, key) : NULL;

    return value && *value ? value : NULL;
}

static bool is_one_of(const char *value, const char *const *words) {
    for (; *words; words++) {
        if (strcasecmp(value, *words) == 0) {
            return true;
        }
    }
    return false;
}

bool remote_flag(const struct remote_config *cfg, const char *key, bool fallback) {
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    const char *value = remote_option(cfg, key);

    return value ? is_one_of(value, yes) : fallback;
}

double remote_seconds(const struct remote_config *cfg, const char *key, double fallback) {
    const char *value = remote_option(cfg, key);
    double seconds;

    return value && num_float(&seconds, value) && seconds > 0 ? seconds : fallback;
}

int remote_password(const char **out, struct arena *arena, const struct remote_config *cfg) {
    struct str typed CLEANUP(str_release) = STR_INIT;

    *out = remote_option(cfg, "password");
    if (*out || !remote_flag(cfg, "ask_password", false)) {
        return 0;
    }
    int rc =
        term_ask_secret(&typed, arena_printf(arena, "Password for the remote '%s': ", cfg->name));
    *out = rc ? NULL : arena_strdup(arena, typed.buf);
    return rc;
}

int remote_net(struct multi_config *net, const struct remote_config *cfg) {
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "0", NULL};
    const char *verify = remote_option(cfg, "ssl_verify"), *jobs = remote_option(cfg, "jobs");
    int64_t count = 0;

    *net = (struct multi_config){0};
    if (jobs && (!num_int(&count, jobs) || count < 1)) {
        return err_set(ERR_CONFIG, "remote '%s': jobs has to be a number above 0", cfg->name);
    }
    net->jobs = count > 1024 ? 1024 : (int)count;
    net->insecure = verify && is_one_of(verify, no);
    net->ca_file = verify && !net->insecure && !is_one_of(verify, yes) ? verify : NULL;
    net->connect_timeout = remote_seconds(cfg, "connect_timeout", 0);
    net->progress = cfg->progress;
    net->read_timeout = remote_seconds(cfg, "read_timeout", 0);
    return 0;
}

int remote_url(struct url *out, struct arena *arena, const struct remote_config *cfg,
               const char *host) {
    int rc = url_parse(out, arena, cfg->url);

    if (!rc && *out->host == '\0') {
        rc = err_set(ERR_CONFIG, "the url names no %s", host);
    }
    if (rc) {
        return err_wrap(rc, "remote '%s'", cfg->name);
    }
    size_t len = strlen(out->path);
    while (len > 0 && out->path[len - 1] == '/') {
        len--;
    }
    out->path = arena_strndup(arena, out->path, len);
    return 0;
}

int remote_bucket(const char **bucket, const char **prefix, struct arena *arena,
                  const struct remote_config *cfg, const char *what) {
    struct url url;
    int rc = remote_url(&url, arena, cfg, what);

    if (!rc) {
        *bucket = url.host;
        *prefix = url.path + strspn(url.path, "/");
    }
    return rc;
}

int remote_base(const char **base, struct url *url, struct arena *arena,
                const struct remote_config *cfg, const char *scheme) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = remote_url(url, arena, cfg, "host");

    if (rc) {
        return rc;
    }
    str_addf(&text, "%s://%s", scheme ? scheme : url->scheme, url->host);
    if (url->port) {
        str_addf(&text, ":%d", url->port);
    }
    /* As a browser has it: blanks and the like may stand in the url itself. */
    url_escape(&text, url->path, "/%!$&'()*+,;=:@");
    *base = arena_strdup(arena, text.buf);
    return 0;
}
