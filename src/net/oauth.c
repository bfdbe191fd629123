#include "net/oauth.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/cpu.h"
#include "doc/node.h"
#include "doc/read.h"
#include "hash/rsa.h"
#include "net/http.h"
#include "net/multi.h"
#include "net/url.h"

#define EARLY_SECONDS 120 /* a token is fetched anew so long before it ends */
#define CLAIM_SECONDS 3600
#define USUAL_SECONDS 600 /* when the server does not say how long it holds */
#define TEXT_MAX      ((size_t)1 << 20)

struct oauth {
    struct arena *arena;
    struct multi *multi;
    const char *url, *form;     /* form NULL: GET */
    const char *header, *value; /* of a GET, or NULL */
    bool signs;                 /* the form is made from: */
    struct oauth_service service;
    char *bearer;
    int64_t ends; /* seconds since the epoch */
};

static int oauth_new(struct oauth **out, const char *url, const struct multi_config *net) {
    struct oauth *o = mem_zalloc(1, sizeof *o);

    o->arena = arena_new();
    o->url = arena_strdup(o->arena, url);
    int rc = multi_open(&o->multi, net);
    if (rc) {
        oauth_close(o);
        return rc;
    }
    *out = o;
    return 0;
}

static const char *copy(struct oauth *o, const char *text) {
    return text ? arena_strdup(o->arena, text) : NULL;
}

int oauth_service(struct oauth **out, const struct oauth_service *s,
                  const struct multi_config *net) {
    int rc = oauth_new(out, s->token_url, net);

    if (rc) {
        return rc;
    }
    struct oauth *o = *out;
    o->signs = true;
    o->service = (struct oauth_service){.email = copy(o, s->email),
                                        .key_pem = copy(o, s->key_pem),
                                        .key_id = copy(o, s->key_id),
                                        .token_url = o->url,
                                        .scope = copy(o, s->scope)};
    return 0;
}

int oauth_form(struct oauth **out, const char *token_url, const char *form,
               const struct multi_config *net) {
    int rc = oauth_new(out, token_url, net);

    if (!rc) {
        (*out)->form = copy(*out, form);
    }
    return rc;
}

int oauth_machine(struct oauth **out, const char *url, const char *header, const char *value,
                  const struct multi_config *net) {
    struct multi_config quick = *net;

    quick.connect_timeout = 1;
    int rc = oauth_new(out, url, &quick);
    if (!rc) {
        (*out)->header = copy(*out, header);
        (*out)->value = copy(*out, value);
    }
    return rc;
}

void oauth_close(struct oauth *o) {
    if (!o) {
        return;
    }
    multi_close(o->multi);
    free(o->bearer);
    arena_free(o->arena);
    free(o);
}

static void add_part(struct str *jwt, struct arena *arena, const struct str *json) {
    str_adds(jwt, jwt->len > 0 ? "." : "");
    str_adds(jwt, base64_encode(arena, BASE64_URL, json->buf, json->len));
}

/* Text of a key file or of ours: nothing in it needs more than these two escapes. */
static void add_json_text(struct str *out, const char *text) {
    str_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            str_addc(out, '\\');
        }
        str_addc(out, *text);
    }
    str_addc(out, '"');
}

/* header.claims.signature */
static int make_claim(struct str *form, struct arena *arena, const struct oauth_service *s,
                      int64_t now) {
    struct str json CLEANUP(str_release) = STR_INIT, jwt CLEANUP(str_release) = STR_INIT;
    struct str signature CLEANUP(str_release) = STR_INIT;

    str_adds(&json, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
    if (s->key_id) {
        str_adds(&json, ",\"kid\":");
        add_json_text(&json, s->key_id);
    }
    str_adds(&json, "}");
    add_part(&jwt, arena, &json);
    str_clear(&json);
    str_adds(&json, "{\"iss\":");
    add_json_text(&json, s->email);
    str_adds(&json, ",\"scope\":");
    add_json_text(&json, s->scope);
    str_adds(&json, ",\"aud\":");
    add_json_text(&json, s->token_url);
    str_addf(&json, ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}", now, now + CLAIM_SECONDS);
    add_part(&jwt, arena, &json);

    int rc = rsa_sign_sha256(&signature, s->key_pem, jwt.buf, jwt.len);
    if (rc) {
        return err_wrap(rc, "the key of the service account %s", s->email);
    }
    add_part(&jwt, arena, &signature);
    str_adds(form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
    str_adds(form, jwt.buf);
    return 0;
}

static int64_t seconds_of(const struct node *n) {
    int64_t seconds;

    if (n && n->kind == NODE_INT && !n->big) {
        return n->integer;
    }
    return node_text(n) && num_int(&seconds, node_text(n)) ? seconds : USUAL_SECONDS;
}

static int read_token(struct oauth *o, struct http_call *c, int64_t now) {
    struct node *answer;
    int rc = json_read(&answer, c->arena, c->text.buf, c->text.len, "the answer");
    const char *token = rc ? NULL : node_text(node_get(answer, "access_token"));

    if (!rc && (!token || strpbrk(token, "\r\n"))) {
        rc = err_set(ERR_INVALID, "there is no access token in it");
    }
    if (rc) {
        return rc;
    }
    struct str bearer = STR_INIT;
    str_addf(&bearer, "Bearer %s", token);
    free(o->bearer);
    o->bearer = str_detach(&bearer);
    o->ends = now + seconds_of(node_get(answer, "expires_in"));
    return 0;
}

/* What the server says of a refusal: {"error": "…", "error_description": "…"}. */
static int refused(struct http_call *c) {
    struct node *answer;
    const char *code = NULL, *words = NULL;

    if (json_read(&answer, c->arena, c->text.buf, c->text.len, "the answer")) {
        err_clear();
    } else {
        code = node_text(node_get(answer, "error"));
        words = node_text(node_get(answer, "error_description"));
    }
    int rc = http_error(
        c, code ? arena_printf(c->arena, "%s%s%s", code, words ? ": " : "", words ? words : "")
                : NULL);
    /* A login that fails says nothing about what may be done. */
    return rc == ERR_DENIED || rc == ERR_NOT_FOUND ? ERR_FAILED : rc;
}

static int fetch(struct oauth *o, int64_t now) {
    struct str form CLEANUP(str_release) = STR_INIT;
    struct http_call *c = http_call_new(o->form || o->signs ? "POST" : "GET", o->url);
    int rc = 0;

    c->text.max = TEXT_MAX;
    if (o->signs) {
        rc = make_claim(&form, c->arena, &o->service, now);
    } else if (o->form) {
        str_adds(&form, o->form);
    } else if (o->header) {
        http_header_secret(c, o->header, o->value);
    }
    if (form.len > 0) {
        http_header_set(c, "Content-Type", "application/x-www-form-urlencoded");
        c->has_body = true;
        c->body.data = form.buf;
        c->body.len = form.len;
    }
    rc = rc ? rc : multi_one(o->multi, c);
    if (!rc) {
        rc = http_ok(c) ? read_token(o, c, now) : refused(c);
        rc = err_wrap(rc, "cannot log in at %s", url_shown(c->arena, o->url));
    }
    http_call_free(c);
    return rc;
}

int oauth_bearer(const char **out, struct oauth *o) {
    int64_t now = clock_real_ns() / 1000000000;

    if (!o->bearer || now + EARLY_SECONDS >= o->ends) {
        int rc = fetch(o, now);
        if (rc && (!o->bearer || now >= o->ends)) {
            return rc;
        }
        err_clear(); /* the old one still holds */
    }
    *out = o->bearer;
    return 0;
}
