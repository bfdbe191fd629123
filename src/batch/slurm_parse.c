#include "batch/slurm_parse.h"

#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "batch/slurm.h"

#define FIELDS_MAX    8
#define COMPLAINT_MAX 300

/* Slurm's own words. Those that are not here, of a job that is about to begin or to end, mean that
 * it has not ended. */
static const struct {
    const char *word;
    enum slurm_state state;
} states[] = {
    {"PENDING", SLURM_PENDING},       {"CONFIGURING", SLURM_PENDING},
    {"REQUEUED", SLURM_PENDING},      {"REQUEUE_FED", SLURM_PENDING},
    {"REQUEUE_HOLD", SLURM_PENDING},  {"SPECIAL_EXIT", SLURM_PENDING},
    {"RESV_DEL_HOLD", SLURM_PENDING}, {"COMPLETED", SLURM_DONE},
    {"FAILED", SLURM_FAILED},         {"OUT_OF_MEMORY", SLURM_OUT_OF_MEMORY},
    {"TIMEOUT", SLURM_OUT_OF_TIME},   {"DEADLINE", SLURM_OUT_OF_TIME},
    {"NODE_FAIL", SLURM_NODE_FAILED}, {"BOOT_FAIL", SLURM_NODE_FAILED},
    {"PREEMPTED", SLURM_NODE_FAILED}, {"CANCELLED", SLURM_CANCELLED},
    {"REVOKED", SLURM_CANCELLED},
};

static enum slurm_state state_of(const char *word) {
    size_t len = strcspn(word, " +"); /* "CANCELLED by 1000" */

    for (size_t i = 0; i < COUNT_OF(states); i++) {
        if (strlen(states[i].word) == len && strncmp(word, states[i].word, len) == 0) {
            return states[i].state;
        }
    }
    return SLURM_RUNNING;
}

/* The fields between the bars; how many there are, at most FIELDS_MAX. */
static size_t split(char *field[FIELDS_MAX], struct arena *arena, const char *line) {
    char *at = arena_strdup(arena, line);
    size_t n = 0;

    while (at && n < FIELDS_MAX) {
        char *bar = strchr(at, '|');

        field[n++] = at;
        if (bar) {
            *bar++ = '\0';
        }
        at = bar;
    }
    return n;
}

static const char *word_or_nothing(const char *text) {
    return str_eq(text, "(null)") || str_eq(text, "None") || str_eq(text, "N/A") ||
                   str_eq(text, "None assigned")
               ? ""
               : text;
}

bool slurm_parse_id(uint64_t *id, const char *text) {
    char digits[24];
    size_t len = strspn(text, "0123456789");

    if (len == 0 || len >= sizeof digits || (text[len] && !strchr(";\r\n", text[len]))) {
        return false;
    }
    memcpy(digits, text, len);
    digits[len] = '\0';
    return num_uint(id, digits) && *id > 0;
}

/* A wait status, as wait(2) gives it. */
static bool parse_status(int *status, const char *text) {
    uint64_t raw;

    if (!num_uint(&raw, text) || raw > UINT16_MAX) {
        return false;
    }
    *status = raw & 0x7f ? -(int)(raw & 0x7f) : (int)(raw >> 8);
    return true;
}

/* "3:0": the exit code and the signal. */
static bool parse_code(int *status, const char *text) {
    int64_t code, number;
    char left[8];
    size_t len = strcspn(text, ":");

    if (len >= sizeof left || text[len] != ':') {
        return false;
    }
    memcpy(left, text, len);
    left[len] = '\0';
    if (!num_int(&code, left) || !num_int(&number, text + len + 1) || code < 0 || code > 255 ||
        number < 0 || number > 255) {
        return false;
    }
    *status = number ? -(int)number : (int)code;
    return true;
}

/* "1-02:03:04", "02:03:04", "3:04": seconds; anything else is 0. */
static int64_t parse_elapsed(const char *text) {
    int64_t total = 0, part = 0;

    if (strlen(text) > 20) {
        return 0;
    }
    for (const char *p = text; *p; p++) {
        if (*p >= '0' && *p <= '9') {
            part = part * 10 + (*p - '0');
            part = part > 100000000 ? 100000000 : part;
        } else if (*p == '-') {
            total = (total + part) * 24;
            part = 0;
        } else if (*p == ':') {
            total = (total + part) * 60;
            part = 0;
        } else {
            return 0;
        }
    }
    return total + part;
}

/* "1234K": bytes; 0 for anything else. */
static uint64_t parse_memory(const char *text) {
    static const char units[] = "KMGT";
    char number[32];
    size_t len = strspn(text, "0123456789.");
    double value;
    const char *unit;

    if (len == 0 || len >= sizeof number) {
        return 0;
    }
    memcpy(number, text, len);
    number[len] = '\0';
    if (!num_float(&value, number) || value > 1e15) {
        return 0;
    }
    unit = text[len] ? strchr(units, text[len]) : NULL;
    for (const char *u = units; unit && u <= unit; u++) {
        value *= 1024;
    }
    return value < 1e18 ? (uint64_t)value : 0;
}

static bool parse_index(int64_t *index, const char *text) {
    if (str_eq(text, "N/A") || text[0] == '\0') {
        *index = SLURM_NO_INDEX;
        return true;
    }
    return num_int(index, text) && *index >= 0;
}

bool slurm_parse_queue(struct slurm_job *job, struct arena *arena, const char *line) {
    char *field[FIELDS_MAX];

    *job = (struct slurm_job){.reason = "", .node = ""};
    if (split(field, arena, line) < 7 || !slurm_parse_id(&job->id, field[0]) ||
        !parse_index(&job->index, field[1]) || !parse_status(&job->status, field[3])) {
        return false;
    }
    job->state = state_of(field[2]);
    job->elapsed = parse_elapsed(field[4]);
    job->node = word_or_nothing(field[5]);
    job->reason = word_or_nothing(field[6]);
    return true;
}

/* "12", "12_3", "12.batch", "12_3.0" */
static bool parse_account_id(struct slurm_job *job, bool *step, char *text) {
    char *dot = strchr(text, '.'), *bar;

    *step = dot != NULL;
    if (dot) {
        *dot = '\0';
    }
    bar = strchr(text, '_');
    if (bar) {
        *bar++ = '\0';
    }
    return slurm_parse_id(&job->id, text) && parse_index(&job->index, bar ? bar : "");
}

bool slurm_parse_account(struct slurm_job *job, bool *step, struct arena *arena, const char *line) {
    char *field[FIELDS_MAX];

    *job = (struct slurm_job){.reason = "", .node = ""};
    if (split(field, arena, line) < 6 || !parse_account_id(job, step, field[0]) ||
        !parse_code(&job->status, field[2]) || !num_int(&job->elapsed, field[3]) ||
        job->elapsed < 0) {
        return false;
    }
    job->state = state_of(field[1]);
    job->node = word_or_nothing(field[4]);
    job->memory_max = parse_memory(field[5]);
    return true;
}

/* The line without "sbatch: error: " and such. */
static const char *without_prefixes(const char *line) {
    static const char *const prefixes[] = {
        "sbatch: ", "squeue: ", "scancel: ", "error: ", "fatal: ", "Batch job submission failed: "};

    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        line += str_starts(line, prefixes[i]) ? strlen(prefixes[i]) : 0;
    }
    return line;
}

const char *slurm_parse_complaint(struct arena *arena, const char *text) {
    struct str all CLEANUP(str_release) = {.buf = str_empty, .max = COMPLAINT_MAX};
    char *line = arena_strdup(arena, text);

    for (char *next; line; line = next) {
        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        for (char *p = line; *p; p++) {
            *p = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
        }
        const char *said = without_prefixes(line);
        if (said[0] && !strstr(all.buf, said)) {
            str_adds(&all, all.len ? "; " : "");
            str_adds(&all, said);
        }
    }
    return arena_strdup(arena, all.len ? all.buf : "it does not say why");
}
