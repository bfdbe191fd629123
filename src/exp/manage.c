#include "exp/manage.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "exp/exp_ref.h"
#include "exp/queue.h"
#include "exp/share.h"

/* All experiments, here or there. */
static int list_all(struct experiments *out, struct gitrepo *g, struct arena *arena,
                    const char *remote) {
    return remote ? exp_remote_list(out, g, arena, remote) : exp_list(out, g, arena, NULL);
}

/* The commit that is checked out, NULL if there is none. */
static const char *head_of(struct gitrepo *g, struct arena *arena) {
    struct gitrev head;

    if (gitrev_find(&head, g, arena, "HEAD")) {
        err_clear();
        return NULL;
    }
    return arena_strdup(arena, head.id);
}

static bool is_there(const struct experiments *all, const char *ref) {
    for (size_t i = 0; i < all->len; i++) {
        if (str_eq(all->at[i].ref, ref)) {
            return true;
        }
    }
    return false;
}

static int name_taken(const char *name) {
    err_set(ERR_EXISTS, "there is an experiment '%s' of the same commit", name);
    err_hint("Use `-f` to force."); /* VS Code looks for this */
    return ERR_EXISTS;
}

/* The new reference is made before the old one goes. */
static int move_ref(struct gitrepo *g, struct arena *arena, const char *remote,
                    const struct experiment *e, const char *to, bool force) {
    struct strv refspecs CLEANUP(strv_release) = {0};
    int rc;

    if (remote) {
        vec_push(&refspecs, arena_printf(arena, "%s%s:%s", force ? "+" : "", e->id, to));
        vec_push(&refspecs, arena_printf(arena, ":%s", e->ref));
        return exp_remote_change(g, arena, remote, &refspecs);
    }
    rc = gitref_set(g, to, e->id, force ? NULL : "", NULL);
    return rc ? rc : gitref_delete(g, e->ref, e->id);
}

int exp_rename(struct repo *r, struct arena *arena, const char *remote, const char *name,
               const char *new_name, bool force) {
    struct experiments all = {0};
    struct experiment e;
    struct gitrepo *g;
    int rc = exp_git(&g, r);

    if (rc || (rc = exp_name_check(new_name))) {
        return rc;
    }
    rc = list_all(&all, g, arena, remote);
    if (!rc) {
        rc = exp_pick(&e, &all, head_of(g, arena), name);
    }
    if (!rc && !str_eq(e.name, new_name)) {
        const char *to = exp_ref_name(arena, e.baseline, new_name);

        rc = !force && is_there(&all, to) ? name_taken(new_name)
                                          : move_ref(g, arena, remote, &e, to, force);
    }
    vec_release(&all);
    return rc;
}

/* What is to go. */
struct choice {
    struct experiments all, chosen;
    struct queue_tasks tasks;
    VEC(const struct queue_task *) chosen_tasks;
};

static void choice_release(struct choice *c) {
    vec_release(&c->all);
    vec_release(&c->chosen);
    vec_release(&c->tasks);
    vec_release(&c->chosen_tasks);
}

/* Names are looked up among the experiments and among the tasks, and may be in both. */
static int pick_names(struct choice *c, const char *head, const struct strv *names) {
    static const unsigned idle = 1U << QUEUE_WAITING | 1U << QUEUE_FAILED;

    for (size_t i = 0; i < names->len; i++) {
        const struct queue_task *task = queue_find(&c->tasks, names->at[i], idle);
        struct experiment e;
        int rc = exp_pick(&e, &c->all, head, names->at[i]);

        if (rc && !(rc == ERR_NOT_FOUND && task)) {
            return rc;
        }
        err_clear();
        if (!rc && !is_there(&c->chosen, e.ref)) {
            vec_push(&c->chosen, e);
        }
        if (task) {
            vec_push(&c->chosen_tasks, task);
        }
    }
    return 0;
}

static int choose(struct choice *c, struct gitrepo *g, struct arena *arena,
                  const struct exp_removal *what) {
    struct experiments *out = &c->chosen;

    for (size_t i = 0; what->queued && i < c->tasks.len; i++) {
        if (c->tasks.at[i].state == QUEUE_WAITING) {
            vec_push(&c->chosen_tasks, &c->tasks.at[i]);
        }
    }
    if (what->names.len) {
        return pick_names(c, head_of(g, arena), &what->names);
    }
    if (!what->scope.all_commits && !what->scope.revs.len) {
        return 0;
    }
    return what->remote ? exp_remote_scope(out, g, arena, what->remote, &what->scope)
                        : exp_scope_list(out, g, arena, &what->scope);
}

static void keep_chosen(struct experiments *chosen, const struct experiments *all) {
    struct experiments others = {0};

    for (size_t i = 0; i < all->len; i++) {
        if (!is_there(chosen, all->at[i].ref)) {
            vec_push(&others, all->at[i]);
        }
    }
    vec_release(chosen);
    *chosen = others;
}

/* Notes of runs that would lead to what is gone. */
static int drop_notes(struct gitrepo *g, const struct experiment *e) {
    static const char *const notes[] = {EXP_EXEC_APPLY, EXP_EXEC_BRANCH};

    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        char id[41];
        int rc = gitref_read(id, g, notes[i]);

        if (!rc && str_eq(id, e->id)) {
            rc = gitref_delete(g, notes[i], e->id);
        }
        if (rc && rc != ERR_NOT_FOUND) {
            return rc;
        }
        err_clear();
    }
    return 0;
}

static int remove_here(struct gitrepo *g, const struct experiments *chosen) {
    int rc = 0;

    for (size_t i = 0; i < chosen->len && !rc; i++) {
        rc = drop_notes(g, &chosen->at[i]);
        if (!rc) {
            rc = gitref_delete(g, chosen->at[i].ref, NULL);
        }
    }
    return rc;
}

static int remove_there(struct gitrepo *g, struct arena *arena, const char *remote,
                        const struct experiments *chosen) {
    struct strv refspecs CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < chosen->len; i++) {
        vec_push(&refspecs, arena_printf(arena, ":%s", chosen->at[i].ref));
    }
    return refspecs.len ? exp_remote_change(g, arena, remote, &refspecs) : 0;
}

static int remove_tasks(struct strv *removed, struct repo *r, struct arena *arena,
                        const struct choice *c) {
    int rc = 0;

    for (size_t i = 0; i < c->chosen_tasks.len && !rc; i++) {
        const struct queue_task *t = c->chosen_tasks.at[i];
        const char *name = t->name ? t->name : arena_strndup(arena, t->rev, 7);

        rc = queue_remove(r, t);
        if (!rc) {
            vec_push(removed, arena_strdup(arena, name));
        }
    }
    return rc;
}

static int remove_chosen(struct strv *removed, struct repo *r, struct arena *arena,
                         const struct choice *c, const char *remote) {
    int rc =
        remote ? remove_there(r->git, arena, remote, &c->chosen) : remove_here(r->git, &c->chosen);

    for (size_t i = 0; !rc && i < c->chosen.len; i++) {
        vec_push(removed, c->chosen.at[i].name);
    }
    return rc ? rc : remove_tasks(removed, r, arena, c);
}

int exp_remove(struct strv *removed, struct repo *r, struct arena *arena,
               const struct exp_removal *what) {
    struct choice c CLEANUP(choice_release) = {0};
    struct gitrepo *g;
    int rc = exp_git(&g, r);

    if (rc || (rc = list_all(&c.all, g, arena, what->remote)) ||
        (!what->remote && (rc = queue_list(&c.tasks, arena, r))) ||
        (rc = choose(&c, g, arena, what))) {
        return rc;
    }
    if (what->keep) {
        keep_chosen(&c.chosen, &c.all);
    }
    return remove_chosen(removed, r, arena, &c, what->remote);
}

int exp_branch(const char **branch, const char **name, struct repo *r, struct arena *arena,
               const char *experiment) {
    struct experiment e;
    struct gitrev rev;
    struct gitrepo *g;
    int rc = exp_git(&g, r);

    if (rc || (rc = exp_find(&e, g, arena, experiment))) {
        return rc;
    }
    *name = e.name;
    *branch = *branch ? *branch : arena_printf(arena, "%s-branch", e.name);
    if ((rc = gitrev_find(&rev, g, arena, e.id))) {
        return err_wrap(rc, "the commit of '%s' is gone", e.name);
    }
    const char *ref = arena_printf(arena, "refs/heads/%s", *branch);
    rc = gitref_set(g, ref, e.id, "",
                    arena_printf(arena, "branch: Created from experiment '%s'", e.name));
    if (rc == ERR_EXISTS) {
        err_hint("name another one: exp branch %s <name>", e.name);
    }
    return rc;
}
