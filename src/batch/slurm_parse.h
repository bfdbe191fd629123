/*
 * What Slurm's commands print, as values. All of it is text from outside.
 */
#ifndef BATCH_SLURM_PARSE_H
#define BATCH_SLURM_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct slurm_job;

/* For squeue's -O: what slurm_parse_queue reads. */
#define SLURM_QUEUE_FIELDS                                                                         \
    "ArrayJobID:|,ArrayTaskID:|,State:|,exit_code:|,TimeUsed:|,NodeList:|,Reason:|"
/* For sacct's -o, with -P: what slurm_parse_account reads. */
#define SLURM_ACCOUNT_FIELDS "JobID,State,ExitCode,ElapsedRaw,NodeList,MaxRSS"

/* The id that sbatch --parsable prints: "123" or "123;cluster". */
bool slurm_parse_id(uint64_t *id, const char *text);

/* One line of squeue; strings go to the arena. False: it is none. */
bool slurm_parse_queue(struct slurm_job *job, struct arena *arena, const char *line);

/* One line of sacct: of a job, or of a step of it, of which `memory_max` alone is told. */
bool slurm_parse_account(struct slurm_job *job, bool *step, struct arena *arena, const char *line);

/* What sbatch or another of them complained about, in one line without its prefixes. */
const char *slurm_parse_complaint(struct arena *arena, const char *text);

#endif
