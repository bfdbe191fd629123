#include "model/configrule.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"

/* Options of one type; the words of `options` are separated by blanks. */
static const struct configrule section_rules[] = {
    {"core", CONFIG_BOOL,
     "interactive analytics hardlink_lock no_scm autostage experiments check_update", NULL},
    {"core", CONFIG_COUNT, "checksum_jobs", NULL},
    {"core", CONFIG_WORDS, "remote machine", NULL},
    {"core", CONFIG_TEXT, "site_cache_dir", NULL},
    {"cache", CONFIG_TEXT, "dir local s3 gs hdfs webhdfs ssh azure", NULL},
    {"cache", CONFIG_LINK_TYPES, "type", NULL},
    {"cache", CONFIG_CHOICE, "shared", "group"},
    {"cache", CONFIG_BOOL, "slow_link_warning verify protected", NULL},
    {"state", CONFIG_TEXT, "dir", NULL},
    {"state", CONFIG_COUNT, "row_limit", NULL},
    {"state", CONFIG_PERCENT, "row_cleanup_quota", NULL},
    {"index", CONFIG_TEXT, "dir", NULL},
    {"machine", CONFIG_CHOICE, "cloud", "aws azure"},
    {"machine", CONFIG_CHOICE, "region", "us-west us-east eu-west eu-north"},
    {"machine", CONFIG_TEXT, "image ssh_private startup_script setup_script", NULL},
    {"machine", CONFIG_BOOL, "spot", NULL},
    {"machine", CONFIG_NUMBER, "spot_price", NULL},
    {"machine", CONFIG_INTEGER, "instance_hdd_size", NULL},
    {"machine", CONFIG_WORDS, "instance_type instance_gpu", NULL},
    {"feature", CONFIG_BOOL, "machine", NULL},
    {"plots", CONFIG_TEXT, "html_template out_dir", NULL},
    {"plots", CONFIG_BOOL, "auto_open", NULL},
    {"exp", CONFIG_BOOL, "auto_push", NULL},
    {"exp", CONFIG_TEXT, "git_remote code data models metrics params plots live", NULL},
    {"parsing", CONFIG_CHOICE, "bool", "store_true boolean_optional"},
    {"parsing", CONFIG_CHOICE, "list", "nargs append"},
    {"hydra", CONFIG_BOOL, "enabled", NULL},
    {"hydra", CONFIG_TEXT, "config_dir config_module config_name plugins_path", NULL},
    {"studio", CONFIG_TEXT, "token url repo_url", NULL},
    {"studio", CONFIG_BOOL, "offline", NULL},
    {"db", CONFIG_TEXT, "url username password", NULL},
    /* Ours: see configrule_is_ours. */
    {"cairn", CONFIG_BOOL, "fsync", NULL},
    {"cairn", CONFIG_CHOICE, "hash", "md5 sha256 xxh128"},
    {"cairn", CONFIG_SECONDS, "lock_timeout", NULL},
    {"gc", CONFIG_DURATION, "trash", NULL},
    {"exec", CONFIG_CHOICE, "type", "local slurm"},
    {"exec", CONFIG_TEXT, "slurm.partition slurm.account slurm.qos slurm.time slurm.mem slurm.gpus",
     NULL},
    {"exec", CONFIG_WORDS, "slurm.args", NULL},
    {"exec", CONFIG_COUNT, "slurm.cpus", NULL},
    {"exec", CONFIG_SECONDS, "slurm.poll", NULL},
    {"exec", CONFIG_DURATION, "slurm.timeout", NULL},
};

/* The same for remotes, by kind; "folder" is a path, "*" any. */
static const struct configrule remote_rules[] = {
    {"*", CONFIG_TEXT, "url", NULL},
    {"*", CONFIG_COUNT, "jobs checksum_jobs", NULL},
    {"*", CONFIG_BOOL, "worktree version_aware no_traverse", NULL},
    {"folder s3 gs ssh webhdfs azure oss gdrive http https webdav webdavs", CONFIG_BOOL, "verify",
     NULL},
    {"folder ssh", CONFIG_LINK_TYPES, "type", NULL},
    {"folder", CONFIG_CHOICE, "shared", "group"},
    {"folder", CONFIG_BOOL, "protected slow_link_warning", NULL},
    {"s3", CONFIG_TEXT,
     "region profile credentialpath configpath endpointurl access_key_id secret_access_key"
     " session_token ssl_verify sse sse_kms_key_id sse_customer_algorithm sse_customer_key acl"
     " grant_read grant_read_acp grant_write_acp grant_full_control",
     NULL},
    {"s3", CONFIG_BOOL, "listobjects use_ssl allow_anonymous_login", NULL},
    {"s3", CONFIG_INTEGER, "read_timeout connect_timeout", NULL},
    {"s3", CONFIG_NEVER, "cache_regions", NULL},
    {"gs", CONFIG_TEXT, "projectname credentialpath endpointurl", NULL},
    {"gs", CONFIG_BOOL, "allow_anonymous_login", NULL},
    {"ssh", CONFIG_TEXT, "user password passphrase keyfile", NULL},
    {"ssh", CONFIG_BOOL, "ask_password ask_passphrase gss_auth allow_agent", NULL},
    {"ssh", CONFIG_INTEGER, "port timeout max_sessions", NULL},
    {"hdfs", CONFIG_TEXT, "user kerb_ticket", NULL},
    {"hdfs", CONFIG_NEVER, "replication", NULL},
    {"webhdfs", CONFIG_TEXT,
     "kerberos_principal proxy_to ssl_verify token user password data_proxy_target", NULL},
    {"webhdfs", CONFIG_BOOL, "kerberos use_https", NULL},
    {"azure", CONFIG_TEXT,
     "connection_string sas_token account_name account_key tenant_id client_id client_secret",
     NULL},
    {"azure", CONFIG_BOOL,
     "allow_anonymous_login exclude_environment_credential exclude_visual_studio_code_credential"
     " exclude_shared_token_cache_credential exclude_managed_identity_credential",
     NULL},
    {"azure", CONFIG_INTEGER, "timeout read_timeout connection_timeout", NULL},
    {"oss", CONFIG_TEXT, "oss_key_id oss_key_secret oss_endpoint", NULL},
    {"gdrive", CONFIG_TEXT,
     "profile gdrive_client_id gdrive_client_secret gdrive_user_credentials_file"
     " gdrive_service_account_user_email gdrive_service_account_json_file_path",
     NULL},
    {"gdrive", CONFIG_BOOL, "gdrive_use_service_account gdrive_trash_only gdrive_acknowledge_abuse",
     NULL},
    {"http https", CONFIG_CHOICE, "auth", "basic digest custom"},
    {"http https", CONFIG_TEXT, "custom_auth_header user password ssl_verify method", NULL},
    {"http https", CONFIG_BOOL, "ask_password", NULL},
    {"http https", CONFIG_SECONDS, "connect_timeout read_timeout", NULL},
    {"webdav webdavs", CONFIG_TEXT,
     "user password token bearer_token_command custom_auth_header cert_path key_path ssl_verify",
     NULL},
    {"webdav webdavs", CONFIG_BOOL, "ask_password", NULL},
    {"webdav webdavs", CONFIG_INTEGER, "timeout", NULL},
};

static const char *const kinds[] = {"folder",  "s3",     "gs",      "ssh",    "hdfs",
                                    "webhdfs", "azure",  "oss",     "gdrive", "http",
                                    "https",   "webdav", "webdavs", "remote"};

/* Of a remote://other/path: its options are those of the other one, which DVC does not look up. */
static const struct configrule anything = {"*", CONFIG_WORDS, "", NULL};

static bool one_of(const char *choices, const char *value, size_t len, bool any_case) {
    for (const char *at = choices; *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if (n == len && (any_case ? strncasecmp : strncmp)(at, value, n) == 0) {
            return true;
        }
        at += n;
    }
    return false;
}

static bool has_word(const char *words, const char *word) {
    return one_of(words, word, strlen(word), false);
}

bool configrule_section(const char *section, bool *named) {
    bool found = *named = has_word("remote machine db", section);
    for (size_t i = 0; i < COUNT_OF(section_rules) && !found; i++) {
        found = str_eq(section_rules[i].where, section);
    }
    return found;
}

bool configrule_is_ours(const char *section) {
    return has_word("cairn gc exec", section);
}

/* A scheme is what both of DVC's looks at it take for one: letters and digits. Without a host it is a path. */
const char *configrule_url_kind(const char *url) {
    size_t len = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    if (len == 0 || (url[0] >= '0' && url[0] <= '9') || strncmp(url + len, "://", 3) != 0 ||
        strchr("/?#", url[len + 3])) {
        return "folder";
    }
    for (size_t i = 1; i < COUNT_OF(kinds); i++) {
        if (strlen(kinds[i]) == len && strncasecmp(url, kinds[i], len) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

static const struct configrule *remote_rule(const char *kind, const char *option) {
    if (str_eq(kind, "remote")) {
        return &anything;
    }
    for (size_t i = 0; i < COUNT_OF(remote_rules); i++) {
        const struct configrule *rule = &remote_rules[i];
        if (has_word(rule->options, option) &&
            (!kind || rule->where[0] == '*' || has_word(rule->where, kind))) {
            return rule;
        }
    }
    return NULL;
}

const struct configrule *configrule_find(const char *section, const char *kind,
                                         const char *option) {
    if (str_eq(section, "remote")) {
        return remote_rule(kind, option);
    }
    for (size_t i = 0; i < COUNT_OF(section_rules); i++) {
        if (str_eq(section_rules[i].where, section) && has_word(section_rules[i].options, option)) {
            return &section_rules[i];
        }
    }
    /* Experimental features of other versions: DVC warns and goes on. */
    return str_eq(section, "feature") ? &anything : NULL;
}

/* Python takes blanks around a number and an underscore between digits. */
static void plain_number(struct str *out, const char *text) {
    text += strspn(text, " \t\n\v\f\r");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\n\v\f\r", text[len - 1])) {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        bool between = text[i] == '_' && i > 0 && strchr("0123456789", text[i - 1]) &&
                       i + 1 < len && strchr("0123456789", text[i + 1]);
        if (!between) {
            str_addc(out, text[i]);
        }
    }
}

/* An integer of any length, from `low` up and at most `high`. */
static bool integer_fits(const char *text, int64_t low, int64_t high) {
    struct str number CLEANUP(str_release) = STR_INIT;
    plain_number(&number, text);
    const char *digits = number.buf + (number.buf[0] == '-' || number.buf[0] == '+');
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        return false;
    }
    digits += strspn(digits, "0");
    int64_t value;
    if (strlen(digits) > 18) {
        return number.buf[0] == '-' ? low == INT64_MIN : high == INT64_MAX;
    }
    if (!num_int(&value, digits[0] ? digits : "0")) {
        return false;
    }
    value = number.buf[0] == '-' ? -value : value;
    return value >= low && value <= high;
}

static bool float_fits(const char *text, bool positive) {
    struct str number CLEANUP(str_release) = STR_INIT;
    double value;
    plain_number(&number, text);
    bool minus = number.buf[0] == '-';
    const char *rest = number.buf + (minus || number.buf[0] == '+');
    if (strcasecmp(rest, "nan") == 0) {
        return true;
    }
    if (strcasecmp(rest, "inf") == 0 || strcasecmp(rest, "infinity") == 0) {
        return !(positive && minus);
    }
    return rest[0] != '-' && rest[0] != '+' && num_float(&value, rest) &&
           !(positive && minus && value > 0);
}

#define LINKS "reflink hardlink symlink copy"

static bool links_fit(const char *value, const struct strv *items) {
    for (size_t i = 0; items && i < items->len; i++) {
        if (!one_of(LINKS, items->at[i], strlen(items->at[i]), false)) {
            return false;
        }
    }
    for (const char *at = value; !items; at++) {
        at += strspn(at, " \t");
        size_t len = strcspn(at, ","), word = len;
        while (word > 0 && (at[word - 1] == ' ' || at[word - 1] == '\t')) {
            word--;
        }
        if (!one_of(LINKS, at, word, false)) {
            return false;
        }
        at += len;
        if (*at == '\0') {
            break;
        }
    }
    return true;
}

const char *configrule_refuses(const struct configrule *rule, const char *value,
                               const struct strv *items) {
    if (items && rule->type != CONFIG_LINK_TYPES && rule->type != CONFIG_WORDS) {
        return "expected one value, not a list (quote a comma)";
    }
    switch (rule->type) {
    case CONFIG_TEXT:
    case CONFIG_WORDS:
        return NULL;
    case CONFIG_BOOL:
        return strcasecmp(value, "true") == 0 || strcasecmp(value, "false") == 0
                   ? NULL
                   : "expected true or false";
    case CONFIG_INTEGER:
        return integer_fits(value, INT64_MIN, INT64_MAX) ? NULL : "expected a whole number";
    case CONFIG_COUNT:
        return integer_fits(value, 1, INT64_MAX) ? NULL : "expected a whole number from 1 up";
    case CONFIG_PERCENT:
        return integer_fits(value, 0, 100) ? NULL : "expected a whole number from 0 to 100";
    case CONFIG_NUMBER:
        return float_fits(value, false) ? NULL : "expected a number";
    case CONFIG_SECONDS:
        return float_fits(value, true) ? NULL : "expected a number of seconds, not negative";
    case CONFIG_LINK_TYPES:
        return links_fit(value, items) ? NULL : "expected some of reflink, hardlink, symlink, copy";
    case CONFIG_CHOICE:
        return one_of(rule->choices, value, strlen(value), true) ? NULL : "expected one of ";
    case CONFIG_DURATION: {
        int64_t seconds;
        return num_duration(&seconds, value) ? NULL : "expected a time, as in 12h, 7d or 2w";
    }
    case CONFIG_NEVER:
        return "DVC refuses every value of this option";
    }
    return NULL;
}

bool configrule_is_path(const char *section, const char *option) {
    static const char *const of_remote =
        "url gdrive_user_credentials_file gdrive_service_account_json_file_path credentialpath "
        "configpath"
        " keyfile cert_path key_path";
    if (str_eq(section, "remote")) {
        return has_word(of_remote, option);
    }
    if (str_eq(section, "machine")) {
        return has_word("startup_script setup_script", option);
    }
    return str_eq(section, "cache") && str_eq(option, "dir");
}

bool configrule_is_secret(const char *section, const char *option) {
    static const char *const of_remote =
        "password passphrase token access_key_id secret_access_key session_token sse_customer_key"
        " connection_string sas_token account_key client_secret oss_key_id oss_key_secret"
        " gdrive_client_secret";
    if (str_eq(section, "remote")) {
        return has_word(of_remote, option);
    }
    return (str_eq(section, "studio") && str_eq(option, "token")) ||
           (str_eq(section, "db") && str_eq(option, "password"));
}
