#include "data/url_copy.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/import_target.h"
#include "data/output.h"
#include "data/url_source.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "os/stat.h"

int url_copy_target(const char **path, struct arena *arena, struct data *d,
                    const struct url_source *s, const char *out, bool force) {
    const struct import_target target = {.own = url_source_name(s),
                                         .from = s->url,
                                         .itself = s->place.path,
                                         .out = out,
                                         .force = force};

    return import_target(path, arena, d, &target);
}

int url_copy(struct arena *arena, struct data *d, struct out *o, struct url_source *s, bool force) {
    const struct checkout_options opt = {.force = force};
    struct place_result placed;
    int rc = url_source_fetch(&o->recorded, d, s);

    if (rc) {
        return rc;
    }
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc ? rc : repo_gitignore_add(d->repo, o->path);
}
