#include "git/gitwire_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/gitwire.h"

#define ID_LEN 40

/* "<id>\t<name>"; "<name>^{}" follows a tag's line and has what the tag leads to. */
static int parse_ref(struct gitwire_refs *out, struct arena *arena, const char *line) {
    struct gitwire_ref ref = {.name = line + ID_LEN + 1};

    if (strspn(line, "0123456789abcdef") != ID_LEN || line[ID_LEN] != '\t' || !ref.name[0]) {
        return err_set(ERR_INVALID, "a line in the list of references is none: '%.80s'", line);
    }
    memcpy(ref.id, line, ID_LEN);
    memcpy(ref.commit, line, ID_LEN);
    size_t len = strlen(ref.name);
    if (str_ends(ref.name, "^{}")) {
        struct gitwire_ref *tag = out->len > 0 ? &out->at[out->len - 1] : NULL;
        if (tag && strlen(tag->name) == len - 3 && strncmp(tag->name, ref.name, len - 3) == 0) {
            memcpy(tag->commit, ref.id, ID_LEN);
        }
        return 0;
    }
    ref.name = arena_strdup(arena, ref.name);
    vec_push(out, ref);
    return 0;
}

int gitwire_text_refs(struct gitwire_refs *out, struct arena *arena, char *text) {
    int rc = 0;

    for (char *line = text, *end; !rc && (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        rc = parse_ref(out, arena, line);
    }
    return rc;
}

/* "<flag>\t<from>:<to>\t<summary> (<reason>)", as `git push --porcelain` has it; other lines tell
 * nothing. */
static void parse_pushed(struct gitwire_results *out, struct arena *arena, char *line) {
    char *names = line[0] ? line + 2 : line, *summary = strchr(names, '\t');

    if (!line[0] || line[1] != '\t' || !summary) {
        return;
    }
    *summary++ = '\0';
    const char *to = strrchr(names, ':'), *reason = strchr(summary, '(');
    struct gitwire_pushed p = {.ref = arena_strdup(arena, to ? to + 1 : names)};
    switch (line[0]) {
    case '=':
        p.state = GITWIRE_UP_TO_DATE;
        break;
    case '-':
        p.state = GITWIRE_DELETED;
        break;
    case '!':
        p.state = GITWIRE_REJECTED;
        p.why = reason ? arena_strndup(arena, reason + 1, strcspn(reason + 1, ")"))
                       : arena_strdup(arena, summary);
        break;
    default:
        p.state = GITWIRE_PUSHED;
        break;
    }
    vec_push(out, p);
}

void gitwire_text_pushed(struct gitwire_results *out, struct arena *arena, char *text) {
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        parse_pushed(out, arena, line);
    }
}

static bool is_noise(const char *line) {
    static const char *const starts[] = {
        "warning: ",
        "Warning: ",
        "hint: ",
        "Please make sure",
        "and the repository exists",
        "fatal: Could not read from remote repository",
        "fatal: the remote end hung up",
        "From ",
        "To ",
    };

    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        if (str_starts(line, starts[i])) {
            return true;
        }
    }
    return line[0] == '\0';
}

const char *gitwire_text_why(char *text) {
    const char *first = NULL;

    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        line[strcspn(line, "\r")] = '\0';
        if (is_noise(line)) {
            continue;
        }
        if (str_starts(line, "fatal: ") || str_starts(line, "error: ")) {
            return line + strlen("fatal: ");
        }
        first = first ? first : line;
    }
    return first ? first : "it does not say why";
}

enum err_code gitwire_text_code(const char *why) {
    static const struct {
        const char *words;
        enum err_code code;
    } known[] = {
        {"does not appear to be a git repository", ERR_NOT_FOUND},
        {"not found", ERR_NOT_FOUND},
        {"does not exist", ERR_NOT_FOUND},
        {"couldn't find remote ref", ERR_NOT_FOUND},
        {"Authentication failed", ERR_DENIED},
        {"ermission denied", ERR_DENIED},
        {"could not read Username", ERR_DENIED},
        {"could not read Password", ERR_DENIED},
        {"returned error: 403", ERR_DENIED},
    };

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strstr(why, known[i].words)) {
            return known[i].code;
        }
    }
    return ERR_FAILED;
}
