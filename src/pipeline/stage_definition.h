/*
 * What `stage add` writes: the definition of one stage, with its keys in DVC's order.
 */
#ifndef PIPELINE_STAGE_DEFINITION_H
#define PIPELINE_STAGE_DEFINITION_H

struct arena;
struct node;
struct repo;
struct stage;
struct stage_add_request;
struct strv;

/* The words as one line for the shell, as DVC joins them: "" for an empty word, "…" around blanks
 * unless the word holds a double quote itself; a single word is taken as it is. */
const char *stage_add_command(struct arena *arena, const struct strv *words);

/* `s` has the paths of the request resolved. `old`, the definition that is replaced (or NULL),
 * lends what the command line cannot say: description, meta, and the notes, remote and push of outs
 * that stay. */
const struct node *stage_definition(struct arena *arena, const struct repo *r,
                                    const struct stage_add_request *o, const struct stage *s,
                                    const struct node *old);

#endif
