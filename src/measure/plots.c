#include "measure/plots.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/csv.h"
#include "doc/node.h"
#include "doc/read.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gitstatus.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/suggest.h"
#include "data/data.h"
#include "data/read.h"
#include "measure/failure.h"
#include "measure/plot_definitions.h"
#include "measure/plot_points.h"

enum { IMAGE_MAX = 256 << 20 };

/* A file that plots are drawn from, at one revision. */
struct source {
    const struct node *data; /* NULL for an image, and for what could not be read */
    const char *image;
    size_t image_len;
    const char *error_type, *error_text;
};

/* A plot at one revision. */
struct definition {
    const char *name; /* its id, with the dvc.yaml where several define the id */
    const char *id;
    const struct node *props;
};

struct revision {
    const char *name;
    VEC(struct definition) definitions;
    struct map by_name;                  /* index into definitions, plus one */
    struct map sources;                  /* path as shown -> struct source * */
    const char *error_type, *error_text; /* set when its stage files could not be read */
    bool failed;
};
struct revisions VEC_OF(struct revision);

static void revisions_release(struct revisions *revs) {
    for (size_t i = 0; i < revs->len; i++) {
        vec_release(&revs->at[i].definitions);
        map_release(&revs->at[i].by_name);
        map_release(&revs->at[i].sources);
    }
    vec_release(revs);
}

/* Sources */

static bool is_one_of(const char *suffix, const char *const *list) {
    for (size_t i = 0; list[i]; i++) {
        if (str_eq(suffix, list[i])) {
            return true;
        }
    }
    return false;
}

bool plots_is_image(const char *path) {
    static const char *const suffixes[] = {".jpg", ".jpeg", ".gif", ".png", ".svg", NULL};

    return is_one_of(path_suffix(path), suffixes);
}

/* Whether the rows of the file begin with the names of the columns. */
static bool has_header(const struct index *idx, const char *path, const struct plots_request *q) {
    const struct out *o = index_find_out(idx, path);
    const struct node *header =
        o && o->kind == OUT_PLOT && str_eq(o->path, path) ? node_get(o->node, "header") : NULL;

    return !q->o.no_header && !(header && header->kind == NODE_BOOL && !header->boolean);
}

static int parse_source(struct source *s, struct str *text, struct arena *arena, struct data *d,
                        const struct index *idx, const struct plots_request *q, const char *shown) {
    static const char *const others[] = {".json", ".yaml", ".yml", ".toml", ".py", NULL};
    const char *suffix = path_suffix(shown), *path;
    bool is_tsv = str_eq(suffix, ".tsv"), is_csv = str_eq(suffix, ".csv");
    struct node *root;
    int rc;

    if (!plots_is_image(shown) && !is_csv && !is_tsv && !is_one_of(suffix, others)) {
        s->error_type = "PlotMetricTypeError";
        return err_set(ERR_INVALID, "'%s' is no plot: CSV, TSV, JSON, YAML, TOML and images are",
                       shown);
    }
    if ((rc = repo_path(&path, d->repo, shown, true)) ||
        (rc = data_read_content(text, arena, d, idx, path,
                                plots_is_image(shown) ? IMAGE_MAX : DOC_MAX_BYTES))) {
        return rc;
    }
    if (plots_is_image(shown)) {
        s->image = arena_dup(arena, text->buf, text->len + 1);
        s->image_len = text->len;
        return 0;
    }
    if (is_csv || is_tsv) {
        const struct csv_form form = {is_tsv ? '\t' : ',', has_header(idx, path, q)};

        rc = csv_read(&root, arena, text->buf, text->len, &form, shown);
    } else {
        rc = doc_read(&root, arena, text->buf, text->len, shown);
    }
    if (!rc && node_truthy(root)) {
        s->data = root;
    }
    return rc;
}

static int read_source(struct revision *rev, struct arena *arena, struct data *d,
                       const struct index *idx, const struct plots_request *q, const char *shown) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct source *s;
    int rc;

    if (!shown || map_has(&rev->sources, shown)) {
        return 0;
    }
    s = arena_alloc(arena, sizeof *s);
    map_put(&rev->sources, shown, s);
    rc = parse_source(s, &text, arena, d, idx, q, shown);
    if (rc && rc != ERR_INTERRUPTED) {
        if (!s->error_type) {
            s->error_type = failure_type(rc, shown, text.buf, text.len);
        }
        s->error_text = arena_strdup(arena, err_text());
        log_debug("%s", err_text());
        err_clear();
        rev->failed = true;
        return 0;
    }
    return rc;
}

/* Revisions */

/* An id that several dvc.yaml files define is known by both names. */
static void name_definitions(struct revision *rev, struct arena *arena,
                             const struct plot_configs *configs) {
    struct map count CLEANUP(map_release) = MAP_INIT, done CLEANUP(map_release) = MAP_INIT;

    for (size_t i = 0; i < configs->len; i++) {
        for (size_t k = 0; k < configs->at[i].plots.len; k++) {
            const char *id = configs->at[i].plots.at[k].id;

            map_put(&count, id, (void *)((uintptr_t)map_get(&count, id) + 1));
        }
    }
    for (size_t i = 0; i < configs->len; i++) {
        for (size_t k = 0; k < configs->at[i].plots.len; k++) {
            const char *id = configs->at[i].plots.at[k].id;

            if (!map_add(&done, id, rev)) {
                continue;
            }
            bool several = (uintptr_t)map_get(&count, id) > 1;

            /* all of one id stand where its first does */
            for (size_t n = i; n < configs->len; n++) {
                uintptr_t place = (uintptr_t)map_get(&configs->at[n].by_id, id);
                const char *config = configs->at[n].path;

                if (place) {
                    struct definition d = {
                        several && config[0] ? arena_printf(arena, "%s::%s", config, id) : id, id,
                        configs->at[n].plots.at[place - 1].props};
                    vec_push(&rev->definitions, d);
                }
            }
        }
    }
}

static int fill_revision(struct revision *rev, struct arena *arena, struct data *d,
                         const char *commit, const struct plots_request *q) {
    struct plot_configs configs = {0};
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = index_load(&idx, d->repo, commit);

    if (!rc && !(rc = plot_definitions_collect(&configs, arena, d, idx, q))) {
        name_definitions(rev, arena, &configs);
    }
    for (size_t i = 0; i < rev->definitions.len && !rc; i++) {
        const struct definition *def = &rev->definitions.at[i];
        struct strv files CLEANUP(strv_release) = {0};

        plot_definition_sources(&files, def->id, def->props);
        for (size_t k = 0; k < files.len && !rc; k++) {
            rc = read_source(rev, arena, d, idx, q, files.at[k]);
        }
    }
    /* What is kept lies in the index's arena too. */
    for (size_t i = 0; i < rev->definitions.len; i++) {
        struct definition *def = &rev->definitions.at[i];

        def->id = arena_strdup(arena, def->id);
        def->name = arena_strdup(arena, def->name);
        def->props = node_clone(arena, def->props);
        map_put(&rev->by_name, def->name, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < rev->sources.len; i++) {
        rev->sources.at[i].key = arena_strdup(arena, rev->sources.at[i].key);
    }
    plot_configs_release(&configs);
    return rc;
}

static int load_revision(struct revisions *out, struct arena *arena, struct data *d,
                         const char *name, const struct plots_request *q) {
    struct revision rev = {.name = name};
    const char *commit = NULL;
    struct gitrev found;
    int rc;

    if (!str_eq(name, "workspace")) {
        if ((rc = gitrev_find(&found, d->repo->git, arena, name))) {
            return rc;
        }
        commit = arena_strdup(arena, found.id);
    }
    rc = fill_revision(&rev, arena, d, commit, q);
    if (rc && rc != ERR_INTERRUPTED) {
        rev.error_type = rc == ERR_INVALID ? "YAMLValidationError" : "DvcException";
        rev.error_text = arena_strdup(arena, err_text());
        log_warn("failed to load plots in revision '%s', %s", name, err_text());
        err_clear();
        rev.failed = true;
        vec_clear(&rev.definitions);
        rc = 0;
    }
    vec_push(out, rev);
    return rc;
}

static void add_name(struct strv *names, const char *name) {
    for (size_t i = 0; i < names->len; i++) {
        if (str_eq(names->at[i], name)) {
            return;
        }
    }
    vec_push(names, name);
}

/* The abbreviated commit that the one revision was started from, if it is an experiment. */
static int find_baseline(const char **out, struct arena *arena, struct repo *r,
                         const struct plots_request *q) {
    struct gitrev found;
    int rc;

    *out = NULL;
    if (!q->experiment || q->revs.len != 1 || str_eq(q->revs.at[0], "workspace")) {
        return 0;
    }
    if ((rc = gitrev_find(&found, r->git, arena, q->revs.at[0]))) {
        return rc;
    }
    *out = gitrev_baseline(r->git, arena, found.id);
    *out = *out ? arena_strndup(arena, *out, 7) : NULL;
    return 0;
}

/* What is compared: the workspace first. One revision alone is compared with the workspace, or as an
 * experiment with its baseline; none, with HEAD if that differs. */
static int list_revisions(struct strv *out, struct arena *arena, struct repo *r,
                          const struct plots_request *q) {
    const char *baseline;
    bool dirty = false, workspace;
    int rc;

    if ((rc = find_baseline(&baseline, arena, r, q)) ||
        (!q->revs.len && (rc = gitstatus_changed(r->git, &dirty)))) {
        return rc;
    }
    workspace = q->revs.len < 2 && !baseline;
    for (size_t i = 0; i < q->revs.len; i++) {
        workspace |= str_eq(q->revs.at[i], "workspace");
    }
    if (workspace) {
        add_name(out, "workspace");
    }
    if (dirty) {
        add_name(out, "HEAD");
    }
    for (size_t i = 0; i < q->revs.len; i++) {
        add_name(out, q->revs.at[i]);
    }
    if (baseline) {
        add_name(out, baseline);
    }
    return 0;
}

static int load_revisions(struct revisions *out, struct arena *arena, struct repo *r,
                          const struct plots_request *q) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct strv names CLEANUP(strv_release) = {0};
    int rc;

    if (q->compare && !r->git) {
        return err_set(ERR_FAILED, "revisions can only be compared in a Git repository");
    }
    if (q->compare && !gitrepo_has_commits(r->git)) {
        return 0;
    }
    if ((rc = data_open(&d, r, NULL))) {
        return rc;
    }
    if (!q->compare) {
        return load_revision(out, arena, d, "workspace", q);
    }
    rc = list_revisions(&names, arena, r, q);
    for (size_t i = 0; i < names.len && !rc; i++) {
        rc = load_revision(out, arena, d, names.at[i], q);
    }
    return rc;
}

/* Overlaying */

static const struct definition *find_definition(const struct revision *rev, const char *name) {
    uintptr_t place = (uintptr_t)map_get(&rev->by_name, name);

    return place ? &rev->definitions.at[place - 1] : NULL;
}

/* The properties of all revisions; what the first says counts. */
static struct node *joint_props(struct arena *arena, const struct revisions *revs,
                                const char *name) {
    struct node *props = node_map(arena);

    for (size_t i = revs->len; i-- > 0;) {
        const struct definition *def = find_definition(&revs->at[i], name);

        for (size_t k = 0; def && k < def->props->map.len; k++) {
            node_put(arena, props, node_text(def->props->map.at[k].key),
                     def->props->map.at[k].value);
        }
    }
    return props;
}

static void add_error(struct plots *out, const char *name, const char *source, const char *rev,
                      const char *type, const char *text) {
    vec_push(&out->errors, ((struct plot_error){name, source, rev, type, text}));
}

static int add_points(struct plots *out, struct plot *p, struct arena *arena,
                      const struct revision *rev, const struct definition *def,
                      const struct node *props, struct plot_files *files) {
    const char *type = NULL;
    int rc = plot_points_add(p, arena, rev->name, def->id, props, files, &type);

    if (rc != ERR_INVALID) {
        return rc;
    }
    log_warn("in '%s', %s", rev->name, err_text());
    add_error(out, p->name, NULL, rev->name, type, arena_strdup(arena, err_text()));
    err_clear();
    return 0;
}

/* What a plot takes from one revision: images, or files to be made points of. */
static void take_sources(struct plot *p, struct plot_files *files, const struct revision *rev,
                         const struct definition *def) {
    struct strv paths CLEANUP(strv_release) = {0};

    plot_definition_sources(&paths, def->id, def->props);
    for (size_t i = 0; i < paths.len; i++) {
        const struct source *s = paths.at[i] ? map_get(&rev->sources, paths.at[i]) : NULL;

        if (s && s->data) {
            vec_push(files, ((struct plot_file){paths.at[i], s->data}));
        } else if (s && s->image_len && p->is_image) {
            struct plot_image image = {rev->name, paths.at[i], s->image, s->image_len};

            vec_push(&p->images, image);
        }
    }
}

static void add_source_errors(struct plots *out, const char *name, const struct revision *rev,
                              const struct definition *def) {
    struct strv paths CLEANUP(strv_release) = {0};

    plot_definition_sources(&paths, def->id, def->props);
    for (size_t i = 0; i < paths.len; i++) {
        const struct source *s = paths.at[i] ? map_get(&rev->sources, paths.at[i]) : NULL;

        if (s && s->error_type) {
            add_error(out, name, paths.at[i], rev->name, s->error_type, s->error_text);
        }
    }
}

/* Images go by their ids alone: of one that several files define, the last counts. */
static void add_plot(struct plots *out, const struct plot *p) {
    for (size_t i = 0; p->is_image && i < out->plots.len; i++) {
        struct plot *old = &out->plots.at[i];

        if (old->is_image && str_eq(old->name, p->name)) {
            vec_release(&old->images);
            *old = *p;
            return;
        }
    }
    vec_push(&out->plots, *p);
}

static int overlay(struct plots *out, struct arena *arena, const struct revisions *revs,
                   const char *name, const char *id) {
    bool is_image = plots_is_image(id);
    struct plot p = {
        .name = is_image ? id : name, .is_image = is_image, .points = node_list(arena)};
    struct node *props = joint_props(arena, revs, name);
    int rc = 0;

    for (size_t i = 0; i < revs->len; i++) {
        const struct definition *def = find_definition(&revs->at[i], name);

        if (def) {
            add_source_errors(out, p.name, &revs->at[i], def);
        }
    }
    for (size_t i = 0; i < revs->len && !rc; i++) {
        const struct definition *def = find_definition(&revs->at[i], name);
        struct plot_files files = {0};

        if (!def) {
            continue;
        }
        take_sources(&p, &files, &revs->at[i], def);
        if (!p.is_image) {
            rc = add_points(out, &p, arena, &revs->at[i], def, props, &files);
        }
        vec_release(&files);
    }
    add_plot(out, &p);
    return rc;
}

int plots_collect(struct plots *out, struct arena *arena, struct repo *r,
                  const struct plots_request *q) {
    struct revisions revs CLEANUP(revisions_release) = {0};
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int rc = load_revisions(&revs, arena, r, q);

    out->none = true;
    for (size_t i = 0; i < revs.len && !rc; i++) {
        const struct revision *rev = &revs.at[i];

        out->none &= !rev->definitions.len && !rev->failed;
        if (rev->failed) {
            vec_push(&out->failed, rev->name);
        }
        for (size_t k = 0; k < rev->definitions.len && !rc; k++) {
            const struct definition *def = &rev->definitions.at[k];

            if (map_add(&seen, def->name, out)) {
                rc = overlay(out, arena, &revs, def->name, def->id);
            }
        }
    }
    for (size_t i = 0; i < revs.len && !rc; i++) {
        if (revs.at[i].error_type) {
            add_error(out, NULL, NULL, revs.at[i].name, revs.at[i].error_type,
                      revs.at[i].error_text);
        }
    }
    return rc;
}

const char *plots_suggest(struct arena *arena, struct repo *r, const char *typed) {
    const struct plots_request all = {0};
    struct data *d CLEANUP(data_closep) = NULL;
    struct index *idx CLEANUP(index_freep) = NULL;
    struct strv ids CLEANUP(strv_release) = {0};
    struct plot_configs configs = {0};
    const char *near = NULL;

    if (!data_open(&d, r, NULL) && !index_load(&idx, r, NULL) &&
        !plot_definitions_collect(&configs, arena, d, idx, &all)) {
        for (size_t i = 0; i < configs.len; i++) {
            for (size_t k = 0; k < configs.at[i].plots.len; k++) {
                vec_push(&ids, configs.at[i].plots.at[k].id);
            }
        }
        near = suggest_name(typed, &ids);
    }
    err_clear();
    plot_configs_release(&configs);
    return near ? arena_strdup(arena, near) : NULL;
}

void plots_release(struct plots *p) {
    for (size_t i = 0; i < p->plots.len; i++) {
        vec_release(&p->plots.at[i].images);
        vec_release(&p->plots.at[i].revs);
        vec_release(&p->plots.at[i].sources);
    }
    vec_release(&p->plots);
    vec_release(&p->errors);
    vec_release(&p->failed);
}
