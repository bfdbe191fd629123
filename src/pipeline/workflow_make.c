#include "base/str.h"
#include "pipeline/workflow.h"

/* Make takes the first $ of two away, and shows the line to the shell otherwise as it is. */
static void add_recipe(struct str *out, const char *word) {
    str_adds(out, "\t$(CAIRN) --wait-for-lock repro -s ");
    for (; *word; word++) {
        str_adds(out, (const char[]){*word, *word == '$' ? '$' : '\0', '\0'});
    }
    str_adds(out, " --pull\n");
}

static void write_make(struct str *out, const struct workflow *w) {
    str_adds(out, "# Made by `cairn dag --format make`: a target for each stage, to be made in the "
                  "root of the project.\n\n"
                  "CAIRN = cairn\n\n"
                  ".PHONY: all\nall: ");
    workflow_add_last(out, w, " ");
    str_addc(out, '\n');
    for (size_t i = 0; i < w->tasks.len; i++) {
        const struct workflow_task *t = &w->tasks.at[i];

        str_addf(out, "\n.PHONY: %s\n%s:%s", t->id, t->id, t->needs.len ? " " : "");
        workflow_add_needs(out, w, t, " ");
        str_addc(out, '\n');
        add_recipe(out, t->word);
    }
}

/* The makefile itself must be no target: make would begin with it. */
static const char *const no_ids[] = {"all", "makefile", "gnumakefile", NULL};

const struct workflow_format workflow_make = {
    .name = "make",
    .id_chars = "_-@",
    .no_ids = no_ids,
    .write = write_make,
};
