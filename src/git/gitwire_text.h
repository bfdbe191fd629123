/*
 * What `git` prints when it lists, fetches and pushes; much of it is what the other side sent. The
 * texts are cut up in place.
 */
#ifndef GIT_GITWIRE_TEXT_H
#define GIT_GITWIRE_TEXT_H

#include "base/attr.h"
#include "base/err.h"

struct arena;
struct gitwire_refs;
struct gitwire_results;

/* The lines of `git ls-remote`; a last one that does not end is none. ERR_INVALID for any other. */
int gitwire_text_refs(struct gitwire_refs *out, struct arena *arena, char *text) MUST_CHECK;
/* The lines of `git push --porcelain`; others are passed over. */
void gitwire_text_pushed(struct gitwire_results *out, struct arena *arena, char *text);

/* Of its complaints the line that says why: its own, if it knows, else what ssh or the other side
 * said first. Lives in the text. */
const char *gitwire_text_why(char *text);
enum err_code gitwire_text_code(const char *why);

#endif
