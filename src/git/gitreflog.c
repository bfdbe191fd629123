#include "git/gitreflog.h"

#include <fcntl.h>
#include <git2.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "os/cpu.h"
#include "os/file.h"
#include "git/gitlib.h"
#include "git/gitref_writer.h"

#define LOG_MAX ((size_t)256 << 20)
#define ID_LEN  40
static const char no_id[] = "0000000000000000000000000000000000000000";

static bool take_id(char out[41], const char *text) {
    if (strspn(text, "0123456789abcdef") != ID_LEN || text[ID_LEN] != ' ') {
        return false;
    }
    memcpy(out, text, ID_LEN);
    out[ID_LEN] = '\0';
    return true;
}

/* "<old> <new> <name> <<mail>> <seconds> <zone>\t<message>" */
static bool parse_line(struct gitlogline *out, struct arena *arena, const char *line) {
    if (!take_id(out->old_id, line) || !take_id(out->id, line + ID_LEN + 1)) {
        return false;
    }
    const char *who = line + 2 * (ID_LEN + 1);
    size_t len = strcspn(who, "\t");
    const char *owner = arena_strndup(arena, who, len), *mail_end = strrchr(owner, '>');

    if (!mail_end || mail_end[1] != ' ') {
        return false;
    }
    const char *seconds = mail_end + 2;
    out->who = owner;
    out->message = who[len] ? arena_strdup(arena, who + len + 1) : "";
    return num_int(&out->time, arena_strndup(arena, seconds, strcspn(seconds, " ")));
}

void gitreflog_parse(struct gitreflog *out, struct arena *arena, const char *text) {
    while (*text) {
        size_t len = strcspn(text, "\n");
        struct gitlogline line;

        if (parse_line(&line, arena, arena_strndup(arena, text, len))) {
            vec_push(out, line);
        }
        text += len + (text[len] == '\n');
    }
}

/* A log without its reference is what a killed process left: no line of it counts. */
static int read_log(struct gitreflog *out, const struct gitref_writer *w) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = w->there ? file_read(&text, w->dir, gitref_writer_log(w), LOG_MAX) : 0;

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (!rc) {
        gitreflog_parse(out, w->arena, text.buf);
    }
    return rc;
}

int gitreflog_read(struct gitreflog *out, struct gitrepo *g, struct arena *arena,
                   const char *name) {
    struct str text CLEANUP(str_release) = STR_INIT;
    git_oid id;
    int rc = gitlib_open(g);

    if (rc || git_reference_name_to_id(&id, g->repo, name) < 0) {
        return rc;
    }
    const char *path = arena_printf(arena, "%slogs/%s", git_repository_commondir(g->repo), name);
    rc = file_read(&text, AT_FDCWD, path, LOG_MAX);
    if (rc) {
        bool missing = rc == ERR_NOT_FOUND;
        if (missing) {
            err_clear();
        }
        return missing ? 0 : rc;
    }
    size_t first = out->len;
    gitreflog_parse(out, arena, text.buf);
    for (size_t i = first, j = out->len; i + 1 < j; i++) {
        struct gitlogline swap = out->at[--j];
        out->at[j] = out->at[i];
        out->at[i] = swap;
    }
    return 0;
}

static void write_line(struct str *out, const struct gitlogline *line, const char *old) {
    str_addf(out, "%s %s %s\t%s\n", old, line->id, line->who, line->message);
}

static const char *one_line(struct arena *arena, const char *message) {
    char *text = arena_strdup(arena, message);

    for (char *p = text; *p; p++) {
        *p = *p == '\n' || *p == '\r' ? ' ' : *p;
    }
    return text;
}

static const char *committer(const struct gitref_writer *w) {
    git_signature *who = NULL;
    const char *text;

    if (git_signature_default(&who, w->g->repo) < 0) {
        return arena_printf(w->arena, "unknown <> %lld +0000",
                            (long long)(clock_real_ns() / 1000000000));
    }
    int zone = who->when.offset, size = zone < 0 ? -zone : zone;
    text = arena_printf(w->arena, "%s <%s> %lld %c%02d%02d", who->name, who->email,
                        (long long)who->when.time, zone < 0 ? '-' : '+', size / 60, size % 60);
    git_signature_free(who);
    return text;
}

int gitreflog_append(struct gitref_writer *w, const char *id, const char *message) {
    struct gitreflog log = {0};
    struct str text CLEANUP(str_release) = STR_INIT;
    struct gitlogline line = {.who = committer(w), .message = one_line(w->arena, message)};
    int rc = read_log(&log, w);

    if (!rc) {
        for (size_t i = 0; i < log.len; i++) {
            write_line(&text, &log.at[i], log.at[i].old_id);
        }
        memcpy(line.id, id, sizeof line.id);
        write_line(&text, &line, w->id[0] ? w->id : no_id);
        rc = gitref_writer_put_log(w, text.buf, text.len);
    }
    vec_release(&log);
    return rc;
}

/* Each line begins where the one before it ended. */
static const char *log_without(struct str *out, const struct gitreflog *log, size_t drop) {
    const char *last = no_id;

    for (size_t i = 0; i < log->len; i++) {
        if (i != drop) {
            write_line(out, &log->at[i], last);
            last = log->at[i].id;
        }
    }
    return last;
}

int gitreflog_drop(struct gitrepo *g, const char *name, const char *id) {
    struct gitref_writer w CLEANUP(gitref_writer_end);
    struct str text CLEANUP(str_release) = STR_INIT;
    struct gitreflog log = {0};
    int rc = gitref_writer_begin(&w, g, name);

    if (!rc) {
        rc = read_log(&log, &w);
    }
    size_t at = log.len;
    while (at > 0 && !str_eq(log.at[at - 1].id, id)) {
        at--;
    }
    if (!rc && at == 0) {
        rc = err_set(ERR_NOT_FOUND, "no '%.7s' in the log of '%s'", id, name);
    }
    if (!rc && log.len == 1) {
        rc = gitref_writer_remove(&w);
    } else if (!rc) {
        const char *last = log_without(&text, &log, at - 1);
        rc = gitref_writer_put_log(&w, text.buf, text.len);
        rc = rc || str_eq(last, w.id) ? rc : gitref_writer_put(&w, last);
    }
    vec_release(&log);
    return rc;
}
