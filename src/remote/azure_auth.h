/*
 * Who we are for Azure: an account's key, a shared access signature, a token, or nobody.
 */
#ifndef REMOTE_AZURE_AUTH_H
#define REMOTE_AZURE_AUTH_H

#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

struct arena;
struct http_call;
struct multi_config;
struct oauth;
struct remote_config;

struct azure_auth {
    const char *account;
    const char *endpoint; /* "https://account.blob.core.windows.net", without a slash at the end */
    struct str key;       /* of the account, as bytes; empty: none */
    const char *sas;      /* query without "?", or NULL */
    struct oauth *oauth;  /* or NULL */
};

/* From the options, the environment (AZURE_…) and the machine. Texts live in the arena. */
int azure_auth_open(struct azure_auth *a, struct arena *arena, const struct remote_config *cfg,
                    const struct multi_config *net) MUST_CHECK;
void azure_auth_release(struct azure_auth *a);

/* Sets x-ms-date and Authorization; the sas goes into the url when a call is made. `seconds` since
 * the epoch. */
int azure_auth_sign(struct azure_auth *a, struct http_call *c, int64_t seconds) MUST_CHECK;

/* What a shared key signs, for tests. */
void azure_string_to_sign(struct str *out, const char *account, const struct http_call *c);

#endif
