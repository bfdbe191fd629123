/*
 * Help pages made from the tables, at most 79 columns wide.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

struct cmd;
struct cmd_family;
struct command_line;
struct show;

/* The page of a command, of a family, or with neither of the whole program. */
void help_show(struct show *s, const char *prog, const struct cmd_family *family,
               const struct cmd *cmd);

/* The tables as lines of fields with tabs between, for the check of the man pages:
 *   command <name> <alias> <group> <summary> <words>      family <name> <alias> <summary>
 *   option <command> <spelling> <value> <help>            (global options: of command "") */
void help_dump(struct show *s);

const char *help_version(const char *prog); /* "3.67.1" as dvc: clients ask for it; else our own */

/* The version of DVC whose behaviour we have. */
#define DVC_VERSION "3.67.1"

#endif
