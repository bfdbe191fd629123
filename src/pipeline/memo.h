/*
 * What paths of the workspace held when this run last looked, so that the output of one stage is
 * not read again as the dependency of the next. As long as no command ran in between, what is known
 * holds; after one, it holds where the files are still the same ones by their identity (and are not
 * so fresh that the clock could hide a change).
 */
#ifndef PIPELINE_MEMO_H
#define PIPELINE_MEMO_H

struct content;
struct data;
struct memo;
struct params;

struct memo *memo_new(struct data *d);
void memo_free(struct memo *m);
void memo_freep(struct memo **m);

/* The params files of the workspace, for all who share the memo. */
struct params *memo_params(struct memo *m);

/* The path held this content just now. The path must live as long as the memo. */
void memo_put(struct memo *m, const char *path, const struct content *c);

/* What the path holds, or NULL if that is not known for sure. */
const struct content *memo_get(struct memo *m, const char *path);

/* Call before each command: it may change any file. */
void memo_expect_changes(struct memo *m);

#endif
