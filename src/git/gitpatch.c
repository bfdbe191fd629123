#include "git/gitpatch.h"

#include "base/str.h"
#include "git/gitlib.h"

static int add_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                    const git_diff_line *line, void *ctx) {
    struct str *out = ctx;

    (void)delta;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_FILE_HDR) {
        return 0; /* ids of blobs that are in no repository */
    }
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
        line->origin == GIT_DIFF_LINE_DELETION) {
        str_addc(out, line->origin);
    }
    str_add(out, line->content, line->content_len);
    return 0;
}

int gitpatch_texts(struct str *out, const struct str *old_text, const char *old_name,
                   const struct str *new_text, const char *new_name) {
    struct str lines CLEANUP(str_release) = STR_INIT;
    git_patch *patch = NULL;

    if (git_libgit2_init() < 0) {
        return gitlib_error(ERR_FAILED, "cannot start libgit2");
    }
    int rc = git_patch_from_buffers(&patch, old_text->buf, old_text->len, old_name, new_text->buf,
                                    new_text->len, new_name, NULL);
    rc = rc < 0 ? rc : git_patch_print(patch, add_line, &lines);
    git_patch_free(patch);
    rc = rc < 0 ? gitlib_error(ERR_FAILED, "cannot compare '%s' with '%s'", old_name, new_name) : 0;
    git_libgit2_shutdown();
    if (!rc && lines.len) {
        str_addf(out, "--- %s\n+++ %s\n", old_name, new_name);
        str_add(out, lines.buf, lines.len);
    }
    return rc;
}
