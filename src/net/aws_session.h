/*
 * Inside of net/: ways to temporary AWS keys that ask somebody else for them. Used by aws_creds.
 */
#ifndef NET_AWS_SESSION_H
#define NET_AWS_SESSION_H

#include <stdint.h>

#include "base/attr.h"
#include "net/aws_creds.h"

struct arena;
struct aws_config;
struct multi;

struct aws_session {
    struct aws_keys keys; /* in the arena */
    int64_t expires;      /* seconds since the epoch, 0: never */
};

struct aws_role {
    const char *arn, *session_name, *external_id, *duration; /* NULL but arn: AWS's defaults */
    const char *region, *endpoint;                           /* of STS; endpoint NULL: Amazon's */
};

int aws_assume_role(struct aws_session *out, struct arena *arena, struct multi *m,
                    const struct aws_role *role, const struct aws_keys *by) MUST_CHECK;
int aws_assume_role_with_token(struct aws_session *out, struct arena *arena, struct multi *m,
                               const struct aws_role *role, const char *token_file) MUST_CHECK;

/* Single sign-on: the token that `aws sso login` left below `cache_dir`. */
struct aws_sso {
    const char *start_url, *region, *account, *role;
    const char *cache_dir;
};
int aws_sso_session(struct aws_session *out, struct arena *arena, struct multi *m,
                    const struct aws_sso *sso) MUST_CHECK;

int aws_process_session(struct aws_session *out, struct arena *arena,
                        const char *command) MUST_CHECK;

/* ERR_NOT_FOUND when this is no such machine. */
int aws_container_session(struct aws_session *out, struct arena *arena, struct multi *m) MUST_CHECK;
int aws_instance_session(struct aws_session *out, struct arena *arena, struct multi *m) MUST_CHECK;

#endif
