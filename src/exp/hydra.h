/*
 * Parameters composed by Hydra's rules: a folder of YAML files in groups (conf/db/mysql.yaml), of which
 * the defaults lists of the files and the command line choose.
 */
#ifndef EXP_HYDRA_H
#define EXP_HYDRA_H

#include "base/attr.h"

struct arena;
struct node;
struct override_sets;
struct repo;
struct strv;

/* Where the option hydra.enabled is set, params.yaml is composed, although nothing in it may be set on
 * the command line: notes that in the sets. */
void hydra_claim(struct override_sets *sets, const struct repo *r);

/* The parameters that the configuration hydra.config_name in the folder hydra.config_dir comes to
 * with these overrides. Configurations in Python modules, plugins and interpolations in defaults lists are
 * ERR_UNSUPPORTED. */
int hydra_compose(struct node **out, struct arena *arena, const struct repo *r,
                  const struct strv *overrides) MUST_CHECK;

#endif
