#include "cli/opt.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "model/suggest.h"
#include "cli/cmd.h"

/* An option found on the command line. */
struct found {
    const struct opt *opt;
    void *into;        /* the member to store in */
    const char *value; /* given with the option ("--name=value", "-jN"), or NULL */
};

struct parser {
    const struct opt_set *sets;
    size_t nsets;
    const char *const *argv;
    size_t argc, at; /* `at`: the argument after the one being looked at */
};

bool opt_is_end(const struct opt *o) {
    return !o->letter && !o->name;
}

void *opt_member(void *into, size_t at) {
    return (char *)into + at;
}

bool opt_takes_value(const struct opt *o) {
    switch (o->kind) {
    case OPT_FLAG:
    case OPT_UNSET:
    case OPT_COUNT:
        return false;
    case OPT_TEXT:
    case OPT_INT:
    case OPT_LIST:
    case OPT_MANY:
    case OPT_MAYBE:
        return true;
    }
    return false;
}

void opt_spell(struct str *out, const struct opt *o, const char *between) {
    if (o->letter) {
        str_addf(out, "-%c%s", o->letter, o->name ? between : "");
    }
    if (o->name) {
        str_addf(out, "--%s", o->name);
    }
}

static int usage_error(const struct opt *o, const char *what, const char *value) {
    struct str name CLEANUP(str_release) = STR_INIT;
    opt_spell(&name, o, "/");
    return err_set(ERR_USAGE, "option %s: %s%s%s%s", name.buf, what, value ? " '" : "",
                   value ? value : "", value ? "'" : "");
}

static bool is_negative_number(const char *arg) {
    double ignored;
    return arg[0] == '-' && (isdigit((unsigned char)arg[1]) || arg[1] == '.') &&
           num_float(&ignored, arg);
}

static bool long_name_is(const struct opt *o, const char *name, size_t len, bool whole) {
    const char *const names[] = {o->name, o->alias};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (names[i] && strncmp(names[i], name, len) == 0 && (!whole || !names[i][len])) {
            return true;
        }
    }
    return false;
}

static void found_set(struct found *f, const struct opt_set *set, const struct opt *o) {
    f->opt = o;
    f->into = opt_member(set->into, o->at);
}

/* Looks for a long option: the exact name, else the only one that begins so. out->opt stays NULL if
 * there is none. */
static int find_long(struct found *out, const struct parser *p, const char *arg) {
    const char *name = arg + 2;
    size_t len = strcspn(name, "=");
    struct str matches CLEANUP(str_release) = STR_INIT;
    size_t nmatches = 0;
    out->value = name[len] ? name + len + 1 : NULL;
    for (size_t i = 0; i < p->nsets; i++) {
        for (const struct opt *o = p->sets[i].opts; o && !opt_is_end(o); o++) {
            if (long_name_is(o, name, len, true)) {
                found_set(out, &p->sets[i], o);
                return 0;
            }
            if (!long_name_is(o, name, len, false) || (nmatches && o->hidden)) {
                continue;
            }
            if (nmatches && out->opt->hidden) { /* which nobody means when there is another */
                nmatches = 0;
                str_clear(&matches);
            }
            found_set(out, &p->sets[i], o);
            str_addf(&matches, "%s--%s", nmatches++ ? ", " : "", o->name);
        }
    }
    if (nmatches > 1) {
        return err_set(ERR_USAGE, "option --%.*s could be any of %s", (int)len, name, matches.buf);
    }
    return 0;
}

static void find_letter(struct found *out, const struct parser *p, char letter) {
    for (size_t i = 0; i < p->nsets; i++) {
        for (const struct opt *o = p->sets[i].opts; o && !opt_is_end(o); o++) {
            if (o->letter == letter) {
                found_set(out, &p->sets[i], o);
                return;
            }
        }
    }
}

/* As argparse has it: "-" alone and negative numbers are words, and so is text with blanks unless
 * it begins like an option with its value ("--message=two words", "-mtwo words"). */
static bool looks_like_option(const struct parser *p, const char *arg) {
    if (arg[0] != '-' || !arg[1] || is_negative_number(arg)) {
        return false;
    }
    const char *blank = strchr(arg, ' ');
    if (!blank) {
        return true;
    }
    if (arg[1] == '-') {
        return strcspn(arg, "=") < (size_t)(blank - arg);
    }
    struct found f = {0};
    find_letter(&f, p, arg[1]);
    return f.opt != NULL;
}

static int check_choice(const struct opt *o, const char *value) {
    if (!o->choices) {
        return 0;
    }
    struct str list CLEANUP(str_release) = STR_INIT;
    for (const char *const *c = o->choices; *c; c++) {
        if (str_eq(*c, value)) {
            return 0;
        }
        str_addf(&list, "%s%s", list.len ? ", " : "", *c);
    }
    int rc = usage_error(o, "there is no choice", value);
    err_hint("the choices are %s", list.buf);
    return rc;
}

static int store_int(const struct opt *o, int *into, const char *value) {
    int64_t number;
    if (!num_int(&number, value) || number < INT_MIN || number > INT_MAX) {
        return usage_error(o, "not a whole number:", value);
    }
    *into = (int)number;
    return 0;
}

/* The next argument if it can be a value. */
static const char *next_value(struct parser *p) {
    return p->at < p->argc && !looks_like_option(p, p->argv[p->at]) ? p->argv[p->at++] : NULL;
}

static int store_value(struct parser *p, const struct found *f) {
    const struct opt *o = f->opt;
    const char *value = f->value ? f->value : next_value(p);
    if (!value && o->kind != OPT_MAYBE && o->kind != OPT_MANY) {
        return usage_error(o, "a value is missing", NULL);
    }
    int rc = value ? check_choice(o, value) : 0;
    if (rc) {
        return rc;
    }
    switch (o->kind) {
    case OPT_INT:
        return store_int(o, f->into, value);
    case OPT_LIST:
        vec_push((struct strv *)f->into, value);
        return 0;
    case OPT_MANY:
        for (; value; value = f->value ? NULL : next_value(p)) {
            if ((rc = check_choice(o, value))) {
                return rc;
            }
            vec_push((struct strv *)f->into, value);
        }
        return 0;
    case OPT_TEXT:
    case OPT_MAYBE:
        *(const char **)f->into = value ? value : "";
        return 0;
    case OPT_FLAG:
    case OPT_UNSET:
    case OPT_COUNT:
        break;
    }
    return 0;
}

static int store(struct parser *p, const struct found *f) {
    if (opt_takes_value(f->opt)) {
        return store_value(p, f);
    }
    if (f->value) {
        return usage_error(f->opt, "takes no value, but was given", f->value);
    }
    if (f->opt->kind == OPT_COUNT) {
        ++*(int *)f->into;
    } else {
        *(bool *)f->into = f->opt->kind == OPT_FLAG;
    }
    return 0;
}

static int parse_long(struct parser *p, struct opt_result *out, const char *arg) {
    struct found f = {0};
    int rc = find_long(&f, p, arg);
    if (rc) {
        return rc;
    }
    if (!f.opt) {
        vec_push(&out->unknown, arg);
        return 0;
    }
    return store(p, &f);
}

/* "-rf", "-j4", "-j=4": flags up to an option that takes the rest as its value. */
static int parse_letters(struct parser *p, struct opt_result *out, const char *arg) {
    for (const char *letter = arg + 1; *letter; letter++) {
        struct found f = {0};
        find_letter(&f, p, *letter);
        if (!f.opt) {
            vec_push(&out->unknown, arg);
            return 0;
        }
        bool takes_rest = opt_takes_value(f.opt) && letter[1];
        if (takes_rest) {
            f.value = letter[1] == '=' ? letter + 2 : letter + 1;
        }
        int rc = store(p, &f);
        if (rc || takes_rest) {
            return rc;
        }
    }
    return 0;
}

int opt_parse(struct opt_result *out, const struct opt_set *sets, size_t nsets, enum opt_words mode,
              const char *const *argv, size_t argc) {
    struct parser p = {.sets = sets, .nsets = nsets, .argv = argv, .argc = argc};
    bool only_words = false;
    while (p.at < argc) {
        const char *arg = argv[p.at];
        bool option = !only_words && looks_like_option(&p, arg);
        if (!option && mode == OPT_WORDS_STOP) {
            break;
        }
        p.at++;
        int rc = 0;
        if (!option) {
            vec_push(&out->words, arg);
            only_words = only_words || mode == OPT_WORDS_REST;
        } else if (str_eq(arg, "--")) {
            only_words = true;
        } else if (arg[1] == '-') {
            rc = parse_long(&p, out, arg);
        } else {
            rc = parse_letters(&p, out, arg);
        }
        if (rc) {
            return rc;
        }
    }
    out->used = p.at;
    return 0;
}

void opt_result_release(struct opt_result *r) {
    strv_release(&r->words);
    strv_release(&r->unknown);
}

int opt_unknown_error(const struct opt_result *r, const struct opt_set *sets, size_t nsets) {
    struct str list CLEANUP(str_release) = STR_INIT;
    for (size_t i = 0; i < r->unknown.len; i++) {
        str_addf(&list, "%s%s", i ? " " : "", r->unknown.at[i]);
    }
    struct strv names CLEANUP(strv_release) = {0};
    for (size_t i = 0; i < nsets; i++) {
        for (const struct opt *o = sets[i].opts; o && !opt_is_end(o); o++) {
            if (o->name && !o->hidden) {
                vec_push(&names, o->name);
            }
        }
    }
    int rc = err_set(ERR_USAGE, "unknown option%s %s", r->unknown.len > 1 ? "s" : "", list.buf);
    const char *typed = r->unknown.at[0];
    const char *meant = str_starts(typed, "--") ? suggest_name(typed + 2, &names) : NULL;
    if (meant) {
        err_hint("did you mean --%s?", meant);
    }
    return rc;
}

void opt_set_release(const struct opt_set *set) {
    for (const struct opt *o = set->opts; o && !opt_is_end(o); o++) {
        if (o->kind == OPT_LIST || o->kind == OPT_MANY) {
            strv_release(opt_member(set->into, o->at));
        }
    }
}
