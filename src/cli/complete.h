/*
 * Completion scripts for shells, made from the tables: commands, options, choices, remotes and
 * files.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

struct show;

void complete_bash(struct show *s, const char *prog);
void complete_zsh(struct show *s, const char *prog);
void complete_fish(struct show *s, const char *prog);

#endif
