#include "git/gittag.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "git/gitidentity.h"
#include "git/gitlib.h"
#include "git/gitref.h"

#define TAGS "refs/tags/"

struct tag_listing {
    struct gittags *out;
    git_repository *repo;
    struct arena *arena;
};

static int list_one(const char *ref, git_oid *id, void *ctx) {
    struct tag_listing *l = ctx;
    git_tag *tag = NULL;
    git_object *target = NULL;
    char hex[GIT_OID_HEXSZ + 1];

    if (str_starts(ref, TAGS) && git_tag_lookup(&tag, l->repo, id) == 0 &&
        git_tag_peel(&target, tag) == 0 && git_object_type(target) == GIT_OBJECT_COMMIT) {
        const git_signature *by = git_tag_tagger(tag);
        const char *message = git_tag_message(tag);
        struct gittag found = {
            .name = arena_strdup(l->arena, ref + strlen(TAGS)),
            .commit = arena_strdup(l->arena, git_oid_tostr(hex, sizeof hex, git_object_id(target))),
            .author = arena_strdup(l->arena, by ? by->name : ""),
            .email = arena_strdup(l->arena, by ? by->email : ""),
            .message = arena_strdup(l->arena, message ? message : ""),
            .time = by ? by->when.time : 0,
            .offset = by ? by->when.offset : 0,
        };
        vec_push(l->out, found);
    }
    git_object_free(target);
    git_tag_free(tag);
    return 0;
}

static int compare_tags(const void *a, const void *b) {
    return strcmp(((const struct gittag *)a)->name, ((const struct gittag *)b)->name);
}

int gittag_list(struct gittags *out, struct gitrepo *g, struct arena *arena) {
    int rc = gitlib_open(g);
    struct tag_listing l = {.out = out, .repo = g->repo, .arena = arena};
    size_t first = out->len;

    if (rc) {
        return rc;
    }
    if (git_tag_foreach(g->repo, list_one, &l) < 0) {
        return gitlib_error(ERR_FAILED, "cannot list the tags of '%s'", g->root);
    }
    if (out->len > first) {
        qsort(out->at + first, out->len - first, sizeof *out->at, compare_tags);
    }
    return 0;
}

static int set_ref(struct gitrepo *g, const char *name, const git_oid *id) {
    struct str ref CLEANUP(str_release) = STR_INIT;
    char hex[GIT_OID_HEXSZ + 1];

    str_addf(&ref, TAGS "%s", name);
    int rc = gitref_set(g, ref.buf, git_oid_tostr(hex, sizeof hex, id), "", NULL);
    if (rc == ERR_EXISTS) {
        err_clear();
        return err_set(ERR_EXISTS, "the Git tag '%s' exists", name);
    }
    return rc;
}

int gittag_create(struct gitrepo *g, const char *name, const char *commit, const char *message,
                  int64_t *last) {
    git_signature *by = NULL;
    git_object *target = NULL;
    git_oid id;
    int rc = gitidentity_committer(&by, g);

    if (rc) {
        return rc;
    }
    by->when.time = by->when.time > *last ? by->when.time : *last + 1;
    if (git_oid_fromstr(&id, commit) < 0 ||
        git_object_lookup(&target, g->repo, &id, GIT_OBJECT_COMMIT) < 0) {
        rc = gitlib_error(ERR_NOT_FOUND, "no commit '%s'", commit);
    } else {
        /* The object by itself: references are written by gitref, which leaves no lock behind. */
        rc = git_tag_annotation_create(&id, g->repo, name, target, by, message) < 0
                 ? gitlib_error(ERR_FAILED, "cannot make the Git tag '%s'", name)
                 : set_ref(g, name, &id);
        *last = rc ? *last : by->when.time;
    }
    git_object_free(target);
    git_signature_free(by);
    return rc;
}
