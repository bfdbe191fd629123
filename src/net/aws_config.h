/*
 * AWS's shared files, ~/.aws/config and ~/.aws/credentials: profiles with their settings.
 */
#ifndef NET_AWS_CONFIG_H
#define NET_AWS_CONFIG_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;

struct aws_setting {
    const char *section; /* "default", "work" (a profile), "sso-session x" */
    const char *key;     /* "region"; of nested settings "s3.addressing_style" */
    const char *value;
};

struct aws_config {
    VEC(struct aws_setting) at;
};

/* Adds the settings of a file's text. Profiles are "[profile x]" in the config file and "[x]" in the
 * credentials file; both become "x". Lines that are none are passed over. */
void aws_config_parse(struct aws_config *c, struct arena *arena, const char *text, size_t len);

/* The same for a file; one that is missing is fine. */
int aws_config_read(struct aws_config *c, struct arena *arena, const char *path) MUST_CHECK;

/* NULL if unset. Of a setting that stands twice the later one counts. */
const char *aws_config_get(const struct aws_config *c, const char *section, const char *key);
void aws_config_release(struct aws_config *c);

#endif
