/*
 * The token for DVC Studio, kept in the configuration of the user. Nothing is sent: to get one, DVC
 * talks to the service, where we ask for one that was made there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/level.h"

#define STUDIO_URL "https://studio.datachain.ai"

struct studio_args {
    const char *hostname, *scopes, *name;
    bool no_open;
};
#define AT(member) offsetof(struct studio_args, member)

static const struct level_args global = {.global = true};

/* One line of standard input, without what surrounds it. */
static int read_token(char **out, struct session *s, const char *url) {
    char *line CLEANUP(mem_freep) = NULL;
    size_t cap = 0;

    show_text(s->out, "An access token, made in your profile at %s: ", url);
    int rc = show_flush(s->out);
    if (rc) {
        return rc;
    }
    session_hide_typing(true);
    ssize_t len = getline(&line, &cap, stdin);
    session_hide_typing(false);
    show_line(s->out, "%s", "");
    const char *token = len > 0 ? line + strspn(line, " \t") : "";
    size_t used = strcspn(token, " \t\r\n");
    if (used == 0 || token[used + strspn(token + used, " \t\r\n")]) {
        return err_set(ERR_FAILED, "no token was given");
    }
    *out = mem_strndup(token, used);
    return 0;
}

static int login_run(struct session *s, const void *args) {
    const struct studio_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    char *token CLEANUP(mem_freep) = NULL;
    int rc = level_open(&l, s, &global);

    if (rc) {
        return rc;
    }
    const char *known = config_get(l.config, CONFIG_MERGED, "studio.url");
    const char *url = a->hostname ? a->hostname : known ? known : STUDIO_URL;
    if ((!known || str_eq(known, url)) && config_get(l.config, CONFIG_MERGED, "studio.token")) {
        s->exit_status = 255;
        err_set(ERR_FAILED, "there is a token already");
        err_hint("`studio logout` forgets it");
        return ERR_FAILED;
    }
    if ((rc = read_token(&token, s, url)) ||
        (rc = config_set(l.config, CONFIG_GLOBAL, "studio.token", token)) ||
        (rc = config_set(l.config, CONFIG_GLOBAL, "studio.url", url))) {
        return rc;
    }
    log_info("The token is kept in %s.", config_file(l.config, CONFIG_GLOBAL, "studio.token"));
    return 0;
}

/* The user's configuration, with a token in it. */
static int open_with_token(struct level *l, const char **token, struct session *s) {
    int rc = level_open(l, s, &global);

    if (rc) {
        return rc;
    }
    *token = config_get(l->config, CONFIG_GLOBAL, "studio.token");
    return *token && **token ? 0 : err_set(ERR_FAILED, "there is no token of Studio");
}

static int logout_run(struct session *s, const void *args) {
    (void)args;
    struct level l CLEANUP(level_closep) = {0};
    const char *token;
    int rc = open_with_token(&l, &token, s);

    rc = rc ? rc : config_set(l.config, CONFIG_GLOBAL, "studio.token", NULL);
    if (!rc) {
        log_info("The token is forgotten here; it is still known to Studio.");
    }
    return rc;
}

static int token_run(struct session *s, const void *args) {
    (void)args;
    struct level l CLEANUP(level_closep) = {0};
    const char *token;
    int rc = open_with_token(&l, &token, s);

    if (!rc) {
        show_line(s->out, "%s", token);
    }
    return rc;
}

static const struct opt login_opts[] = {
    {'H', "hostname", OPT_TEXT, AT(hostname), "<url>", .help = "of Studio, if it is one's own"},
    {'s', "scopes", OPT_TEXT, AT(scopes), "<scopes>",
     .help = "accepted: they are chosen where the token is made"},
    {'n', "name", OPT_TEXT, AT(name), "<name>",
     .help = "accepted: it is chosen where the token is made"},
    {0, "no-open", OPT_FLAG, AT(no_open), .help = "accepted: no browser is ever opened"},
    OPT_END,
};

const struct cmd cmd_studio_login = {
    .name = "studio login",
    .group = GROUP_CONFIG,
    .summary = "keep an access token of DVC Studio",
    .detail = "The token is read from standard input and kept in the configuration of the user. "
              "Nothing is sent anywhere.",
    .opts = login_opts,
    .args_size = sizeof(struct studio_args),
    .fail = 1,
    .run = login_run,
};

const struct cmd cmd_studio_logout = {
    .name = "studio logout",
    .group = GROUP_CONFIG,
    .summary = "forget the access token of DVC Studio",
    .fail = 1,
    .run = logout_run,
};

const struct cmd cmd_studio_token = {
    .name = "studio token",
    .group = GROUP_CONFIG,
    .summary = "print the access token of DVC Studio",
    .fail = 1,
    .run = token_run,
};
