#include "net/aws_creds.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "net/aws_config.h"
#include "net/aws_session.h"
#include "net/multi.h"
#include "os/cpu.h"
#include "os/term.h"

#define RENEW_BEFORE 300 /* seconds */
#define CHAIN_MAX    8   /* roles that lead to each other */
#define NEAR_SECONDS 1.0 /* patience with services of this machine */

struct aws_creds {
    struct arena *arena;
    const char *profile, *home;
    bool named; /* the profile was asked for: the environment does not count */
    struct aws_config config, credentials;
    struct aws_session session;
    bool found;
};

static const char *first_of(const char *a, const char *b) {
    return a ? a : b;
}

static const char *path_of(struct aws_creds *c, const char *asked, const char *variable,
                           const char *usual) {
    const char *path = first_of(asked, env_get(variable));

    if (path && path[0] == '~' && path[1] == '/') {
        return path_join(c->arena, c->home, path + 2);
    }
    return path ? path : path_join(c->arena, c->home, usual);
}

int aws_creds_open(struct aws_creds **out, const struct aws_settings *settings) {
    struct aws_creds *c = mem_zalloc(1, sizeof *c);
    const char *asked = first_of(settings->profile,
                                 first_of(env_get("AWS_PROFILE"), env_get("AWS_DEFAULT_PROFILE")));

    c->arena = arena_new();
    c->home = arena_strdup(c->arena, first_of(env_get("HOME"), "/"));
    c->named = settings->profile != NULL;
    c->profile = arena_strdup(c->arena, first_of(asked, "default"));
    int rc = aws_config_read(&c->config, c->arena,
                             path_of(c, settings->config_file, "AWS_CONFIG_FILE", ".aws/config"));
    if (!rc) {
        rc = aws_config_read(&c->credentials, c->arena,
                             path_of(c, settings->credentials_file, "AWS_SHARED_CREDENTIALS_FILE",
                                     ".aws/credentials"));
    }
    if (!rc && asked && c->config.at.len + c->credentials.at.len > 0 &&
        !aws_creds_setting(c, NULL)) {
        rc = err_set(ERR_CONFIG, "AWS's files have no profile '%s'", asked);
    }
    if (rc) {
        aws_creds_close(c);
        return rc;
    }
    *out = c;
    return 0;
}

void aws_creds_close(struct aws_creds *c) {
    if (c) {
        aws_config_release(&c->config);
        aws_config_release(&c->credentials);
        arena_free(c->arena);
        free(c);
    }
}

/* Of any profile; the credentials file wins. key NULL: whether the profile is there at all. */
static const char *setting(const struct aws_creds *c, const char *profile, const char *key) {
    const struct aws_config *files[] = {&c->credentials, &c->config};

    for (size_t f = 0; f < COUNT_OF(files); f++) {
        for (size_t i = 0; !key && i < files[f]->at.len; i++) {
            if (str_eq(files[f]->at.at[i].section, profile)) {
                return profile;
            }
        }
        const char *value = key ? aws_config_get(files[f], profile, key) : NULL;
        if (value) {
            return value;
        }
    }
    return NULL;
}

const char *aws_creds_setting(const struct aws_creds *c, const char *key) {
    return setting(c, c->profile, key);
}

static const char *region_of(const struct aws_creds *c, const char *profile) {
    const char *region = first_of(env_get("AWS_REGION"), env_get("AWS_DEFAULT_REGION"));

    return first_of(region, first_of(setting(c, profile, "region"), "us-east-1"));
}

static const char *sts_endpoint(void) {
    return first_of(env_get("AWS_ENDPOINT_URL_STS"), env_get("AWS_ENDPOINT_URL"));
}

static bool from_environment(struct aws_session *out) {
    out->keys =
        (struct aws_keys){env_get("AWS_ACCESS_KEY_ID"), env_get("AWS_SECRET_ACCESS_KEY"),
                          first_of(env_get("AWS_SESSION_TOKEN"), env_get("AWS_SECURITY_TOKEN"))};
    return out->keys.access && out->keys.secret;
}

static int from_profile(struct aws_session *out, struct aws_creds *c, struct multi *m,
                        const char *profile, int depth, bool own);

/* Services of this machine are asked with little patience: mostly nobody is there. */
static int from_machine(struct aws_session *out, struct aws_creds *c, bool container,
                        bool instance) {
    struct multi *near;
    int rc = multi_open(&near, &(struct multi_config){.connect_timeout = NEAR_SECONDS,
                                                      .read_timeout = NEAR_SECONDS});

    if (rc) {
        return rc;
    }
    rc = container ? aws_container_session(out, c->arena, near) : ERR_NOT_FOUND;
    if (rc == ERR_NOT_FOUND && instance) {
        err_clear();
        rc = aws_instance_session(out, c->arena, near);
    }
    multi_close(near);
    return rc;
}

/* credential_source of a role: where the keys that may take it are. */
static int from_source(struct aws_session *out, struct aws_creds *c, const char *source) {
    if (strcmp(source, "Environment") == 0 && from_environment(out)) {
        return 0;
    }
    if (strcmp(source, "EcsContainer") == 0 || strcmp(source, "Ec2InstanceMetadata") == 0) {
        return from_machine(out, c, source[1] == 'c' && source[2] == 's', source[2] == '2');
    }
    return err_set(ERR_CONFIG, "credential_source '%s' gives no keys", source);
}

static struct aws_role role_of(const struct aws_creds *c, const char *profile) {
    return (struct aws_role){.arn = setting(c, profile, "role_arn"),
                             .session_name = setting(c, profile, "role_session_name"),
                             .external_id = setting(c, profile, "external_id"),
                             .duration = setting(c, profile, "duration_seconds"),
                             .region = region_of(c, profile),
                             .endpoint = sts_endpoint()};
}

static int from_role(struct aws_session *out, struct aws_creds *c, struct multi *m,
                     const char *profile, int depth) {
    struct aws_role role = role_of(c, profile);
    const char *token = setting(c, profile, "web_identity_token_file");
    const char *source = setting(c, profile, "source_profile");
    const char *place = setting(c, profile, "credential_source");
    struct aws_session by = {0};

    if (token) {
        return aws_assume_role_with_token(out, c->arena, m, &role, token);
    }
    if (setting(c, profile, "mfa_serial")) {
        return err_set(ERR_UNSUPPORTED,
                       "profile '%s' wants a code of mfa_serial: log in with AWS's "
                       "own tool and use the session's keys",
                       profile);
    }
    if (!source && !place) {
        return err_set(ERR_CONFIG, "profile '%s' has a role_arn, but no source_profile", profile);
    }
    /* A profile that is its own source has keys beside its role. */
    int rc = source ? from_profile(&by, c, m, source, depth + 1, str_eq(source, profile))
                    : from_source(&by, c, place);
    return rc ? rc : aws_assume_role(out, c->arena, m, &role, &by.keys);
}

static bool has_sso(struct aws_sso *sso, const struct aws_creds *c, const char *profile) {
    const char *session = setting(c, profile, "sso_session");
    const char *section = session ? arena_printf(c->arena, "sso-session %s", session) : profile;

    *sso = (struct aws_sso){.start_url = setting(c, section, "sso_start_url"),
                            .region = setting(c, section, "sso_region"),
                            .account = setting(c, profile, "sso_account_id"),
                            .role = setting(c, profile, "sso_role_name"),
                            .cache_dir = path_join(c->arena, c->home, ".aws/sso/cache")};
    return sso->start_url && sso->region && sso->account && sso->role;
}

/* ERR_NOT_FOUND when the profile says nothing of credentials. own: the keys that stand in it, not
 * its role. */
static int from_profile(struct aws_session *out, struct aws_creds *c, struct multi *m,
                        const char *profile, int depth, bool own) {
    const char *command = setting(c, profile, "credential_process");
    struct aws_sso sso;

    if (depth > CHAIN_MAX) {
        return err_set(ERR_CONFIG, "the roles of AWS's profiles lead round in a circle");
    }
    if (!own && setting(c, profile, "role_arn")) {
        return from_role(out, c, m, profile, depth);
    }
    if (has_sso(&sso, c, profile)) {
        return aws_sso_session(out, c->arena, m, &sso);
    }
    out->keys = (struct aws_keys){setting(c, profile, "aws_access_key_id"),
                                  setting(c, profile, "aws_secret_access_key"),
                                  setting(c, profile, "aws_session_token")};
    if (out->keys.access && out->keys.secret) {
        return 0;
    }
    return command ? aws_process_session(out, c->arena, command)
                   : err_set(ERR_NOT_FOUND, "AWS's profile '%s' has no credentials", profile);
}

static int from_web_identity(struct aws_session *out, struct aws_creds *c, struct multi *m) {
    const char *token = env_get("AWS_WEB_IDENTITY_TOKEN_FILE"), *arn = env_get("AWS_ROLE_ARN");
    struct aws_role role = {.arn = arn,
                            .session_name = env_get("AWS_ROLE_SESSION_NAME"),
                            .region = region_of(c, c->profile),
                            .endpoint = sts_endpoint()};

    return token && arn && !c->named ? aws_assume_role_with_token(out, c->arena, m, &role, token)
                                     : err_set(ERR_NOT_FOUND, "no web identity");
}

static int find(struct aws_session *out, struct aws_creds *c, struct multi *m) {
    *out = (struct aws_session){0};
    if (!c->named && from_environment(out)) {
        return 0;
    }
    int rc = setting(c, c->profile, "role_arn") ? ERR_NOT_FOUND : from_web_identity(out, c, m);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = from_profile(out, c, m, c->profile, 0, false);
    }
    if (rc == ERR_NOT_FOUND && !c->named) {
        err_clear();
        rc = from_machine(out, c, true, true);
    }
    return rc;
}

int aws_creds_get(struct aws_keys *out, bool *changed, struct aws_creds *c) {
    int64_t now = clock_real_ns() / 1000000000;
    struct multi *m;

    *changed = false;
    if (c->found && (c->session.expires == 0 || c->session.expires - now > RENEW_BEFORE)) {
        *out = c->session.keys;
        return 0;
    }
    int rc = multi_open(&m, &(struct multi_config){.ca_file = env_get("AWS_CA_BUNDLE")});
    if (rc) {
        return rc;
    }
    struct aws_session fresh;
    rc = find(&fresh, c, m);
    multi_close(m);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = err_set(ERR_FAILED, "no AWS credentials were found");
        err_hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile");
    } else if (rc) {
        rc = err_wrap(rc, "AWS credentials");
    }
    if (!rc) {
        log_debug("AWS credentials were %s", c->found ? "renewed" : "found");
        c->session = fresh;
        c->found = *changed = true;
        *out = fresh.keys;
    }
    return rc;
}
