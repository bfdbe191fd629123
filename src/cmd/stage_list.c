#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "show/escape.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"

enum { DESCRIPTION_MAX = 80 }; /* characters */

struct stage_list_args {
    struct strv targets;
    bool all, fail, recursive, name_only;
};

/* The first line that says something, without blanks around it. */
static void add_first_line(struct str *out, const char *text) {
    static const char ends[] = "\n\r\v\f";

    text += strspn(text, ends);
    size_t len = strcspn(text, ends);

    while (len > 0 && strchr(" \t", text[len - 1])) {
        len--;
    }
    size_t lead = strspn(text, " \t");

    if (lead < len) {
        str_add(out, text + lead, len - lead);
    }
}

/* "<label>a, b" of the outs that are reports (metrics and plots), or are not. */
static void add_outs(struct str *out, const struct stage *s, bool reports, const char *label) {
    bool first = true;

    for (size_t i = 0; i < s->nouts; i++) {
        if ((s->outs[i].kind != OUT_PLAIN) != reports) {
            continue;
        }
        if (first) {
            str_addf(out, "%s%s", out->len ? "; " : "", label);
        }
        str_addf(out, "%s%s", first ? "" : ", ", s->outs[i].written);
        first = false;
    }
}

static void describe(struct str *out, const struct stage *s) {
    if (s->desc) {
        add_first_line(out, s->desc);
    }
    if (out->len > 0) {
        return;
    }
    if (s->ndeps == 0 && s->nouts == 0) {
        str_adds(out, "No outputs or dependencies");
        return;
    }
    for (size_t i = 0; s->nouts == 0 && i < s->ndeps; i++) {
        str_addf(out, "%s%s", i ? ", " : "Depends on ", s->deps[i].written);
    }
    add_outs(out, s, false, "Outputs ");
    add_outs(out, s, true, "Reports ");
}

static void shorten(struct str *text) {
    const char *at = text->buf, *end = text->buf + text->len, *keep = end;
    size_t n = 0;

    while (at < end) {
        if (++n == DESCRIPTION_MAX) {
            keep = at;
        }
        (void)utf8_next(&at, end);
    }
    if (n > DESCRIPTION_MAX) {
        str_truncate(text, (size_t)(keep - text->buf));
        str_adds(text, "…");
    }
}

static void print_stages(struct session *s, const struct stages *stages, bool name_only) {
    struct strv names CLEANUP(strv_release) = {0};
    size_t width = 0;

    for (size_t i = 0; i < stages->len; i++) {
        struct str name CLEANUP(str_release) = STR_INIT;

        escape_control(&name, stage_address(stages->at[i], s->arena, s->repo->cwd), ESCAPE_ALL);
        vec_push(&names, arena_strdup(s->arena, name.buf));
        width = utf8_width(name.buf) > width ? utf8_width(name.buf) : width;
    }
    for (size_t i = 0; i < stages->len; i++) {
        struct str text CLEANUP(str_release) = STR_INIT;
        struct str shown CLEANUP(str_release) = STR_INIT;

        if (name_only) {
            show_line(s->out, "%s", names.at[i]);
            continue;
        }
        describe(&text, stages->at[i]);
        shorten(&text);
        escape_control(&shown, text.buf, ESCAPE_ALL);
        show_line(s->out, "%s%*s  %s", names.at[i], (int)(width - utf8_width(names.at[i])), "",
                  shown.buf);
    }
}

static int list(struct session *s, const struct stage_list_args *a, bool sound) {
    static const char *const here[] = {"dvc.yaml"};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct strv targets = a->targets;
    struct stages stages = {0};
    int rc = sound ? index_load_sound(&idx, s->repo, NULL) : index_load(&idx, s->repo, NULL);

    if (rc) {
        return rc;
    }
    if (a->all) {
        targets.len = 0;
    } else if (targets.len == 0) {
        targets = (struct strv){.at = (const char **)here, .len = 1};
    }
    rc = target_stages(&stages, idx, &targets, a->recursive ? TARGET_RECURSIVE : 0);
    if (!rc) {
        print_stages(s, &stages, a->name_only);
    }
    vec_release(&stages);
    return rc;
}

/* Files that do not parse are passed by, unless what is asked for lies in one. */
static int stage_list_run(struct session *s, const void *args) {
    const struct stage_list_args *a = args;
    int rc = list(s, a, !a->fail);

    if (!rc || a->fail) {
        return rc;
    }
    err_clear();
    return list(s, a, false);
}

static const struct opt stage_list_opts[] = {
    {0, "all", OPT_FLAG, offsetof(struct stage_list_args, all),
     .help = "all stages of the repository"},
    {0, "fail", OPT_FLAG, offsetof(struct stage_list_args, fail),
     .help = "fail if a file cannot be read, instead of passing it by"},
    {'R', "recursive", OPT_FLAG, offsetof(struct stage_list_args, recursive),
     .help = "a folder means all stages in it"},
    {0, "name-only", OPT_FLAG, offsetof(struct stage_list_args, name_only),
     .help = "print the names alone", .alias = "names-only"},
    OPT_END,
};

const struct cmd cmd_stage_list = {
    .name = "stage list",
    .group = GROUP_PIPELINE,
    .summary = "list stages",
    .detail = "Without a target, those of the dvc.yaml in the current folder.",
    .opts = stage_list_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = offsetof(struct stage_list_args, targets),
    .args_size = sizeof(struct stage_list_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = stage_list_run,
};
