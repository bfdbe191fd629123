/*
 * Options of a remote that several kinds have, read from its configuration.
 */
#ifndef REMOTE_OPTION_H
#define REMOTE_OPTION_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct multi_config;
struct remote_config;
struct url;

const char *remote_option(const struct remote_config *cfg, const char *key); /* NULL if unset */
bool remote_flag(const struct remote_config *cfg, const char *key, bool fallback);
double remote_seconds(const struct remote_config *cfg, const char *key, double fallback);

/* `password`, or with ask_password what the user types; NULL if there is none. In the arena. */
int remote_password(const char **out, struct arena *arena,
                    const struct remote_config *cfg) MUST_CHECK;

/* jobs, ssl_verify, connect_timeout, read_timeout; the rest is for the kind to fill. */
int remote_net(struct multi_config *net, const struct remote_config *cfg) MUST_CHECK;

/* Takes the remote's url apart; its path ends without a slash. `host` is what its host stands for
 * ("bucket"), for the error when there is none. In the arena. */
int remote_url(struct url *out, struct arena *arena, const struct remote_config *cfg,
               const char *host) MUST_CHECK;

/* "s3://bucket/some/path": the prefix is the path without slashes around it, or "". In the arena. */
int remote_bucket(const char **bucket, const char **prefix, struct arena *arena,
                  const struct remote_config *cfg, const char *what) MUST_CHECK;

/* Takes the remote's url apart; `base` becomes where its keys go below, with `scheme` in place of its
 * own (NULL: its own), escaped, without login, query and a slash at the end. All in the arena. */
int remote_base(const char **base, struct url *url, struct arena *arena,
                const struct remote_config *cfg, const char *scheme) MUST_CHECK;

#endif
