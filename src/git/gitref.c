#include "git/gitref.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitlib.h"
#include "git/gitref_writer.h"
#include "git/gitreflog.h"

static int compare_names(const void *a, const void *b) {
    return strcmp(((const struct gitref *)a)->name, ((const struct gitref *)b)->name);
}

/* The object that a reference leads to, without looking it up; false if nowhere. */
static bool final_id(git_oid *id, git_repository *repo, const git_reference *ref) {
    if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
        *id = *git_reference_target(ref);
        return true;
    }
    return git_reference_name_to_id(id, repo, git_reference_name(ref)) == 0;
}

int gitref_list(struct gitrefs *out, struct gitrepo *g, struct arena *arena, const char *prefix) {
    git_reference_iterator *refs = NULL;
    git_reference *ref = NULL;
    size_t first = out->len;
    int rc = gitlib_open(g), got;

    if (rc) {
        return rc;
    }
    if (git_reference_iterator_glob_new(&refs, g->repo, arena_printf(arena, "%s*", prefix)) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the references of '%s'", g->root);
    }
    while ((got = git_reference_next(&ref, refs)) == 0) {
        struct gitref found;
        git_oid id;

        if (gitref_valid(git_reference_name(ref)) && final_id(&id, g->repo, ref)) {
            found.name = arena_strdup(arena, git_reference_name(ref));
            git_oid_tostr(found.id, sizeof found.id, &id);
            vec_push(out, found);
        }
        git_reference_free(ref);
    }
    git_reference_iterator_free(refs);
    if (got != GIT_ITEROVER) {
        return gitlib_error(ERR_FAILED, "cannot list the references of '%s'", g->root);
    }
    if (out->len > first) {
        qsort(out->at + first, out->len - first, sizeof *out->at, compare_names);
    }
    return 0;
}

int gitref_read(char id[41], struct gitrepo *g, const char *name) {
    git_oid found;
    int rc = gitlib_open(g);

    if (rc) {
        return rc;
    }
    int got = git_reference_name_to_id(&found, g->repo, name);
    if (got == GIT_ENOTFOUND || got == GIT_EINVALIDSPEC) {
        return err_set(ERR_NOT_FOUND, "no Git reference '%s'", name);
    }
    if (got < 0) {
        return gitlib_error(ERR_FAILED, "cannot read the Git reference '%s'", name);
    }
    git_oid_tostr(id, 41, &found);
    return 0;
}

static bool valid_part(const char *part, size_t len) {
    static const char lock[] = ".lock";

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)part[i];
        if (c <= ' ' || c == 127 || strchr("~^:?*[\\", c) || (c == '.' && part[i + 1] == '.') ||
            (c == '@' && part[i + 1] == '{')) {
            return false;
        }
    }
    return len > 0 && part[0] != '.' &&
           !(len >= sizeof lock - 1 && memcmp(part + len - (sizeof lock - 1), lock, 5) == 0);
}

bool gitref_valid(const char *name) {
    size_t parts = 0;

    for (const char *p = name;; parts++) {
        size_t len = strcspn(p, "/");
        if (!valid_part(p, len)) {
            return false;
        }
        if (!p[len]) {
            return parts > 0 && p[len - 1] != '.';
        }
        p += len + 1;
    }
}

int gitref_set(struct gitrepo *g, const char *name, const char *id, const char *expected,
               const char *message) {
    struct gitref_writer w CLEANUP(gitref_writer_end);
    git_oid oid;
    int rc = gitref_writer_begin(&w, g, name);

    if (!rc && git_oid_fromstr(&oid, id) < 0) {
        rc = gitlib_error(ERR_INVALID, "'%s' is no id of a Git object", id);
    }
    if (!rc) {
        rc = gitref_writer_expect(&w, expected);
    }
    if (!rc && message) {
        rc = gitreflog_append(&w, id, message);
    }
    return rc ? rc : gitref_writer_put(&w, id);
}

int gitref_set_symbolic(struct gitrepo *g, const char *name, const char *target) {
    struct gitref_writer w CLEANUP(gitref_writer_end);
    int rc = gitref_writer_begin(&w, g, name);

    if (!rc && !gitref_valid(target)) {
        rc = err_set(ERR_INVALID, "'%s' is no valid name of a Git reference", target);
    }
    if (!rc) {
        rc = gitref_writer_expect(&w, NULL);
    }
    return rc ? rc : gitref_writer_put(&w, arena_printf(w.arena, "ref: %s", target));
}

int gitref_delete(struct gitrepo *g, const char *name, const char *expected) {
    struct gitref_writer w CLEANUP(gitref_writer_end);
    int rc = gitref_writer_begin(&w, g, name);

    if (!rc && !w.there) {
        rc = err_set(ERR_NOT_FOUND, "no Git reference '%s'", name);
    }
    if (!rc) {
        rc = gitref_writer_expect(&w, expected);
    }
    return rc ? rc : gitref_writer_remove(&w);
}
