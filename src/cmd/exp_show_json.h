/*
 * Experiments as DVC's JSON, which its extension for VS Code reads.
 */
#ifndef CMD_EXP_SHOW_JSON_H
#define CMD_EXP_SHOW_JSON_H

struct exp_baselines;
struct session;

void exp_show_json(struct session *s, const struct exp_baselines *rows);

#endif
