/*
 * registry register, assign, unassign, deprecate, rollback: tags made, and what was made printed for
 * scripts.
 */
#include "base/err.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "registry/change.h"
#include "registry/push.h"

struct change_args {
    struct strv words;
    const char *version, *bump, *message;
    bool force, push;
};
#define AT(member) offsetof(struct change_args, member)

static struct registry_change change_of(const struct session *s, const struct change_args *a) {
    return (struct registry_change){.repo = s->repo, .arena = s->arena, .message = a->message};
}

/* The tags are in this clone alone until they are pushed. */
static void tell_to_push(struct session *s, const struct registry_made *made) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (s->verbosity < 0) {
        return;
    }
    str_adds(&text, "To share it: git push origin");
    for (size_t i = 0; i < made->tags.len; i++) {
        str_addf(&text, " 'refs/tags/%s'", made->tags.at[i]);
    }
    show_note(s->out, SHOW_PLAIN, NULL, text.buf);
}

static int finish(struct session *s, const struct change_args *a, const struct registry_made *made,
                  bool print_version) {
    struct registry_change c = change_of(s, a);
    int rc = a->push ? registry_push(&c, made) : 0;

    if (rc) {
        return rc;
    }
    if (print_version) {
        show_line(s->out, "%s", made->version);
    }
    for (size_t i = 0; i < made->tags.len && !print_version; i++) {
        show_line(s->out, "%s", made->tags.at[i]);
    }
    if (!a->push) {
        tell_to_push(s, made);
    }
    return 0;
}

static int register_run(struct session *s, const void *args) {
    const struct change_args *a = args;
    struct registry_change c = change_of(s, a);
    struct registry_made made CLEANUP(registry_made_release) = {0};
    enum registry_bump bump = !a->bump                   ? BUMP_NONE
                              : str_eq(a->bump, "major") ? BUMP_MAJOR
                              : str_eq(a->bump, "minor") ? BUMP_MINOR
                                                         : BUMP_PATCH;

    if (a->version && a->bump) {
        return err_set(ERR_USAGE, "--version and --bump exclude each other");
    }
    int rc =
        registry_register(&made, &c, a->words.at[0], a->words.len > 1 ? a->words.at[1] : "HEAD",
                          a->version, bump, a->force);
    return rc ? rc : finish(s, a, &made, true);
}

static int assign_run(struct session *s, const void *args) {
    const struct change_args *a = args;
    struct registry_change c = change_of(s, a);
    struct registry_made made CLEANUP(registry_made_release) = {0};
    int rc = registry_assign(&made, &c, a->words.at[0], a->words.at[1], a->words.at[2]);

    return rc ? rc : finish(s, a, &made, false);
}

static int unassign_run(struct session *s, const void *args) {
    const struct change_args *a = args;
    struct registry_change c = change_of(s, a);
    struct registry_made made CLEANUP(registry_made_release) = {0};
    int rc = registry_unassign(&made, &c, a->words.at[0], a->words.at[1], a->words.at[2]);

    return rc ? rc : finish(s, a, &made, false);
}

static int deprecate_run(struct session *s, const void *args) {
    const struct change_args *a = args;
    struct registry_change c = change_of(s, a);
    struct registry_made made CLEANUP(registry_made_release) = {0};
    int rc =
        registry_deprecate(&made, &c, a->words.at[0], a->words.len > 1 ? a->words.at[1] : NULL);

    return rc ? rc : finish(s, a, &made, false);
}

static int rollback_run(struct session *s, const void *args) {
    const struct change_args *a = args;
    struct registry_change c = change_of(s, a);
    struct registry_made made CLEANUP(registry_made_release) = {0};
    int rc = registry_rollback(&made, &c, a->words.at[0], a->words.at[1]);

    return rc ? rc : finish(s, a, &made, true);
}

#define TAG_OPTS                                                                                   \
    {'m', "message", OPT_TEXT, AT(message), "<text>", .help = "what to write in the tag"}, {       \
        0, "push", OPT_FLAG, AT(push), .help = "push the tag to origin, or do not make it"         \
    }

static const char *const bumps[] = {"major", "minor", "patch", NULL};

static const struct opt register_opts[] = {
    {0, "version", OPT_TEXT, AT(version), "<version>",
     .help = "its name, such as v1.2.0 (default: see --bump)"},
    {0, "bump", OPT_TEXT, AT(bump), "<part>", .choices = bumps,
     .help = "raise this part of the highest version (default: patch)"},
    TAG_OPTS,
    {'f', "force", OPT_FLAG, AT(force),
     .help = "also an artifact that no dvc.yaml of the commit defines"},
    OPT_END,
};

const struct cmd cmd_registry_register = {
    .name = "registry register",
    .group = GROUP_REGISTRY,
    .summary = "give an artifact of a commit a version",
    .detail = "Makes an annotated Git tag, as GTO does, and prints the version. The commit is HEAD "
              "unless another revision is given.",
    .opts = register_opts,
    .args = "<name> [<rev>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct change_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = register_run,
};

static const struct opt tag_opts[] = {
    TAG_OPTS,
    OPT_END,
};

const struct cmd cmd_registry_assign = {
    .name = "registry assign",
    .group = GROUP_REGISTRY,
    .summary = "put a version into a stage",
    .detail = "Makes an annotated Git tag, as GTO does, and prints its name. Stages are Staging, "
              "Production and Archived, or those that .gto lists.",
    .opts = tag_opts,
    .args = "<name> <version> <stage>",
    .min_args = 3,
    .max_args = 3,
    .rest = AT(words),
    .args_size = sizeof(struct change_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = assign_run,
};

const struct cmd cmd_registry_unassign = {
    .name = "registry unassign",
    .group = GROUP_REGISTRY,
    .summary = "take a version out of a stage",
    .detail = "Makes an annotated Git tag, as GTO does, and prints its name.",
    .opts = tag_opts,
    .args = "<name> <version> <stage>",
    .min_args = 3,
    .max_args = 3,
    .rest = AT(words),
    .args_size = sizeof(struct change_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = unassign_run,
};

const struct cmd cmd_registry_deprecate = {
    .name = "registry deprecate",
    .group = GROUP_REGISTRY,
    .summary = "take a version, or an artifact, out of use",
    .detail = "Makes an annotated Git tag, as GTO does, and prints its name; nothing is deleted.",
    .opts = tag_opts,
    .args = "<name> [<version>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct change_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = deprecate_run,
};

const struct cmd cmd_registry_rollback = {
    .name = "registry rollback",
    .group = GROUP_REGISTRY,
    .summary = "put the version before back into a stage",
    .detail = "Takes the version that is in the stage out of it, assigns the stage to the one that "
              "was in it before, and prints that version.",
    .opts = tag_opts,
    .args = "<name> <stage>",
    .min_args = 2,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct change_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = rollback_run,
};
