#include "git/gitidentity.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/str.h"
#include "os/term.h"
#include "git/gitlib.h"

/* A value of the configuration, copied; false if it is not set or blank. */
static bool configured(struct str *out, struct gitrepo *g, const char *key) {
    git_config *config = NULL, *now = NULL;
    const char *text = NULL;

    if (git_repository_config(&config, g->repo) < 0) {
        return false;
    }
    if (git_config_snapshot(&now, config) == 0 && git_config_get_string(&text, now, key) == 0) {
        str_adds(out, text);
    }
    git_config_free(now);
    git_config_free(config);
    return out->len > 0;
}

static int find_part(struct str *out, struct gitrepo *g, const char *env, const char *key,
                     const char *last_env) {
    char committer[32], user[32];

    snprintf(committer, sizeof committer, "committer.%s", key);
    snprintf(user, sizeof user, "user.%s", key);
    if (env_get(env)) {
        str_adds(out, env_get(env));
    } else if (!configured(out, g, committer) && !configured(out, g, user) && last_env &&
               env_get(last_env)) {
        str_adds(out, env_get(last_env));
    }
    if (!out->len) {
        int rc = err_set(ERR_FAILED, "Git does not know your %s, which is written into the history",
                         str_eq(key, "name") ? "name" : "address");
        err_hint("git config --global user.%s …", key);
        return rc;
    }
    return 0;
}

/* "+0130", "-01:30", "Z" or nothing: minutes east of UTC. */
static bool read_offset(int *minutes, const char *text) {
    int64_t hours, rest;

    *minutes = 0;
    if (!text[0] || str_eq(text, "Z")) {
        return true;
    }
    size_t colon = strlen(text) == 6 && text[3] == ':';
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 5 + colon) {
        return false;
    }
    const char hour_text[] = {text[1], text[2], '\0'};
    const char minute_text[] = {text[3 + colon], text[4 + colon], '\0'};
    if (!num_int(&hours, hour_text) || !num_int(&rest, minute_text) || hours < 0 || hours > 23 ||
        rest < 0 || rest > 59) {
        return false;
    }
    *minutes = (int)((text[0] == '-' ? -1 : 1) * (hours * 60 + rest));
    return true;
}

/* The two forms that programs write: "[@]<seconds> [<offset>]" and
 * "2024-01-02T03:04:05[<offset>]". */
static bool read_date(git_time_t *time, int *minutes, const char *text) {
    const char *seconds = text + (text[0] == '@');
    char digits[21] = "";
    size_t n = strspn(seconds, "0123456789");
    struct tm when = {0};
    int64_t number;

    if (n > 4 && n < sizeof digits && (!seconds[n] || seconds[n] == ' ')) {
        memcpy(digits, seconds, n);
        *time = num_int(&number, digits) ? number : 0;
        return read_offset(minutes, seconds + n + (seconds[n] == ' '));
    }
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &when);
    rest = rest ? rest : strptime(text, "%Y-%m-%d %H:%M:%S", &when);
    if (!rest || !read_offset(minutes, rest + strspn(rest, " "))) {
        return false;
    }
    *time = timegm(&when) - (git_time_t)*minutes * 60;
    return true;
}

int gitidentity_committer(struct git_signature **out, struct gitrepo *g) {
    struct str name CLEANUP(str_release) = STR_INIT;
    struct str email CLEANUP(str_release) = STR_INIT;
    const char *date = env_get("GIT_COMMITTER_DATE");
    git_time_t time = 0;
    int offset = 0, rc;

    if ((rc = gitlib_open(g)) || (rc = find_part(&name, g, "GIT_COMMITTER_NAME", "name", NULL)) ||
        (rc = find_part(&email, g, "GIT_COMMITTER_EMAIL", "email", "EMAIL"))) {
        return rc;
    }
    if (date && !read_date(&time, &offset, date)) {
        return err_set(ERR_INVALID, "GIT_COMMITTER_DATE is '%s', which is no date", date);
    }
    if ((date ? git_signature_new(out, name.buf, email.buf, time, offset)
              : git_signature_now(out, name.buf, email.buf)) < 0) {
        return gitlib_error(ERR_FAILED, "Git cannot sign as '%s <%s>'", name.buf, email.buf);
    }
    return 0;
}
