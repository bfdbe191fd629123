/*
 * Listings that gc has taken away, so that their absence is no riddle when the next gc looks at the
 * revisions that used them. A list in .dvc/tmp/cairn; without it gc asks rather than deletes.
 */
#ifndef DATA_COLLECTED_H
#define DATA_COLLECTED_H

#include "hash/digest_set.h"

struct data;

/* Reads the text of the list (which is cut up); lines that say nothing are left out. */
void collected_parse(struct digest_set *out, char *text);

/* Fills a set; what is damaged in the file is left out. */
void collected_load(struct digest_set *out, const struct data *d);
/* Replaces the list. Trouble is only logged: see above. */
void collected_save(const struct data *d, const struct digest_set *s);

#endif
