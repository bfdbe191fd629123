/* A note is a line: when it was found, in seconds since the epoch, a blank, the listing's digest. */
#include "store/complete.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "os/cpu.h"
#include "store/odb.h"
#include "store/worknote.h"

#define HOLDS_S (24 * 3600)
#define MOST    4096

struct found {
    int64_t when;
    char digest[DIGEST_TEXT_MAX];
};

struct complete {
    struct worknote note;
    VEC(struct found) at;
    int64_t now;
    bool changed;
};

/* Notes of the future, of yesterday, and what is no note, are left out. */
static void read_line(struct complete *c, char *line) {
    char *blank = strchr(line, ' ');
    struct found f;

    if (!blank) {
        return;
    }
    *blank = '\0';
    if (!num_int(&f.when, line) || f.when > c->now || c->now - f.when > HOLDS_S ||
        strlen(blank + 1) >= sizeof f.digest || c->at.len == MOST) {
        c->changed = true;
        return;
    }
    memcpy(f.digest, blank + 1, strlen(blank + 1) + 1);
    vec_push(&c->at, f);
}

static bool open_note(struct worknote *note, struct str *lines, const struct statcache *state,
                      const struct odb *o) {
    struct str subject CLEANUP(str_release) = STR_INIT;

    str_addf(&subject, "complete %s %s", o->name, o->url);
    return worknote_open(note, lines, state, subject.buf);
}

struct complete *complete_open(const struct statcache *state, const struct odb *o) {
    struct str lines CLEANUP(str_release) = STR_INIT;
    struct complete *c;

    if (!o->far) {
        return NULL;
    }
    c = mem_zalloc(1, sizeof *c);
    c->now = clock_real_ns() / 1000000000;
    if (!open_note(&c->note, &lines, state, o)) {
        free(c);
        return NULL;
    }
    for (char *line = lines.buf, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        read_line(c, line);
    }
    return c;
}

bool complete_has(const struct complete *c, const struct digest *listing) {
    char hex[DIGEST_TEXT_MAX];

    digest_text(hex, listing);
    for (size_t i = 0; c && i < c->at.len; i++) {
        if (strcmp(c->at.at[i].digest, hex) == 0) {
            return true;
        }
    }
    return false;
}

void complete_add(struct complete *c, const struct digest *listing) {
    struct found f;

    if (!c || complete_has(c, listing) || c->at.len == MOST) {
        return;
    }
    f.when = c->now;
    digest_text(f.digest, listing);
    vec_push(&c->at, f);
    c->changed = true;
}

static void save(struct complete *c) {
    struct str lines CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < c->at.len; i++) {
        str_addf(&lines, "%s%" PRId64 " %s", i > 0 ? "\n" : "", c->at.at[i].when,
                 c->at.at[i].digest);
    }
    worknote_clear(&c->note);
    if (lines.len > 0) {
        worknote_add(&c->note, lines.buf);
    }
}

void complete_close(struct complete *c) {
    if (!c) {
        return;
    }
    if (c->changed) {
        save(c);
    }
    if (c->at.len == 0) {
        worknote_remove(&c->note);
    }
    worknote_close(&c->note);
    vec_release(&c->at);
    free(c);
}

void complete_forget(const struct statcache *state, const struct odb *o) {
    struct worknote note;
    struct str lines CLEANUP(str_release) = STR_INIT;

    if (o->far && open_note(&note, &lines, state, o)) {
        worknote_remove(&note);
    }
}
