#include "net/aws_session.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "job/walk.h"
#include "net/http.h"
#include "net/multi.h"
#include "net/sigv4.h"
#include "net/url.h"
#include "net/xml.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/term.h"

#define ANSWER_MAX ((size_t)1 << 20)
#define CONTAINER  "http://169.254.170.2"
#define INSTANCE   "http://169.254.169.254"

/* "2026-05-24T00:00:00Z"; 0 if it is no time. */
static int64_t seconds_of(const char *text) {
    struct tm tm = {0};

    return text && strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) : 0;
}

static const char *text_of(const struct node *map, const char *key) {
    return node_text(node_get(map, key));
}

/* Credentials as JSON; the words for the token and the end differ between those who speak so. */
static int read_json(struct aws_session *out, struct arena *arena, const struct str *text,
                     const char *who) {
    struct node *doc;

    if (json_read(&doc, arena, text->buf, text->len, who)) {
        err_clear(); /* it may quote a secret */
        return err_set(ERR_FAILED, "%s answered with what is no JSON", who);
    }
    const struct node *inner = node_get(doc, "roleCredentials"), *ms = NULL;
    if (inner) {
        out->keys =
            (struct aws_keys){text_of(inner, "accessKeyId"), text_of(inner, "secretAccessKey"),
                              text_of(inner, "sessionToken")};
        ms = node_get(inner, "expiration");
        out->expires = ms && ms->kind == NODE_INT ? ms->integer / 1000 : 0;
    } else {
        const char *token = text_of(doc, "SessionToken");
        out->keys = (struct aws_keys){text_of(doc, "AccessKeyId"), text_of(doc, "SecretAccessKey"),
                                      token ? token : text_of(doc, "Token")};
        out->expires = seconds_of(text_of(doc, "Expiration"));
    }
    return out->keys.access && out->keys.secret ? 0 : err_set(ERR_FAILED, "%s gave no keys", who);
}

/* Sends, and checks for a 2xx. `detail` is never the body: there may be secrets in it. */
static int send(struct multi *m, struct http_call *c) {
    int rc = multi_one(m, c);

    return rc ? rc : http_error(c, NULL);
}

/* ---- roles */

struct sts_reader {
    struct arena *arena;
    struct aws_session *out;
    const char *code, *message;
};

static int on_sts(void *ctx, const char *path, const char *text) {
    struct sts_reader *r = ctx;
    const struct {
        const char *end;
        const char **at;
    } wanted[] = {
        {"/Credentials/AccessKeyId", &r->out->keys.access},
        {"/Credentials/SecretAccessKey", &r->out->keys.secret},
        {"/Credentials/SessionToken", &r->out->keys.token},
        {"/Error/Code", &r->code},
        {"/Error/Message", &r->message},
    };

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        if (str_ends(path, wanted[i].end)) {
            *wanted[i].at = arena_strdup(r->arena, text);
        }
    }
    if (str_ends(path, "/Credentials/Expiration")) {
        r->out->expires = seconds_of(text);
    }
    return 0;
}

static void add_field(struct str *body, const char *name, const char *value) {
    if (value) {
        str_addf(body, "&%s=", name);
        url_escape(body, value, "");
    }
}

static int ask_sts(struct aws_session *out, struct arena *arena, struct multi *m,
                   const struct aws_role *role, const struct aws_keys *by, const char *action,
                   const char *token) {
    struct str body CLEANUP(str_release) = STR_INIT;
    struct sts_reader r = {.arena = arena, .out = out};
    char hex[SHA256_TEXT_MAX];

    str_addf(&body, "Action=%s&Version=2011-06-15", action);
    add_field(&body, "RoleArn", role->arn);
    add_field(&body, "RoleSessionName", role->session_name ? role->session_name : "cairn");
    add_field(&body, "ExternalId", role->external_id);
    add_field(&body, "DurationSeconds", role->duration);
    add_field(&body, "WebIdentityToken", token);
    struct http_call *c =
        http_call_new("POST", role->endpoint ? role->endpoint
                                             : arena_printf(arena, "https://sts.%s.amazonaws.com/",
                                                            role->region));
    http_header_set(c, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    c->has_body = true;
    c->body.data = body.buf;
    c->body.len = body.len;
    if (by) {
        struct sigv4 sig = {.access = by->access,
                            .secret = by->secret,
                            .token = by->token,
                            .region = role->region,
                            .service = "sts"};
        sigv4_sign(&sig, c, sha256_text(hex, body.buf, body.len), clock_real_ns() / 1000000000);
    }
    int rc = multi_one(m, c);
    if (!rc && c->text.len > 0 && xml_read(c->text.buf, c->text.len, on_sts, &r)) {
        err_clear();
    }
    rc = rc ? rc : http_error(c, r.message ? r.message : r.code);
    if (!rc && (!out->keys.access || !out->keys.secret)) {
        rc = err_set(ERR_FAILED, "STS gave no keys");
    }
    http_call_free(c);
    return err_wrap(rc, "role '%s'", role->arn);
}

int aws_assume_role(struct aws_session *out, struct arena *arena, struct multi *m,
                    const struct aws_role *role, const struct aws_keys *by) {
    return ask_sts(out, arena, m, role, by, "AssumeRole", NULL);
}

int aws_assume_role_with_token(struct aws_session *out, struct arena *arena, struct multi *m,
                               const struct aws_role *role, const char *token_file) {
    struct str token CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&token, AT_FDCWD, token_file, ANSWER_MAX);

    return rc ? rc : ask_sts(out, arena, m, role, NULL, "AssumeRoleWithWebIdentity", token.buf);
}

/* ---- single sign-on */

/* The token of one file, if it is for this start page and not too old. */
static const char *sso_token(struct arena *arena, const char *path, const char *start_url) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *doc;

    if (file_read(&text, AT_FDCWD, path, ANSWER_MAX) ||
        json_read(&doc, arena, text.buf, text.len, "token")) {
        err_clear();
        return NULL;
    }
    const char *url = text_of(doc, "startUrl");
    return url && strcmp(url, start_url) == 0 &&
                   seconds_of(text_of(doc, "expiresAt")) > clock_real_ns() / 1000000000
               ? text_of(doc, "accessToken")
               : NULL;
}

static const char *find_sso_token(struct arena *arena, const struct aws_sso *sso) {
    struct walk walk CLEANUP(walk_release) = {0};
    const char *token = NULL;

    if (!file_is_dir(AT_FDCWD, sso->cache_dir) ||
        walk_tree(&walk, arena, AT_FDCWD, sso->cache_dir, NULL, NULL)) {
        err_clear();
        return NULL;
    }
    for (size_t i = 0; !token && i < walk.len; i++) {
        if (str_ends(walk.at[i].path, ".json")) {
            token =
                sso_token(arena, path_join(arena, sso->cache_dir, walk.at[i].path), sso->start_url);
        }
    }
    return token;
}

int aws_sso_session(struct aws_session *out, struct arena *arena, struct multi *m,
                    const struct aws_sso *sso) {
    struct str url CLEANUP(str_release) = STR_INIT;
    const char *token = find_sso_token(arena, sso);

    if (!token) {
        int rc = err_set(ERR_FAILED, "there is no valid login for %s", sso->start_url);
        err_hint("aws sso login makes one");
        return rc;
    }
    str_addf(&url,
             "https://portal.sso.%s.amazonaws.com/federation/credentials?role_name=", sso->region);
    url_escape(&url, sso->role, "");
    str_adds(&url, "&account_id=");
    url_escape(&url, sso->account, "");
    struct http_call *c = http_call_new("GET", url.buf);
    http_header_secret(c, "x-amz-sso_bearer_token", token);
    int rc = send(m, c);
    rc = rc ? rc : read_json(out, arena, &c->text, "single sign-on");
    http_call_free(c);
    return rc;
}

/* ---- a program, a container, an instance */

int aws_process_session(struct aws_session *out, struct arena *arena, const char *command) {
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct str text CLEANUP(str_release) = STR_INIT;
    int status;

    text.max = ANSWER_MAX;
    int rc = proc_run(&(struct proc_spec){.argv = argv, .capture = &text}, &status);
    if (!rc && status != 0) {
        rc = err_set(ERR_FAILED, "credential_process ended with status %d", status);
    }
    return rc ? rc : read_json(out, arena, &text, "credential_process");
}

/* Keys over plain HTTP come from this machine or the hosts that Amazon has set aside for them. */
static bool is_near(struct arena *arena, const char *text) {
    struct url url;

    if (url_parse(&url, arena, text)) {
        err_clear();
        return false;
    }
    return strcmp(url.scheme, "https") == 0 || str_starts(url.host, "127.") ||
           str_eq(url.host, "localhost") || str_eq(url.host, "[::1]") ||
           str_starts(url.host, "169.254.170.") || str_eq(url.host, "[fd00:ec2::23]");
}

int aws_container_session(struct aws_session *out, struct arena *arena, struct multi *m) {
    const char *relative = env_get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *url = relative ? arena_printf(arena, CONTAINER "%s", relative)
                               : env_get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const char *file = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!url) {
        return err_set(ERR_NOT_FOUND, "not in a container of AWS");
    }
    if (!is_near(arena, url)) {
        return err_set(ERR_CONFIG, "AWS_CONTAINER_CREDENTIALS_FULL_URI has to be https or local");
    }
    int rc = file ? file_read(&text, AT_FDCWD, file, ANSWER_MAX) : 0;
    if (rc) {
        return rc;
    }
    struct http_call *c = http_call_new("GET", url);
    if (file || token) {
        text.buf[strcspn(text.buf, "\r\n")] = '\0';
        http_header_secret(c, "Authorization", file ? text.buf : token);
    }
    rc = send(m, c);
    rc = rc ? rc : read_json(out, arena, &c->text, "the container's service");
    http_call_free(c);
    return rc;
}

/* GET of the instance's service; the text is appended. */
static int ask_instance(struct str *out, struct multi *m, const char *base, const char *path,
                        const char *token) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_addf(&url, "%s%s", base, path);
    struct http_call *c = http_call_new("GET", url.buf);
    http_header_secret(c, "X-aws-ec2-metadata-token", token);
    c->once = true;
    int rc = send(m, c);
    if (!rc) {
        str_add(out, c->text.buf, c->text.len);
    }
    http_call_free(c);
    return rc;
}

static int instance_token(struct str *out, struct multi *m, const char *base) {
    struct str url CLEANUP(str_release) = STR_INIT;

    str_addf(&url, "%s/latest/api/token", base);
    struct http_call *c = http_call_new("PUT", url.buf);
    http_header_set(c, "X-aws-ec2-metadata-token-ttl-seconds", "21600");
    c->has_body = true;
    c->body.data = "";
    c->once = true;
    int rc = send(m, c);
    if (!rc) {
        str_add(out, c->text.buf, c->text.len);
    }
    http_call_free(c);
    return rc;
}

int aws_instance_session(struct aws_session *out, struct arena *arena, struct multi *m) {
    static const char path[] = "/latest/meta-data/iam/security-credentials/";
    const char *base = env_get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    struct str token CLEANUP(str_release) = STR_INIT, role CLEANUP(str_release) = STR_INIT;
    struct str text CLEANUP(str_release) = STR_INIT;

    if (env_flag("AWS_EC2_METADATA_DISABLED")) {
        return err_set(ERR_NOT_FOUND, "the instance's service is not to be asked");
    }
    base = base ? base : INSTANCE;
    size_t len = strlen(base);
    base = arena_strndup(arena, base, len > 0 && base[len - 1] == '/' ? len - 1 : len);
    if (instance_token(&token, m, base) || ask_instance(&role, m, base, path, token.buf)) {
        err_clear();
        return err_set(ERR_NOT_FOUND, "not on an instance of AWS with a role");
    }
    role.buf[strcspn(role.buf, "\r\n")] = '\0';
    int rc = ask_instance(&text, m, base, arena_printf(arena, "%s%s", path, role.buf), token.buf);
    return rc ? rc : read_json(out, arena, &text, "the instance's service");
}
