/*
 * Access tokens (OAuth 2.0): fetched when first needed, and again before they end. One kind of
 * credentials each, for Google's and Microsoft's storage.
 */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include "base/attr.h"

struct oauth;
struct multi_config;

/* A service account signs what it claims (JWT, RS256). Texts are copied. */
struct oauth_service {
    const char *email, *key_pem, *key_id; /* key_id may be NULL */
    const char *token_url, *scope;
};

int oauth_service(struct oauth **out, const struct oauth_service *s,
                  const struct multi_config *net) MUST_CHECK;
/* A form is posted: `form` is escaped as it is sent ("grant_type=…&…"). */
int oauth_form(struct oauth **out, const char *token_url, const char *form,
               const struct multi_config *net) MUST_CHECK;
/* The machine itself has an identity, which a server beside it tells; `header` and its value may be
 * NULL. Given up after a second, for most machines have no such server. */
int oauth_machine(struct oauth **out, const char *url, const char *header, const char *value,
                  const struct multi_config *net) MUST_CHECK;
void oauth_close(struct oauth *o); /* NULL is fine */

/* "Bearer …", valid until the next call. */
int oauth_bearer(const char **out, struct oauth *o) MUST_CHECK;

#endif
