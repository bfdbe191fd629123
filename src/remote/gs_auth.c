#include "remote/gs_auth.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/term.h"
#include "doc/node.h"
#include "doc/read.h"
#include "net/multi.h"
#include "net/oauth.h"
#include "net/url.h"
#include "remote/option.h"
#include "remote/registry.h"

#define GOOGLE    "https://storage.googleapis.com"
#define SCOPE     "https://www.googleapis.com/auth/devstorage.full_control"
#define TOKEN_URL "https://oauth2.googleapis.com/token"
#define METADATA  "metadata.google.internal"
#define FILE_MAX  (1u << 20)

const char *gs_endpoint(struct arena *arena, const struct remote_config *cfg) {
    const char *url = remote_option(cfg, "endpointurl"),
               *emulator = env_get("STORAGE_EMULATOR_HOST");

    url = url ? url : emulator ? emulator : GOOGLE;
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    return arena_printf(arena, "%s%.*s", strstr(url, "://") ? "" : "http://", (int)len, url);
}

static int lacking(const char *file, const char *key) {
    return err_set(ERR_CONFIG, "'%s': there is no %s in it", file, key);
}

static int service_account(struct oauth **out, const struct node *n, const char *file,
                           const struct multi_config *net) {
    struct oauth_service s = {.email = node_text(node_get(n, "client_email")),
                              .key_pem = node_text(node_get(n, "private_key")),
                              .key_id = node_text(node_get(n, "private_key_id")),
                              .token_url = node_text(node_get(n, "token_uri")),
                              .scope = SCOPE};

    s.token_url = s.token_url ? s.token_url : TOKEN_URL;
    return !s.email     ? lacking(file, "client_email")
           : !s.key_pem ? lacking(file, "private_key")
                        : oauth_service(out, &s, net);
}

static int add_field(struct str *form, const struct node *n, const char *file, const char *key) {
    const char *value = node_text(node_get(n, key));

    if (!value) {
        return lacking(file, key);
    }
    str_addf(form, "&%s=", key);
    url_escape(form, value, "");
    return 0;
}

static int authorized_user(struct oauth **out, const struct node *n, const char *file,
                           const struct multi_config *net) {
    struct str form CLEANUP(str_release) = STR_INIT;
    const char *url = node_text(node_get(n, "token_uri"));

    str_adds(&form, "grant_type=refresh_token");
    int rc = add_field(&form, n, file, "client_id");
    rc = rc ? rc : add_field(&form, n, file, "client_secret");
    rc = rc ? rc : add_field(&form, n, file, "refresh_token");
    return rc ? rc : oauth_form(out, url ? url : TOKEN_URL, form.buf, net);
}

static int from_file(struct oauth **out, struct arena *arena, const char *file,
                     const struct multi_config *net) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *n;

    int rc = file_read(&text, AT_FDCWD, file, FILE_MAX);
    rc = rc ? rc : json_read(&n, arena, text.buf, text.len, file);
    if (rc) {
        return err_wrap(rc, "credentials of Google");
    }
    const char *type = node_text(node_get(n, "type"));
    if (str_eq(type, "service_account")) {
        return service_account(out, n, file, net);
    }
    if (str_eq(type, "authorized_user")) {
        return authorized_user(out, n, file, net);
    }
    return err_set(ERR_UNSUPPORTED, "'%s': credentials of the type '%s' are not supported", file,
                   type ? type : "");
}

/* What gcloud leaves; NULL if it is not there. */
static const char *default_file(struct arena *arena) {
    const char *config = env_get("CLOUDSDK_CONFIG"), *home = env_get("HOME");
    const char *name = "application_default_credentials.json";
    const char *file = config ? path_join(arena, config, name)
                       : home ? path_join(arena, path_join(arena, home, ".config/gcloud"), name)
                              : NULL;

    return file && file_exists(AT_FDCWD, file) ? file : NULL;
}

int gs_auth_open(struct oauth **out, struct arena *arena, const struct remote_config *cfg,
                 const struct multi_config *net) {
    const char *file = remote_option(cfg, "credentialpath");
    bool emulator = env_get("STORAGE_EMULATOR_HOST") || remote_option(cfg, "endpointurl");

    *out = NULL;
    if (remote_flag(cfg, "allow_anonymous_login", false)) {
        return 0;
    }
    file = file ? file : env_get("GOOGLE_APPLICATION_CREDENTIALS");
    file = file ? file : default_file(arena);
    if (file) {
        return from_file(out, arena, file, net);
    }
    if (emulator) {
        return 0;
    }
    const char *host = env_get("GCE_METADATA_HOST");
    return oauth_machine(
        out,
        arena_printf(arena, "http://%s/computeMetadata/v1/instance/service-accounts/default/token",
                     host ? host : METADATA),
        "Metadata-Flavor", "Google", net);
}
