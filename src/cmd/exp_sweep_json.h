/*
 * Sweeps as JSON, for scripts:
 *
 *   {"name": "s", "state": "Ended", "method": "bayes", "metric": {"file": "m.json", "key": "loss",
 *    "goal": "minimize"}, "seed": 1, "count": 20, "ended": 20, "baseline": "<commit>", "best": "s-7",
 *    "runs": [{"name": "s-1", "state": "Success", "rev": "<commit>", "value": 0.2,
 *              "params": {"lr": 0.1}}, …]}
 *
 * metric, best and value are null where there is none; runs are in the order in which they are given.
 */
#ifndef CMD_EXP_SWEEP_JSON_H
#define CMD_EXP_SWEEP_JSON_H

#include <stddef.h>

struct json;
struct session;
struct sweep;
struct sweep_run;

/* One sweep as a document. */
void exp_sweep_json(struct session *session, const struct sweep *s,
                    const struct sweep_run *const *rows, size_t n);
/* One sweep in a list of them, without its runs. */
void exp_sweep_json_row(struct json *j, const struct sweep *s);

#endif
