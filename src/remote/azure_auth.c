#include "remote/azure_auth.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "hash/hmac.h"
#include "net/http.h"
#include "net/multi.h"
#include "net/oauth.h"
#include "net/url.h"
#include "os/term.h"
#include "remote/option.h"
#include "remote/registry.h"

#define SUFFIX       "core.windows.net"
#define LOGIN        "https://login.microsoftonline.com"
#define SCOPE        "https%3A%2F%2Fstorage.azure.com%2F.default"
#define RESOURCE     "https%3A%2F%2Fstorage.azure.com%2F"
#define MACHINE      "http://169.254.169.254/metadata/identity/oauth2/token"
#define DEV_ACCOUNT  "devstoreaccount1"
#define DEV_ENDPOINT "http://127.0.0.1:10000/devstoreaccount1"
/* The key that Microsoft documents for the storage emulator: no secret. */
#define DEV_KEY                                                                                    \
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

/* ---- shared key */

static const char *header_of(const struct http_call *c, const char *name) {
    for (size_t i = 0; i < c->headers.len; i++) {
        if (strcasecmp(c->headers.at[i].name, name) == 0) {
            return c->headers.at[i].value;
        }
    }
    return "";
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The headers x-ms-…, sorted, as "name:value" lines. */
static void add_ms_headers(struct str *out, const struct http_call *c) {
    struct strv lines CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < c->headers.len; i++) {
        const struct http_header *h = &c->headers.at[i];
        if (strncasecmp(h->name, "x-ms-", 5) != 0) {
            continue;
        }
        char *line = arena_printf(c->arena, "%s:%s", h->name, h->value);
        for (char *p = line; *p && *p != ':'; p++) {
            *p = (char)tolower((unsigned char)*p);
        }
        vec_push(&lines, line);
    }
    qsort(lines.at, lines.len, lines.len ? sizeof *lines.at : 1, by_text);
    for (size_t i = 0; i < lines.len; i++) {
        str_addf(out, "%s\n", lines.at[i]);
    }
}

/* "/account/path" and the parameters, sorted, as "\nname:value". */
static void add_resource(struct str *out, const char *account, const struct http_call *c) {
    const char *path = strchr(strstr(c->url, "://") + 3, '/'), *query = strchr(c->url, '?');
    struct strv lines CLEANUP(strv_release) = {0};

    str_addf(out, "/%s%.*s", account,
             path ? (int)(query ? (size_t)(query - path) : strlen(path)) : 1, path ? path : "/");
    for (const char *at = query ? query + 1 : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&"), name = strcspn(at, "=&");
        char *line = arena_printf(c->arena, "%.*s:%.*s", (int)name, at,
                                  (int)(name < len ? len - name - 1 : 0), at + name + 1);
        (void)url_unescape(line);
        vec_push(&lines, line);
        at += len;
    }
    qsort(lines.at, lines.len, lines.len ? sizeof *lines.at : 1, by_text);
    for (size_t i = 0; i < lines.len; i++) {
        str_addf(out, "\n%s", lines.at[i]);
    }
}

void azure_string_to_sign(struct str *out, const char *account, const struct http_call *c) {
    static const char *const before[] = {"Content-Encoding", "Content-Language"};
    static const char *const after[] = {"Content-MD5",         "Content-Type", "Date",
                                        "If-Modified-Since",   "If-Match",     "If-None-Match",
                                        "If-Unmodified-Since", "Range"};

    str_addf(out, "%s\n", c->method);
    for (size_t i = 0; i < COUNT_OF(before); i++) {
        str_addf(out, "%s\n", header_of(c, before[i]));
    }
    if (c->has_body && c->body.len > 0) {
        str_addf(out, "%llu", (unsigned long long)c->body.len);
    }
    str_addc(out, '\n');
    for (size_t i = 0; i < COUNT_OF(after); i++) {
        str_addf(out, "%s\n", header_of(c, after[i]));
    }
    add_ms_headers(out, c);
    add_resource(out, account, c);
}

int azure_auth_sign(struct azure_auth *a, struct http_call *c, int64_t seconds) {
    struct str text CLEANUP(str_release) = STR_INIT;
    uint8_t mac[SHA256_LEN];
    char date[40];
    struct tm tm;
    time_t now = (time_t)seconds;
    const char *bearer;

    (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
    http_header_set(c, "x-ms-date", date);
    if (a->oauth) {
        int rc = oauth_bearer(&bearer, a->oauth);
        if (!rc) {
            http_header_secret(c, "Authorization", bearer);
        }
        return rc;
    }
    if (a->key.len > 0) {
        azure_string_to_sign(&text, a->account, c);
        hmac_sha256(mac, a->key.buf, a->key.len, text.buf, text.len);
        const char *signature = base64_encode(c->arena, BASE64_PLAIN, mac, sizeof mac);
        http_header_secret(c, "Authorization",
                           arena_printf(c->arena, "SharedKey %s:%s", a->account, signature));
    }
    return 0;
}

/* ---- where the credentials come from */

/* The value of "Name=" in a connection string; NULL if it is not there. */
static const char *part_of(struct arena *arena, const char *text, const char *name) {
    size_t len = strlen(name);

    for (const char *at = text; at && *at; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL) {
        if (strncasecmp(at, name, len) == 0 && at[len] == '=') {
            at += len + 1;
            return arena_strndup(arena, at, strcspn(at, ";"));
        }
    }
    return NULL;
}

static int take_key(struct azure_auth *a, const struct remote_config *cfg, const char *key) {
    if (key && !base64_decode(&a->key, key, strlen(key))) {
        return err_set(ERR_CONFIG, "remote '%s': the account's key is not base64", cfg->name);
    }
    return 0;
}

static const char *without_slash(struct arena *arena, const char *url) {
    size_t len = strlen(url);

    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    return arena_strndup(arena, url, len);
}

static int from_connection_string(struct azure_auth *a, struct arena *arena,
                                  const struct remote_config *cfg, const char *text) {
    const char *flag = part_of(arena, text, "UseDevelopmentStorage");
    const char *key = part_of(arena, text, "AccountKey");
    const char *suffix = part_of(arena, text, "EndpointSuffix");
    const char *protocol = part_of(arena, text, "DefaultEndpointsProtocol");
    const char *endpoint = part_of(arena, text, "BlobEndpoint");

    a->account = part_of(arena, text, "AccountName");
    a->sas = part_of(arena, text, "SharedAccessSignature");
    if (flag && strcasecmp(flag, "true") == 0) {
        a->account = DEV_ACCOUNT;
        key = DEV_KEY;
        endpoint = DEV_ENDPOINT;
    }
    if (endpoint) {
        a->endpoint = without_slash(arena, endpoint);
    } else if (a->account) {
        a->endpoint = arena_printf(arena, "%s://%s.blob.%s", protocol ? protocol : "https",
                                   a->account, suffix ? suffix : SUFFIX);
    }
    if (!a->endpoint || (!a->account && !a->sas)) {
        return err_set(ERR_CONFIG, "remote '%s': the connection string names no account",
                       cfg->name);
    }
    return a->sas ? 0 : take_key(a, cfg, key);
}

static const char *option_or_env(const struct remote_config *cfg, const char *key,
                                 const char *variable) {
    const char *value = remote_option(cfg, key);

    return value ? value : env_get(variable);
}

static int from_service(struct azure_auth *a, struct arena *arena, const char *tenant,
                        const char *client, const char *secret, const struct multi_config *net) {
    struct str form CLEANUP(str_release) = STR_INIT;
    const char *authority = env_get("AZURE_AUTHORITY_HOST");
    struct str url CLEANUP(str_release) = STR_INIT;

    if (authority && !strstr(authority, "://")) {
        authority = arena_printf(arena, "https://%s", authority);
    }
    str_addf(&url, "%s/", authority ? without_slash(arena, authority) : LOGIN);
    url_escape(&url, tenant, "");
    str_adds(&url, "/oauth2/v2.0/token");
    str_adds(&form, "grant_type=client_credentials&scope=" SCOPE "&client_id=");
    url_escape(&form, client, "");
    str_adds(&form, "&client_secret=");
    url_escape(&form, secret, "");
    return oauth_form(&a->oauth, url.buf, form.buf, net);
}

/* App Service and its like tell where by the environment; else the address that all machines of
 * Azure have. */
static int from_machine(struct azure_auth *a, const struct multi_config *net) {
    const char *url = env_get("IDENTITY_ENDPOINT"), *secret = env_get("IDENTITY_HEADER");
    const char *client = env_get("AZURE_CLIENT_ID");
    struct str query CLEANUP(str_release) = STR_INIT;

    str_addf(&query, "%s?api-version=%s&resource=", url && secret ? url : MACHINE,
             url && secret ? "2019-08-01" : "2018-02-01");
    str_adds(&query, RESOURCE);
    if (client) {
        str_adds(&query, "&client_id=");
        url_escape(&query, client, "");
    }
    return url && secret ? oauth_machine(&a->oauth, query.buf, "X-IDENTITY-HEADER", secret, net)
                         : oauth_machine(&a->oauth, query.buf, "Metadata", "true", net);
}

int azure_auth_open(struct azure_auth *a, struct arena *arena, const struct remote_config *cfg,
                    const struct multi_config *net) {
    const char *text = option_or_env(cfg, "connection_string", "AZURE_STORAGE_CONNECTION_STRING");
    const char *tenant = remote_option(cfg, "tenant_id"), *client = remote_option(cfg, "client_id");
    const char *secret = remote_option(cfg, "client_secret");

    *a = (struct azure_auth){.key = STR_INIT};
    if (text) {
        return from_connection_string(a, arena, cfg, text);
    }
    a->account = option_or_env(cfg, "account_name", "AZURE_STORAGE_ACCOUNT");
    if (!a->account) {
        int rc = err_set(ERR_CONFIG, "remote '%s': no storage account is named", cfg->name);
        err_hint("remote modify %s account_name NAME, or AZURE_STORAGE_ACCOUNT", cfg->name);
        return rc;
    }
    a->account = arena_strdup(arena, a->account);
    a->endpoint = arena_printf(arena, "https://%s.blob." SUFFIX, a->account);
    if (tenant && client && secret) {
        return from_service(a, arena, tenant, client, secret, net);
    }
    const char *key = option_or_env(cfg, "account_key", "AZURE_STORAGE_KEY");
    if (key) {
        return take_key(a, cfg, key);
    }
    const char *sas = option_or_env(cfg, "sas_token", "AZURE_STORAGE_SAS_TOKEN");
    if (sas) {
        a->sas = arena_strdup(arena, *sas == '?' ? sas + 1 : sas);
        return 0;
    }
    if (remote_flag(cfg, "allow_anonymous_login", false)) {
        return 0;
    }
    tenant = env_get("AZURE_TENANT_ID");
    client = env_get("AZURE_CLIENT_ID");
    secret = env_get("AZURE_CLIENT_SECRET");
    if (tenant && client && secret && !remote_flag(cfg, "exclude_environment_credential", false)) {
        return from_service(a, arena, tenant, client, secret, net);
    }
    if (!remote_flag(cfg, "exclude_managed_identity_credential", false)) {
        return from_machine(a, net);
    }
    return 0;
}

void azure_auth_release(struct azure_auth *a) {
    str_release(&a->key);
    oauth_close(a->oauth);
}
