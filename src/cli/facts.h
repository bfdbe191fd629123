/*
 * What a bug report needs to know of the machine. Nothing here tells a secret: no addresses, no
 * devices, no environment. Texts are in the arena; what cannot be found out is "unknown".
 */
#ifndef CLI_FACTS_H
#define CLI_FACTS_H

#include "base/vec.h"

struct arena;
struct repo;

const char *facts_platform(struct arena *arena); /* system, machine, C library, processors */
void facts_libraries(struct strv *out, struct arena *arena); /* file names of those loaded */
const char *facts_file_system(struct arena *arena, const char *path); /* "ext4" */

/* Which links from the cache to the workspace work, by making them: "reflink, hardlink", or
 * "none". */
const char *facts_link_types(struct arena *arena, const struct repo *r, const char *cache_dir);

#endif
