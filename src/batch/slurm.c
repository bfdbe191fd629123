#include "batch/slurm.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/num.h"
#include "base/str.h"
#include "os/proc.h"
#include "os/proc_call.h"
#include "batch/slurm_parse.h"

#define ANSWER_MAX   ((size_t)64 << 20) /* squeue: a line of some hundred bytes for each job */
#define IDS_MAX      2000               /* of one command line */
#define NAME_MAX_LEN 60                 /* what is kept of a text in a job's name */

const char *slurm_state_name(enum slurm_state s) {
    switch (s) {
    case SLURM_UNKNOWN:
        return "unknown";
    case SLURM_PENDING:
        return "pending";
    case SLURM_RUNNING:
        return "running";
    case SLURM_DONE:
        return "done";
    case SLURM_FAILED:
        return "failed";
    case SLURM_OUT_OF_MEMORY:
        return "out of memory";
    case SLURM_OUT_OF_TIME:
        return "out of time";
    case SLURM_NODE_FAILED:
        return "node failed";
    case SLURM_CANCELLED:
        return "cancelled";
    }
    return "unknown";
}

bool slurm_has_ended(enum slurm_state s) {
    return s >= SLURM_DONE;
}

const char *slurm_name(struct arena *arena, const char *key, const char *text) {
    char *name = arena_printf(arena, "cairn-%s-%.*s", key, NAME_MAX_LEN, text);

    for (char *p = name; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || strchr("-_.@:", *p);
        *p = plain ? *p : '-';
    }
    return name;
}

const char *slurm_ref(struct arena *arena, uint64_t id, int64_t index) {
    return index == SLURM_NO_INDEX
               ? arena_printf(arena, "%llu", (unsigned long long)id)
               : arena_printf(arena, "%llu_%lld", (unsigned long long)id, (long long)index);
}

bool slurm_ref_parse(uint64_t *id, int64_t *index, const char *text) {
    char left[24];
    size_t len = strcspn(text, "_");

    *index = SLURM_NO_INDEX;
    if (len == 0 || len >= sizeof left) {
        return false;
    }
    memcpy(left, text, len);
    left[len] = '\0';
    return num_uint(id, left) && *id > 0 &&
           (!text[len] || (num_int(index, text + len + 1) && *index >= 0));
}

bool slurm_is_alive(enum slurm_state s) {
    return s == SLURM_PENDING || s == SLURM_RUNNING;
}

/* ---- running one of the commands */

/* "--name=value", unless there is no value. */
static void call_option(struct proc_call *c, const char *name, const char *value) {
    if (value) {
        proc_call_add(c, arena_printf(c->arena, "--%s=%s", name, value));
    }
}

/* Signals are ours: none cuts it short, for then nobody knew what it did. */
static int call_run(struct proc_call *c, const char *const *env) {
    const char *program = c->argv.at[0];
    int rc = proc_call_run(c, &(struct proc_spec){.env = env, .own_session = true});

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        err_set(rc, "there is no '%s' on the PATH", program);
        err_hint("run where Slurm's commands are installed: on a login node of the cluster");
        return rc;
    }
    if (rc) {
        return rc;
    }
    if (c->answer.overflow) {
        return err_set(ERR_FAILED, "%s prints more than can be read", program);
    }
    return 0;
}

/* Whether the controller may answer later. */
static bool is_passing(const char *complaint) {
    static const char *const words[] = {
        "Unable to contact slurm controller",
        "Socket timed out",
        "Connection refused",
        "Zero Bytes were transmitted",
        "timed out",
        "Transport endpoint",
        "Slurm backup controller in standby",
        "Connection timed out",
        "Unable to establish",
        "communication connection failure",
        "temporarily",
    };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strstr(complaint, words[i])) {
            return true;
        }
    }
    return false;
}

static int call_failure(const struct proc_call *c, const char *what) {
    const char *said = slurm_parse_complaint(c->arena, c->complaint.buf);

    return err_set(is_passing(c->complaint.buf) ? ERR_LOCKED : ERR_FAILED, "%s: %s", what, said);
}

/* ---- handing over */

/* Settings of the user's that would change what is asked, or what is printed. */
static const char *const submit_env[] = {"SBATCH_WAIT", "SBATCH_ARRAY_INX", "SBATCH_JOB_NAME",
                                         NULL};

static void add_ask(struct proc_call *c, const struct slurm_ask *ask) {
    call_option(c, "job-name", ask->name);
    call_option(c, "comment", ask->comment);
    call_option(c, "chdir", ask->dir);
    call_option(c, "output", ask->log);
    call_option(c, "partition", ask->partition);
    call_option(c, "account", ask->account);
    call_option(c, "qos", ask->qos);
    call_option(c, "time", ask->time);
    call_option(c, "mem", ask->mem);
    call_option(c, "gpus", ask->gpus);
    if (ask->cpus > 0) {
        proc_call_add(c, arena_printf(c->arena, "--cpus-per-task=%lld", (long long)ask->cpus));
    }
    if (ask->tasks > 0) {
        const char *limit = ask->at_once > 0 && ask->at_once < ask->tasks
                                ? arena_printf(c->arena, "%%%zu", ask->at_once)
                                : "";
        proc_call_add(c, arena_printf(c->arena, "--array=0-%zu%s", ask->tasks - 1, limit));
    }
    proc_call_add(c, ask->requeue ? "--requeue" : "--no-requeue");
    if (ask->after.len) {
        struct str ids CLEANUP(str_release) = STR_INIT;
        for (size_t i = 0; i < ask->after.len; i++) {
            str_addf(&ids, ":%s", ask->after.at[i]);
        }
        proc_call_add(c, arena_printf(c->arena, "--dependency=afterok%s", ids.buf));
        proc_call_add(c, "--kill-on-invalid-dep=yes");
    }
    for (size_t i = 0; i < ask->args.len; i++) {
        proc_call_add(c, ask->args.at[i]);
    }
}

int slurm_submit(uint64_t *id, const struct slurm_ask *ask, const char *script,
                 const char *const *argv) {
    CLEANUP(proc_call_release) struct proc_call c;
    int rc;

    proc_call_init(&c, "sbatch", ANSWER_MAX);
    proc_call_add(&c, "--parsable");
    add_ask(&c, ask);
    proc_call_add(&c, script);
    for (size_t i = 0; argv && argv[i]; i++) {
        proc_call_add(&c, argv[i]);
    }
    if ((rc = call_run(&c, submit_env))) {
        return rc;
    }
    if (c.status) {
        return call_failure(&c, "sbatch");
    }
    if (!slurm_parse_id(id, c.answer.buf)) {
        return err_set(ERR_FAILED, "sbatch does not tell the id of the job");
    }
    return 0;
}

/* ---- asking */

static const char *const ask_env[] = {
    "LC_ALL=C",
    "SQUEUE_ACCOUNT",
    "SQUEUE_FORMAT",
    "SQUEUE_FORMAT2",
    "SQUEUE_LICENSES",
    "SQUEUE_NAMES",
    "SQUEUE_PARTITION",
    "SQUEUE_QOS",
    "SQUEUE_SORT",
    "SQUEUE_STATES",
    "SQUEUE_USERS",
    "SLURM_TIME_FORMAT",
    NULL,
};

/* The ids of some jobs with commas between; how many jobs of the list they are. */
static size_t join_ids(struct str *ids, const struct slurm_job *jobs, size_t n) {
    size_t i = 0, told = 0;

    for (; i < n && told < IDS_MAX; i++) {
        if (i > 0 && jobs[i].id == jobs[i - 1].id) {
            continue; /* of the same array */
        }
        str_addf(ids, "%s%llu", told++ ? "," : "", (unsigned long long)jobs[i].id);
    }
    return i;
}

/* The next line; NULL at the end. */
static char *take_line(char **rest) {
    char *line = *rest, *end;

    if (!line || !*line) {
        return NULL;
    }
    end = strchr(line, '\n');
    *rest = end ? end + 1 : NULL;
    if (end) {
        *end = '\0';
    }
    return line;
}

static void take_answer(struct slurm_job *job, const struct slurm_job *said) {
    uint64_t memory = job->memory_max > said->memory_max ? job->memory_max : said->memory_max;

    *job = *said;
    job->memory_max = memory;
}

static void read_queue(const struct map *by_ref, struct arena *arena, char *text) {
    for (char *line; (line = take_line(&text));) {
        struct slurm_job said, *job;

        if (slurm_parse_queue(&said, arena, line) &&
            (job = map_get(by_ref, slurm_ref(arena, said.id, said.index)))) {
            take_answer(job, &said);
        }
    }
}

/* A squeue that does not know a job at all is no failure: it was forgotten. */
static int ask_queue(const struct map *by_ref, struct arena *arena, const char *ids) {
    CLEANUP(proc_call_release) struct proc_call c;
    int rc;

    proc_call_init(&c, "squeue", ANSWER_MAX);
    proc_call_add_all(&c, (const char *const[]){"-h", "-r", "-t", "all", "-O", SLURM_QUEUE_FIELDS,
                                                "-j", ids, NULL});
    if ((rc = call_run(&c, ask_env))) {
        return rc;
    }
    if (c.status && !strstr(c.complaint.buf, "Invalid job id")) {
        return call_failure(&c, "squeue");
    }
    read_queue(by_ref, arena, c.answer.buf);
    return 0;
}

/* What squeue has forgotten; without accounting nothing. */
static int ask_account(const struct map *by_ref, struct arena *arena, const char *ids) {
    CLEANUP(proc_call_release) struct proc_call c;
    char *rest;
    int rc;

    proc_call_init(&c, "sacct", ANSWER_MAX);
    proc_call_add_all(
        &c, (const char *const[]){"-n", "-P", "-o", SLURM_ACCOUNT_FIELDS, "-j", ids, NULL});
    if ((rc = call_run(&c, ask_env))) {
        log_debug("%s", err_text());
        err_clear();
        return 0;
    }
    rest = c.answer.buf;
    for (char *line; (line = take_line(&rest));) {
        struct slurm_job said, *job;
        bool step;

        if (!slurm_parse_account(&said, &step, arena, line) ||
            !(job = map_get(by_ref, slurm_ref(arena, said.id, said.index)))) {
            continue;
        }
        if (!step) {
            take_answer(job, &said);
        } else if (said.memory_max > job->memory_max) {
            job->memory_max = said.memory_max;
        }
    }
    return 0;
}

static int look_part(struct slurm_job *jobs, size_t n, struct arena *arena, const char *ids) {
    struct map by_ref CLEANUP(map_release) = MAP_INIT;
    int rc;

    for (size_t i = 0; i < n; i++) {
        jobs[i] =
            (struct slurm_job){.id = jobs[i].id, .index = jobs[i].index, .reason = "", .node = ""};
        map_put(&by_ref, slurm_ref(arena, jobs[i].id, jobs[i].index), &jobs[i]);
    }
    if ((rc = ask_queue(&by_ref, arena, ids))) {
        return rc;
    }
    for (size_t i = 0; i < n; i++) {
        if (jobs[i].state == SLURM_UNKNOWN) {
            return ask_account(&by_ref, arena, ids);
        }
    }
    return 0;
}

int slurm_look(struct slurm_job *jobs, size_t n, struct arena *arena) {
    for (size_t from = 0; from < n;) {
        struct str ids CLEANUP(str_release) = STR_INIT;
        size_t part = join_ids(&ids, jobs + from, n - from);
        int rc = look_part(jobs + from, part, arena, ids.buf);

        if (rc) {
            return rc;
        }
        from += part;
    }
    return 0;
}

int slurm_find(uint64_t *id, const char *name) {
    CLEANUP(proc_call_release) struct proc_call c;
    char *rest;
    int rc;

    *id = 0;
    proc_call_init(&c, "squeue", ANSWER_MAX);
    proc_call_add_all(
        &c, (const char *const[]){"-h", "-t", "all", "-O", SLURM_QUEUE_FIELDS, "-n", name, NULL});
    if ((rc = call_run(&c, ask_env))) {
        return rc;
    }
    if (c.status) {
        return call_failure(&c, "squeue");
    }
    rest = c.answer.buf;
    for (char *line; (line = take_line(&rest));) {
        uint64_t found;

        line[strcspn(line, "|")] = '\0';
        if (slurm_parse_id(&found, line) && found > *id) {
            *id = found;
        }
    }
    return 0;
}

/* ---- ending */

static int run_cancel(struct proc_call *c) {
    int rc = call_run(c, ask_env);

    return rc ? rc : c->status ? call_failure(c, "scancel") : 0;
}

int slurm_cancel(const struct slurm_job *jobs, size_t n) {
    for (size_t from = 0; from < n; from += IDS_MAX) {
        CLEANUP(proc_call_release) struct proc_call c;
        int rc;

        proc_call_init(&c, "scancel", ANSWER_MAX);
        proc_call_add(&c, "-Q");
        for (size_t i = from; i < n && i < from + IDS_MAX; i++) {
            proc_call_add(&c, slurm_ref(c.arena, jobs[i].id, jobs[i].index));
        }
        if ((rc = run_cancel(&c))) {
            return rc;
        }
    }
    return 0;
}

int slurm_cancel_named(const char *name) {
    CLEANUP(proc_call_release) struct proc_call c;

    proc_call_init(&c, "scancel", ANSWER_MAX);
    proc_call_add_all(&c, (const char *const[]){"-Q", "-n", name, NULL});
    return run_cancel(&c);
}
