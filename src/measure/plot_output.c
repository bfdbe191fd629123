#include "measure/plot_output.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/term.h"
#include "doc/read.h"
#include "model/config.h"
#include "model/repo.h"

enum { NAME_MAX_BYTES = 255 };

static const char *setting(const struct repo *r, const char *name) {
    return r->config ? config_get(r->config, CONFIG_MERGED, name) : NULL;
}

int plot_output_open(struct plot_output *out, struct arena *arena, struct repo *r,
                     const char *dir) {
    const char *wanted = dir && dir[0] ? dir : setting(r, "plots.out_dir");
    const char *below, *cwd = path_join(arena, r->root, r->cwd);

    *out = (struct plot_output){.repo = r};
    wanted = wanted && wanted[0] ? wanted : "dvc_plots";
    out->dir = path_normal(arena, path_join(arena, cwd, wanted));
    if (path_inside(r->root, out->dir)) {
        below = path_below(r->root, out->dir);
        out->below = below[0] && path_is_hostile(below) ? NULL : below;
    }
    return 0;
}

int plot_output_write(const struct plot_output *o, struct arena *arena, const char *name,
                      const void *data, size_t len) {
    const char *path = path_join(arena, o->dir, name);
    int rc;

    if (o->below) {
        rc = beneath_write(o->repo->root_fd, path_join(arena, o->below, name), data, len);
    } else if (!(rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777))) {
        rc = file_write_replace(AT_FDCWD, path, data, len);
    }
    return err_wrap(rc, "cannot write '%s'", path);
}

int plot_output_image(const char **path, const struct plot_output *o, struct arena *arena,
                      const struct plot_image *image) {
    char *name = arena_printf(arena, "%s_%s", image->rev, image->path);

    for (char *at = name; *at; at++) {
        *at = (char)(*at == '/' ? '_' : *at);
    }
    if (strlen(name) > NAME_MAX_BYTES) {
        name += strlen(name) - NAME_MAX_BYTES;
    }
    *path = path_join(arena, o->dir, name);
    return plot_output_write(o, arena, name, image->data, image->len);
}

const char *plot_output_uri(const struct plot_output *o, struct arena *arena, const char *name) {
    static const char kept[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    const char *path = path_join(arena, o->dir, name);
    struct str uri CLEANUP(str_release) = STR_INIT;

    str_adds(&uri, "file://");
    for (; *path; path++) {
        if (strchr(kept, *path)) {
            str_addc(&uri, *path);
        } else {
            str_addf(&uri, "%%%02X", (unsigned char)*path);
        }
    }
    return arena_strdup(arena, uri.buf);
}

int plot_output_browse(const struct plot_output *o, struct arena *arena, const char *name) {
    const char *browser = env_get("BROWSER");
    const char *const argv[] = {browser ? browser : "xdg-open", plot_output_uri(o, arena, name),
                                NULL};
    const struct proc_spec spec = {.argv = argv};
    int status = 0, rc = proc_run(&spec, &status);

    if (rc || status) {
        rc = err_wrap(rc ? rc : err_set(ERR_FAILED, "exit status %d", status),
                      "cannot open the page with '%s'", argv[0]);
        err_hint("BROWSER in the environment names the program to open pages with");
    }
    return rc;
}

int plot_output_page(const char **out, struct arena *arena, struct repo *r, const char *typed) {
    const char *configured = setting(r, "plots.html_template"), *path = typed;
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc;

    *out = NULL;
    if (!typed && configured && configured[0]) {
        path = path_join(arena, r->dvc_dir, configured);
    }
    if (!path) {
        return 0;
    }
    if ((rc = file_read(&text, AT_FDCWD, path, DOC_MAX_BYTES))) {
        return err_wrap(rc, "HTML template");
    }
    if (!strstr(text.buf, "{plot_divs}")) {
        return err_set(ERR_INVALID, "HTML template '%s' has no {plot_divs}, where plots go", path);
    }
    *out = arena_strdup(arena, text.buf);
    return 0;
}

bool plot_output_opens(const struct repo *r) {
    return r->config && config_bool(r->config, "plots.auto_open", false);
}
