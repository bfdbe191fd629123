/*
 * AWS credentials, found where AWS's own tools find them and in their order: environment (unless a
 * profile is named), the profile (assumed roles in a chain, web identity, single sign-on, keys,
 * credential_process), then what a container or an instance is given. Those that expire are renewed.
 */
#ifndef NET_AWS_CREDS_H
#define NET_AWS_CREDS_H

#include <stdbool.h>

#include "base/attr.h"

struct aws_creds;

struct aws_keys {
    const char *access, *secret;
    const char *token; /* NULL: none */
};

/* NULLs: AWS_PROFILE or "default", AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE or ~/.aws/… */
struct aws_settings {
    const char *profile, *credentials_file, *config_file;
};

int aws_creds_open(struct aws_creds **out, const struct aws_settings *settings) MUST_CHECK;
void aws_creds_close(struct aws_creds *c); /* NULL is fine */

/* A setting of the profile: "region", "endpoint_url", "s3.addressing_style"; NULL if unset. */
const char *aws_creds_setting(const struct aws_creds *c, const char *key);

/* What is valid now; found at the first call, renewed before it expires. The texts are lent until
 * the next call. Sets *changed when they are others than before. ERR_FAILED if there are none. */
int aws_creds_get(struct aws_keys *out, bool *changed, struct aws_creds *c) MUST_CHECK;

#endif
