#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/str.h"
#include "show/escape.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "batch/slurm.h"
#include "data/data.h"
#include "pipeline/why.h"

enum {
    ONE_LINE_MAX = 60, /* bytes of two values that stand on one line */
    REV_SHOWN = 7,
};

struct why_args {
    struct strv targets;
    bool json;
};
#define AT(member) offsetof(struct why_args, member)

static const char *day_of(struct arena *arena, int64_t seconds) {
    time_t at = (time_t)seconds;
    struct tm when;
    char text[16];

    if (!gmtime_r(&at, &when) || !strftime(text, sizeof text, "%Y-%m-%d", &when)) {
        return "?";
    }
    return arena_strdup(arena, text);
}

static void print_values(struct session *s, const struct why_reason *r, const char *head) {
    struct str old CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;

    if (!r->now) { /* gone: what it was says nothing */
        show_line(s->out, "    %s", head);
        return;
    }
    escape_control(&old, r->old_text, ESCAPE_ALL);
    escape_control(&now, r->now_text, ESCAPE_ALL);
    if (!r->old) {
        show_line(s->out, "    %s: %s", head, now.buf);
    } else if (old.len + now.len <= ONE_LINE_MAX) {
        show_line(s->out, "    %s: %s -> %s", head, old.buf, now.buf);
    } else {
        show_line(s->out, "    %s", head);
        show_line(s->out, "        was: %s", old.buf);
        show_line(s->out, "        now: %s", now.buf);
    }
}

static const char *headline(struct session *s, const struct why_reason *r) {
    const char *change = r->change == CHANGE_NONE ? "" : change_word(r->change);

    switch (r->kind) {
    case WHY_NEW:
        return "it has not run yet";
    case WHY_MISSING:
        return arena_printf(s->arena, "dependency %s is missing, and no stage makes it", r->path);
    case WHY_COMMAND:
        return "command changed";
    case WHY_DEFINITION:
        return "the definition of the import changed";
    case WHY_ALWAYS:
        return "it runs every time";
    case WHY_PARAMETER:
        return arena_printf(s->arena, "parameter %s%s%s %s", r->path, r->key ? ":" : "",
                            r->key ? r->key : "", change);
    case WHY_DEPENDENCY:
        return arena_printf(s->arena, "dependency %s %s", r->path, change);
    case WHY_OUTPUT:
        return arena_printf(s->arena, "output %s %s", r->path, change);
    case WHY_UPSTREAM:
        return arena_printf(s->arena, "%s runs first%s%s", r->maker, r->path ? " and makes " : "",
                            r->path ? r->path : "");
    }
    return "";
}

static void print_source(struct session *s, const struct why_reason *r) {
    if (r->kind != WHY_UPSTREAM && r->maker) {
        show_line(s->out, "        made by %s%s", r->maker,
                  r->maker_runs ? ", which runs first" : "");
    }
    if (r->kind == WHY_DEPENDENCY && r->change == CHANGE_DELETED && !r->maker) {
        show_line(s->out, "        no stage makes it");
    }
    if (r->last.uncommitted) {
        show_line(s->out, "        not committed");
    } else if (r->last.commit) {
        struct str said CLEANUP(str_release) = STR_INIT;

        escape_control(&said, arena_printf(s->arena, "%s: %s", r->last.author, r->last.summary),
                       ESCAPE_ALL);
        show_line(s->out, "        since commit %.*s of %s by %s", REV_SHOWN, r->last.commit,
                  day_of(s->arena, r->last.time), said.buf);
    }
}

static void print_job(struct session *s, const struct slurm_job *job) {
    const char *where = job->node[0] ? arena_printf(s->arena, " on %s", job->node) : "";
    const char *reason = job->reason[0] ? arena_printf(s->arena, " (%s)", job->reason) : "";

    show_line(s->out, "    at work as job %s on Slurm: %s%s%s, %lld s",
              slurm_ref(s->arena, job->id, job->index), slurm_state_name(job->state), where, reason,
              (long long)job->elapsed);
}

static void print_text(struct session *s, const struct why *w) {
    for (size_t i = 0; i < w->stages.len; i++) {
        const struct why_stage *st = &w->stages.at[i];
        struct str name CLEANUP(str_release) = STR_INIT;

        escape_control(&name, st->stage, ESCAPE_ALL);
        show_color(s->out, SHOW_BOLD);
        show_text(s->out, "%s", name.buf);
        show_color(s->out, SHOW_PLAIN);
        show_line(s->out, " %s:",
                  st->data       ? "is to be recorded"
                  : st->restores ? "would be restored from the cache"
                  : st->certain  ? "would run"
                                 : "may run");
        if (st->job.id) {
            print_job(s, &st->job);
        }
        for (size_t k = 0; k < st->reasons.len; k++) {
            struct str head CLEANUP(str_release) = STR_INIT;

            escape_control(&head, headline(s, &st->reasons.at[k]), ESCAPE_ALL);
            print_values(s, &st->reasons.at[k], head.buf);
            print_source(s, &st->reasons.at[k]);
        }
    }
    if (w->none) {
        show_line(s->out, "There are no stages yet: `%s stage add` makes one.", s->prog);
    } else if (!w->stages.len) {
        show_line(s->out, "Data and pipelines are up to date.");
    }
}

static void json_value(struct json *j, const char *key, const struct node *value) {
    if (value) {
        json_node(j, key, value);
    } else {
        json_null(j, key);
    }
}

static void json_commit(struct json *j, const struct last_change *c) {
    if (!c->commit) {
        json_null(j, "commit");
        return;
    }
    json_map(j, "commit");
    json_str(j, "rev", c->commit);
    json_int(j, "time", c->time);
    json_str(j, "author", c->author);
    json_str(j, "summary", c->summary);
    json_close(j);
}

static void print_json(struct session *s, const struct why *w) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    for (size_t i = 0; i < w->stages.len; i++) {
        const struct why_stage *st = &w->stages.at[i];

        json_map(j, st->stage);
        json_bool(j, "certain", st->certain);
        json_bool(j, "restores", st->restores);
        if (st->job.id) {
            json_map(j, "job");
            json_str(j, "id", slurm_ref(s->arena, st->job.id, st->job.index));
            json_str(j, "state", slurm_state_name(st->job.state));
            json_str(j, "reason", st->job.reason);
            json_str(j, "node", st->job.node);
            json_int(j, "elapsed", st->job.elapsed);
            json_close(j);
        }
        json_list(j, "reasons");
        for (size_t k = 0; k < st->reasons.len; k++) {
            const struct why_reason *r = &st->reasons.at[k];

            json_map(j, NULL);
            json_str(j, "kind", why_word(r->kind));
            json_str(j, "path", r->path);
            json_str(j, "key", r->key);
            json_str(j, "change", change_word(r->change));
            json_value(j, "old", r->old);
            json_value(j, "new", r->now);
            json_str(j, "made_by", r->maker);
            json_bool(j, "uncommitted", r->last.uncommitted);
            json_commit(j, &r->last);
            json_close(j);
        }
        json_close(j);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static int why_run(struct session *s, const void *args) {
    const struct why_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct why found CLEANUP(why_release) = {0};
    int rc;

    if ((rc = data_open(&d, s->repo, &s->progress)) ||
        (rc = pipeline_why(&found, d, &a->targets))) {
        return rc;
    }
    if (a->json) {
        print_json(s, &found);
    } else {
        print_text(s, &found);
    }
    return 0;
}

static const struct opt why_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OPT_END,
};

const struct cmd cmd_why = {
    .name = "why",
    .group = GROUP_PIPELINE,
    .summary = "explain why stages would run",
    .detail = "For each stage that repro would run: every parameter, file, command and output that "
              "is another than when it last ran, the values, and the commit that changed it.",
    .opts = why_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct why_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = why_run,
};
