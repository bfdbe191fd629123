/*
 * The names, ARTIFACT being "name" or "folder=name":
 *
 *     ARTIFACT@v1.2.3        a version is registered: the tagged commit
 *     ARTIFACT@v1.2.3!       … and taken back
 *     ARTIFACT#stage         a stage is assigned to the version at the tagged commit
 *     ARTIFACT#stage!        … and taken from it
 *     ARTIFACT@deprecated    the artifact as a whole is taken out of use
 *
 * Each may end in "#7", which makes a name that is used again another one. It is one more than the
 * highest that the artifact's tags have. "ARTIFACT@created" is reserved and says nothing.
 */
#include "registry/tagname.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "registry/semver.h"

#define ALNUM "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { NAME_MAX_BYTES = 200, COUNTER_MAX = 1000000000 };

static bool name_valid(const char *name, size_t len) {
    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, ALNUM "-/_") >= len &&
           strchr(ALNUM, name[0]) && strchr(ALNUM, name[len - 1]);
}

/* With the folder set off by `separator`. */
static bool full_name_valid(const char *name, size_t len, char separator) {
    const char *at = memchr(name, separator, len);

    if (!at) {
        return name_valid(name, len);
    }
    size_t folder = (size_t)(at - name);
    return folder > 0 && folder <= NAME_MAX_BYTES && strspn(name, ALNUM "-_./") >= folder &&
           name_valid(at + 1, len - folder - 1);
}

bool artifact_name_valid(const char *name) {
    return full_name_valid(name, strlen(name), ':');
}

bool registry_stage_valid(const char *name) {
    return name_valid(name, strlen(name));
}

/* "#7" at the end of the text, which is cut off there; false if what follows the '#' is none. */
static bool cut_counter(unsigned *out, char *text) {
    char *at = strrchr(text, '#');
    uint64_t number;

    if (!at || !num_uint(&number, at + 1) || number > COUNTER_MAX) {
        return false;
    }
    *out = (unsigned)number;
    *at = '\0';
    return true;
}

/* What follows "@": *text is a version, one taken back, or a word. */
static bool parse_version(struct tagname *out, char *text) {
    size_t len = strlen(text);

    if (str_eq(text, "deprecated")) {
        out->action = REGISTRY_DEPRECATE;
        return true;
    }
    out->action = REGISTRY_REGISTER;
    if (len > 0 && text[len - 1] == '!') {
        out->action = REGISTRY_DEREGISTER;
        text[len - 1] = '\0';
    }
    out->version = text;
    return semver_valid(text);
}

static bool parse_stage(struct tagname *out, char *text) {
    size_t len = strlen(text);

    out->action = REGISTRY_ASSIGN;
    if (len > 0 && text[len - 1] == '!') {
        out->action = REGISTRY_UNASSIGN;
        text[len - 1] = '\0';
    }
    out->stage = text;
    return registry_stage_valid(text);
}

bool tagname_parse(struct tagname *out, struct arena *arena, const char *tag) {
    size_t len = strcspn(tag, "@#");

    *out = (struct tagname){0};
    if (!tag[len] || !full_name_valid(tag, len, '=')) {
        return false;
    }
    char *name = arena_strndup(arena, tag, len), *folder = strchr(name, '=');
    char *rest = arena_strdup(arena, tag + len + 1);
    if (folder) {
        *folder = ':';
    }
    out->artifact = name;
    if (strchr(rest, '#') && !cut_counter(&out->counter, rest)) {
        return false;
    }
    return tag[len] == '@' ? parse_version(out, rest) : parse_stage(out, rest);
}

const char *tagname_text(struct arena *arena, const struct tagname *t) {
    struct str text CLEANUP(str_release) = STR_INIT;

    str_adds(&text, t->artifact);
    for (char *c = strchr(text.buf, ':'); c; c = strchr(c, ':')) {
        *c = '=';
    }
    switch (t->action) {
    case REGISTRY_DEPRECATE:
        str_adds(&text, "@deprecated");
        break;
    case REGISTRY_REGISTER:
    case REGISTRY_DEREGISTER:
        str_addf(&text, "@%s%s", t->version, t->action == REGISTRY_DEREGISTER ? "!" : "");
        break;
    case REGISTRY_ASSIGN:
    case REGISTRY_UNASSIGN:
        str_addf(&text, "#%s%s", t->stage, t->action == REGISTRY_UNASSIGN ? "!" : "");
        break;
    }
    if (t->counter) {
        str_addf(&text, "#%u", t->counter);
    }
    return arena_strdup(arena, text.buf);
}

const char *registry_action_name(enum registry_action action) {
    switch (action) {
    case REGISTRY_DEPRECATE:
        return "deprecation";
    case REGISTRY_REGISTER:
        return "registration";
    case REGISTRY_DEREGISTER:
        return "deregistration";
    case REGISTRY_ASSIGN:
        return "assignment";
    case REGISTRY_UNASSIGN:
        return "unassignment";
    }
    return "";
}

int registry_action_priority(enum registry_action action) {
    return (int)action + 2;
}
