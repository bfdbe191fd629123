#include "registry/state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gittag.h"
#include "model/repo.h"
#include "registry/semver.h"
#include "registry/tagname.h"

struct event_list VEC_OF(struct registry_event);

/* By time; tags of one second by their counters, which tell what was made later, then as GTO ranks
 * them. */
static int compare_events(const void *a, const void *b) {
    const struct registry_event *x = a, *y = b;

    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    if (x->counter != y->counter) {
        return x->counter < y->counter ? -1 : 1;
    }
    return x->action != y->action ? x->action - y->action : strcmp(x->tag, y->tag);
}

struct registry_artifact *registry_find(const struct registry *reg, const char *name) {
    return map_get(&reg->by_name, name);
}

static int compare_artifacts(const void *a, const void *b) {
    return strcmp((*(struct registry_artifact *const *)a)->name,
                  (*(struct registry_artifact *const *)b)->name);
}

static struct registry_artifact *put_artifact(struct registry *reg, const char *name) {
    struct registry_artifact *a = registry_find(reg, name);

    if (!a) {
        a = arena_alloc(reg->arena, sizeof *a);
        a->name = arena_strdup(reg->arena, name);
        a->active = true;
        vec_push(&reg->artifacts, a);
        map_put(&reg->by_name, a->name, a);
    }
    return a;
}

static void sort_artifacts(struct registry *reg) {
    if (reg->artifacts.len) {
        qsort(reg->artifacts.at, reg->artifacts.len, sizeof *reg->artifacts.at, compare_artifacts);
    }
}

struct registry_artifact *registry_put(struct registry *reg, const char *name) {
    struct registry_artifact *a = put_artifact(reg, name);

    sort_artifacts(reg);
    return a;
}

const struct registry_version *registry_version(const struct registry_artifact *a,
                                                const char *name) {
    for (size_t i = 0; i < a->versions.len; i++) {
        if (str_eq(a->versions.at[i].name, name)) {
            return &a->versions.at[i];
        }
    }
    return NULL;
}

const struct registry_version *registry_version_at(const struct registry_artifact *a,
                                                   const char *commit) {
    const struct registry_version *found = NULL;

    for (size_t i = 0; i < a->versions.len; i++) {
        const struct registry_version *v = &a->versions.at[i];

        if (v->registered && str_eq(v->commit, commit) &&
            (!found || (v->active && !found->active))) {
            found = v;
        }
    }
    return found;
}

static struct registry_version *put_version(struct registry_artifact *a, const char *name,
                                            const char *commit) {
    struct registry_version v = {.name = name, .commit = commit};

    for (size_t i = 0; i < a->versions.len; i++) {
        if (str_eq(a->versions.at[i].name, name)) {
            return &a->versions.at[i];
        }
    }
    vec_push(&a->versions, v);
    return &a->versions.at[a->versions.len - 1];
}

static void add_version_event(struct registry_artifact *a, const struct registry_event *e) {
    struct registry_version *v = put_version(a, e->version, e->commit);

    v->active = e->action == REGISTRY_REGISTER;
    if (v->active) {
        v->registered = true;
        v->commit = e->commit;
        v->made = e;
    }
}

static void add_stage_event(struct registry_artifact *a, struct registry_event *e) {
    const struct registry_version *at = registry_version_at(a, e->commit);
    struct registry_version *v = put_version(a, at ? at->name : e->commit, e->commit);
    struct registry_stage *stage = NULL;

    if (!v->made) {
        v->made = e;
        v->active = true;
    }
    e->version = v->name;
    for (size_t i = 0; i < v->stages.len && !stage; i++) {
        stage = str_eq(v->stages.at[i].name, e->stage) ? &v->stages.at[i] : NULL;
    }
    if (!stage) {
        vec_push(&v->stages, (struct registry_stage){.name = e->stage});
        stage = &v->stages.at[v->stages.len - 1];
    }
    stage->active = e->action == REGISTRY_ASSIGN;
    stage->assigned = stage->active ? e : stage->assigned;
}

static int compare_versions(const void *a, const void *b) {
    const struct registry_version *x = a, *y = b;
    int order = semver_compare(y->name, x->name);

    return order ? order : strcmp(y->name, x->name);
}

/* Versions first: what a stage's tag means depends on them, whatever the order of time. */
static void add_events(struct registry *reg, struct event_list *events) {
    for (size_t i = 0; i < events->len; i++) {
        struct registry_event *e = &events->at[i];
        struct registry_artifact *a = put_artifact(reg, e->artifact);

        a->registered = true;
        a->active = e->action != REGISTRY_DEPRECATE;
        a->counter = e->counter > a->counter ? e->counter : a->counter;
        a->last = e->time > a->last ? e->time : a->last;
        vec_push(&a->events, e);
        if (e->action == REGISTRY_REGISTER || e->action == REGISTRY_DEREGISTER) {
            add_version_event(a, e);
        }
    }
    for (size_t i = 0; i < events->len; i++) {
        struct registry_event *e = &events->at[i];

        if (e->action == REGISTRY_ASSIGN || e->action == REGISTRY_UNASSIGN) {
            add_stage_event(registry_find(reg, e->artifact), e);
        }
    }
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        struct registry_artifact *a = reg->artifacts.at[i];

        if (a->versions.len) {
            qsort(a->versions.at, a->versions.len, sizeof *a->versions.at, compare_versions);
        }
    }
    sort_artifacts(reg);
}

int registry_load(struct registry **out, struct gitrepo *g) {
    struct arena *arena = arena_new();
    struct gittags tags = {0};
    struct event_list events = {0};
    int rc = gittag_list(&tags, g, arena);

    for (size_t i = 0; i < tags.len && !rc; i++) {
        const struct gittag *t = &tags.at[i];
        struct tagname name;

        if (tagname_parse(&name, arena, t->name)) {
            vec_push(&events, ((struct registry_event){.action = (int)name.action,
                                                       .counter = name.counter,
                                                       .artifact = name.artifact,
                                                       .version = name.version,
                                                       .stage = name.stage,
                                                       .tag = t->name,
                                                       .commit = t->commit,
                                                       .author = t->author,
                                                       .email = t->email,
                                                       .message = t->message,
                                                       .time = t->time,
                                                       .offset = t->offset}));
        }
    }
    if (!rc) {
        struct registry *reg = arena_alloc(arena, sizeof *reg);

        if (events.len) {
            qsort(events.at, events.len, sizeof *events.at, compare_events);
        }
        struct event_list kept = events;
        kept.at = arena_dup(arena, events.at, events.len * sizeof *events.at);
        reg->arena = arena;
        add_events(reg, &kept);
        *out = reg;
    } else {
        arena_free(arena);
    }
    vec_release(&tags);
    vec_release(&events);
    return rc;
}

int registry_of(struct registry **out, const struct repo *r) {
    if (!r->git) {
        return err_set(ERR_FAILED,
                       "the registry is kept in Git tags, and '%s' is in no Git repository",
                       r->root);
    }
    return registry_load(out, r->git);
}

void registry_free(struct registry *reg) {
    if (!reg) {
        return;
    }
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        struct registry_artifact *a = reg->artifacts.at[i];

        for (size_t k = 0; k < a->versions.len; k++) {
            vec_release(&a->versions.at[k].stages);
        }
        vec_release(&a->versions);
        vec_release(&a->events);
    }
    vec_release(&reg->artifacts);
    map_release(&reg->by_name);
    arena_free(reg->arena);
}

void registry_freep(struct registry **reg) {
    registry_free(*reg);
}

const struct registry_version *registry_latest(const struct registry_artifact *a) {
    for (size_t i = 0; i < a->versions.len; i++) {
        if (a->versions.at[i].registered && a->versions.at[i].active) {
            return &a->versions.at[i];
        }
    }
    return NULL;
}

static const struct registry_stage *active_stage(const struct registry_version *v,
                                                 const char *stage) {
    for (size_t i = 0; i < v->stages.len && v->active; i++) {
        if (v->stages.at[i].active && str_eq(v->stages.at[i].name, stage)) {
            return &v->stages.at[i];
        }
    }
    return NULL;
}

bool registry_version_in(const struct registry_version *v, const char *stage) {
    return active_stage(v, stage) != NULL;
}

const struct registry_version *registry_in_stage(const struct registry_artifact *a,
                                                 const char *stage) {
    const struct registry_version *found = NULL;
    const struct registry_stage *best = NULL;

    for (size_t i = 0; i < a->versions.len; i++) {
        const struct registry_stage *s = active_stage(&a->versions.at[i], stage);

        if (s && (!best || compare_events(best->assigned, s->assigned) < 0)) {
            best = s;
            found = &a->versions.at[i];
        }
    }
    return found;
}

/* The versions that held the stage one after the other, as a stack: assigning one that is in it
 * goes back to it, taking a stage away takes it out. */
const struct registry_version *registry_before_in_stage(const struct registry_artifact *a,
                                                        const char *stage) {
    const struct registry_version *found = NULL, *now = registry_in_stage(a, stage);
    struct strv held = {0};

    for (size_t i = 0; i < a->events.len; i++) {
        const struct registry_event *e = a->events.at[i];
        size_t at = 0;

        if (!e->stage || !str_eq(e->stage, stage)) {
            continue;
        }
        while (at < held.len && !str_eq(held.at[at], e->version)) {
            at++;
        }
        if (e->action == REGISTRY_ASSIGN) {
            held.len = at;
            vec_push(&held, e->version);
        } else if (at < held.len) {
            memmove(&held.at[at], &held.at[at + 1], (held.len - at - 1) * sizeof *held.at);
            held.len--;
        }
    }
    for (size_t i = held.len; i > 0 && now && !found; i--) {
        const struct registry_version *v = registry_version(a, held.at[i - 1]);

        found = v && v != now && v->active ? v : NULL;
    }
    strv_release(&held);
    return found;
}

static int compare_event_pointers(const void *a, const void *b) {
    return compare_events(*(const struct registry_event *const *)a,
                          *(const struct registry_event *const *)b);
}

void registry_events_sort(struct registry_events *events) {
    if (events->len) {
        qsort(events->at, events->len, sizeof *events->at, compare_event_pointers);
    }
}

const char *registry_time_text(struct arena *arena, const struct registry_event *e, char between) {
    time_t at = (time_t)(e->time + (int64_t)e->offset * 60);
    int offset = e->offset < 0 ? -e->offset : e->offset;
    struct tm when;

    if (!gmtime_r(&at, &when)) {
        return "?";
    }
    return arena_printf(arena, "%04d-%02d-%02d%c%02d:%02d:%02d%c%02d:%02d", when.tm_year + 1900,
                        when.tm_mon + 1, when.tm_mday, between, when.tm_hour, when.tm_min,
                        when.tm_sec, e->offset < 0 ? '-' : '+', offset / 60, offset % 60);
}

void registry_stages_used(struct strv *out, const struct registry *reg) {
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        const struct registry_artifact *a = reg->artifacts.at[i];

        for (size_t k = 0; k < a->events.len; k++) {
            const char *stage = a->events.at[k]->stage;

            if (stage && !strv_has(out, stage)) {
                vec_push(out, stage);
            }
        }
    }
    strv_sort(out);
}
