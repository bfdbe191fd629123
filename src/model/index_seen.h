/*
 * What was loaded of the commits looked at so far, by the ids that Git gives to files and folders:
 * for who asks what many commits name together, where each differs from the next in little.
 */
#ifndef MODEL_INDEX_SEEN_H
#define MODEL_INDEX_SEEN_H

#include <stdbool.h>

struct index_seen;

struct index_seen *index_seen_new(void);
void index_seen_free(struct index_seen *s);
void index_seen_freep(struct index_seen **s); /* for CLEANUP */

/* Whether the path had this id before. `with`: the id of what is read together with it, or "". */
bool index_seen_has(const struct index_seen *s, const char *path, const char *id, const char *with);

/* Notes it as found in the commit being loaded: not seen yet. */
void index_seen_note(struct index_seen *s, const char *path, const char *id, const char *with);
/* What was noted at this path and at the folders above it says less than it seems: the stages there
 * depend on other files. */
void index_seen_doubt(struct index_seen *s, const char *path);
/* The commit is loaded: what was noted is seen, but for what is in doubt. Else it is forgotten. */
void index_seen_settle(struct index_seen *s, bool loaded);

#endif
