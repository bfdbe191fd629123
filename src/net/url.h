/*
 * URLs as text: taken apart, escaped, and shown without what is secret in them.
 */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct str;

struct url {
    const char *scheme;          /* lower case, without "://" */
    const char *user, *password; /* unescaped; NULL if absent */
    const char *host;            /* "[::1]" keeps its brackets; "" if absent */
    int port;                    /* 0 if absent */
    const char *path;            /* as written, from its slash; "" if absent */
    const char *query;           /* as written, without '?'; NULL if absent */
};

/* ERR_CONFIG for what is no url. A fragment is taken off. */
int url_parse(struct url *out, struct arena *arena, const char *text) MUST_CHECK;

/* Appends the text with every byte but A-Z a-z 0-9 - . _ ~ and those of `keep` as %XX. */
void url_escape(struct str *out, const char *text, const char *keep);

/* Puts the bytes of %xx in place. False for a bad escape or a NUL. */
bool url_unescape(char *text);

/* "scheme://host:port/path": no user, password, query. For messages. */
const char *url_shown(struct arena *arena, const char *text);

/* Whether both go to the same scheme, host and port: only then do credentials go along. */
bool url_same_origin(const char *a, const char *b);

#endif
