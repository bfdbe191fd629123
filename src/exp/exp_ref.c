#include "exp/exp_ref.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/random.h"
#include "git/gitref.h"
#include "git/gitrev.h"
#include "model/suggest.h"

#define HEX "0123456789abcdef"

bool exp_ref_parse(struct experiment *out, struct arena *arena, const char *ref) {
    const char *p = ref + strlen(EXP_REFS);

    if (!str_starts(ref, EXP_REFS) || strspn(p, HEX) != 2 || p[2] != '/' ||
        strspn(p + 3, HEX) != 38 || p[41] != '/' || !p[42] || strchr(p + 42, '/')) {
        return false;
    }
    *out = (struct experiment){.ref = arena_strdup(arena, ref)};
    out->name = out->ref + strlen(EXP_REFS) + 42;
    memcpy(out->baseline, p, 2);
    memcpy(out->baseline + 2, p + 3, 38);
    return true;
}

const char *exp_ref_name(struct arena *arena, const char *baseline, const char *name) {
    return arena_printf(arena, EXP_REFS "%.2s/%s/%s", baseline, baseline + 2, name);
}

void exp_ref_add(struct experiments *out, struct arena *arena, const char *ref, const char *id) {
    struct experiment e;

    if (exp_ref_parse(&e, arena, ref)) {
        memcpy(e.id, id, sizeof e.id);
        vec_push(out, e);
    }
}

static int list_prefix(struct experiments *out, struct gitrepo *g, struct arena *arena,
                       const char *prefix) {
    struct gitrefs refs = {0};
    int rc = gitref_list(&refs, g, arena, prefix);

    for (size_t i = 0; !rc && i < refs.len; i++) {
        exp_ref_add(out, arena, refs.at[i].name, refs.at[i].id);
    }
    vec_release(&refs);
    return rc;
}

int exp_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
             const struct strv *baselines) {
    struct strv sorted CLEANUP(strv_release) = {0};
    int rc = 0;

    if (!baselines) {
        return list_prefix(out, g, arena, EXP_REFS);
    }
    for (size_t i = 0; i < baselines->len; i++) {
        vec_push(&sorted, baselines->at[i]);
    }
    strv_sort(&sorted);
    for (size_t i = 0; i < sorted.len && !rc; i++) {
        if (i == 0 || !str_eq(sorted.at[i], sorted.at[i - 1])) {
            rc = list_prefix(out, g, arena, exp_ref_name(arena, sorted.at[i], ""));
        }
    }
    return rc;
}

static int unknown(const struct experiments *all, const char *name) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = err_set(ERR_NOT_FOUND, "there is no experiment '%s'", name);

    for (size_t i = 0; i < all->len; i++) {
        vec_push(&names, all->at[i].name);
    }
    const char *near = suggest_name(name, &names);
    if (near) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

static int ambiguous(const struct experiments *all, const char *name) {
    struct str refs CLEANUP(str_release) = STR_INIT;
    int rc = err_set(ERR_FAILED, "several commits have an experiment '%s'", name);

    for (size_t i = 0; i < all->len; i++) {
        if (str_eq(all->at[i].name, name)) {
            str_addf(&refs, "%s%s", refs.len ? ", " : "", all->at[i].ref);
        }
    }
    err_hint("use one of %s", refs.buf);
    return rc;
}

int exp_pick(struct experiment *out, const struct experiments *all, const char *head,
             const char *name) {
    const struct experiment *found = NULL;
    bool here = false, full = str_starts(name, "refs/"), several = false;

    for (size_t i = 0; i < all->len && !here; i++) {
        const struct experiment *e = &all->at[i];

        if (str_eq(full ? e->ref : e->name, name)) {
            here = head && str_eq(e->baseline, head);
            several = found != NULL && !here;
            found = e;
        }
    }
    if (!found) {
        return unknown(all, name);
    }
    if (several) {
        return ambiguous(all, name);
    }
    *out = *found;
    return 0;
}

int exp_find(struct experiment *out, struct gitrepo *g, struct arena *arena, const char *name) {
    struct experiments all = {0};
    struct gitrev head, rev;
    bool has_head = gitrev_find(&head, g, arena, "HEAD") == 0;

    if (!has_head) {
        err_clear();
    }
    int rc = exp_list(&all, g, arena, NULL);
    if (!rc) {
        rc = exp_pick(out, &all, has_head ? head.id : NULL, name);
    }
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = gitrev_find(&rev, g, arena, name);
        if (rc) {
            err_clear();
        }
        const char *id = rc ? "" : rev.id;
        for (size_t i = 0; i < all.len && id[0]; i++) {
            if (str_eq(all.at[i].id, id)) {
                *out = all.at[i];
                vec_release(&all);
                return 0;
            }
        }
        rc = unknown(&all, name);
    }
    vec_release(&all);
    return rc;
}

int exp_name_check(const char *name) {
    struct str ref CLEANUP(str_release) = STR_INIT;

    str_addf(&ref, EXP_REFS "x/%s", name);
    if (strchr(name, '/') || !gitref_valid(ref.buf)) {
        int rc = err_set(ERR_INVALID, "'%s' cannot be the name of an experiment", name);
        err_hint("no blanks, slashes, '..' or any of ~^:?*[\\, as `git check-ref-format` says");
        return rc;
    }
    return 0;
}

static const char *const adjectives[] = {
    "agile",  "airy",   "amber",   "ample",  "azure",  "balmy",  "basic",  "bold",   "brave",
    "breezy", "brief",  "bright",  "brisk",  "broad",  "calm",   "candid", "chief",  "civic",
    "clean",  "clear",  "clever",  "cool",   "coral",  "cosmic", "cozy",   "crisp",  "curly",
    "dainty", "deep",   "dense",   "dewy",   "eager",  "early",  "easy",   "elder",  "equal",
    "exact",  "fair",   "fancy",   "fast",   "fine",   "firm",   "fleet",  "fluent", "fresh",
    "frosty", "gentle", "giant",   "glad",   "golden", "grand",  "green",  "happy",  "hardy",
    "hasty",  "hazel",  "hearty",  "honest", "humble", "ideal",  "ivory",  "jolly",  "keen",
    "kind",   "large",  "lasting", "level",  "light",  "lilac",  "lively", "loud",   "loyal",
    "lucid",  "lucky",  "lunar",   "major",  "mellow", "merry",  "mild",   "minty",  "modest",
    "narrow", "neat",   "nimble",  "noble",  "novel",  "olive",  "open",   "pale",   "patient",
    "plain",  "polar",  "prime",   "proud",  "pure",   "quick",  "quiet",  "rapid",  "rare",
    "ready",  "regal",  "rich",    "ripe",   "rosy",   "round",  "royal",  "rustic", "sandy",
    "serene", "sharp",  "shiny",   "silent", "silver", "simple", "sleek",  "slim",   "smart",
    "smooth", "snowy",  "sober",   "soft",   "solar",  "solid",  "sonic",  "spare",  "spicy",
    "stable", "stark",  "steady",  "still",  "stout",  "sturdy", "sunny",  "super",  "swift",
    "tall",   "tender", "tidy",    "tiny",   "total",  "urban",  "usual",  "valid",  "vast",
    "velvet", "vivid",  "vocal",   "warm",   "wavy",   "whole",  "wide",   "wild",   "windy",
    "wise",   "witty",  "young",   "zesty",
};

static const char *const nouns[] = {
    "acorn",  "alder",  "apple",  "arrow",  "aspen",  "atlas",   "badger",  "bamboo", "banjo",
    "basil",  "basin",  "bay",    "beacon", "bean",   "beech",   "berry",   "birch",  "bison",
    "brook",  "cabin",  "cactus", "canoe",  "canyon", "cedar",   "chalk",   "cherry", "cliff",
    "cloud",  "clover", "cobra",  "comet",  "coral",  "crane",   "creek",   "crow",   "dahlia",
    "daisy",  "delta",  "desert", "dingo",  "dune",   "eagle",   "echo",    "elk",    "elm",
    "ember",  "falcon", "fern",   "fig",    "finch",  "fjord",   "flint",   "fog",    "forest",
    "fox",    "frost",  "garden", "gecko",  "geyser", "ginger",  "glade",   "grove",  "gull",
    "harbor", "hare",   "hawk",   "heath",  "heron",  "hill",    "holly",   "ibex",   "iris",
    "island", "ivy",    "jade",   "jaguar", "jay",    "kelp",    "kestrel", "kiwi",   "koala",
    "lagoon", "lake",   "larch",  "lark",   "laurel", "lemon",   "lemur",   "lily",   "linden",
    "lotus",  "lynx",   "maple",  "marsh",  "marten", "meadow",  "melon",   "mesa",   "mint",
    "moon",   "moose",  "moss",   "nectar", "newt",   "oak",     "oasis",   "ocean",  "onyx",
    "opal",   "orchid", "osprey", "otter",  "owl",    "palm",    "panda",   "peach",  "pebble",
    "petal",  "pine",   "plum",   "pond",   "poppy",  "prairie", "puffin",  "quail",  "quartz",
    "rain",   "raven",  "reef",   "ridge",  "river",  "robin",   "rose",    "rowan",  "sage",
    "salmon", "seal",   "shore",  "sky",    "snow",   "spruce",  "star",    "stone",  "storm",
    "stream", "summit", "swan",   "thyme",  "tiger",  "toucan",  "trout",   "tulip",  "tundra",
    "valley", "violet", "walnut", "wave",   "willow", "wolf",    "wren",
};

int exp_name_random(const char **out, struct gitrepo *g, struct arena *arena,
                    const char *baseline) {
    enum { PLAIN_TRIES = 100 };

    for (int i = 0;; i++) {
        uint32_t random[3];
        char id[41];

        random_fill(random, sizeof random);
        const char *first = adjectives[random[0] % COUNT_OF(adjectives)],
                   *second = nouns[random[1] % COUNT_OF(nouns)];
        *out = i < PLAIN_TRIES ? arena_printf(arena, "%s-%s", first, second)
                               : arena_printf(arena, "%s-%s-%u", first, second, random[2]);
        int rc = gitref_read(id, g, exp_ref_name(arena, baseline, *out));
        if (rc == ERR_NOT_FOUND) {
            err_clear();
            return 0;
        }
        if (rc) {
            return rc;
        }
    }
}
