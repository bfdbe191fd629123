/*
 * What the completion scripts of all shells have in common: what may stand where, and the quoting.
 */
#ifndef CLI_COMPLETE_PARTS_H
#define CLI_COMPLETE_PARTS_H

#include <stdbool.h>

struct cmd;
struct cmd_family;
struct opt;
struct str;

enum value_kind { VALUE_CHOICE, VALUE_REMOTE, VALUE_COMMAND, VALUE_FILE, VALUE_FREE, VALUE_NONE };

enum value_kind complete_value(const struct opt *o);   /* of an option */
enum value_kind complete_words(const struct cmd *cmd); /* of the words behind a command */
bool complete_has_family(
    const struct cmd_family *family); /* whether a command of it is to be shown */

/* In single quotes, as all three shells read them. */
void complete_add_quoted(struct str *out, const char *text);
/* All ways to name the command, quoted: "'remove' | 'rm'". */
void complete_add_names(struct str *out, const struct cmd *cmd, const char *between);

#endif
