#include <ctype.h>

#include "base/str.h"
#include "pipeline/workflow.h"

static const char head[] = "# Made by `cairn dag --format argo`: a task for each stage of the "
                           "pipeline. All work in one clone of the\n"
                           "# repository on a volume; `result` pushes data, and what Git tracks as "
                           "a branch named after the workflow.\n"
                           "#   argo submit FILE -p image=IMAGE -p repository=URL\n"
                           "apiVersion: argoproj.io/v1alpha1\n"
                           "kind: Workflow\n"
                           "metadata:\n"
                           "  generateName: ";

static const char parameters[] =
    "spec:\n"
    "  entrypoint: pipeline\n"
    "  arguments:\n"
    "    parameters:\n"
    "      - name: image # has cairn, Git, and what the stages run\n"
    "      - name: repository # that Git clones, and may push to\n"
    "      - name: revision\n"
    "        value: HEAD\n"
    "  volumeClaimTemplates:\n"
    "    - metadata:\n"
    "        name: project\n"
    "      spec:\n"
    "        accessModes: [ReadWriteOnce]\n"
    "        resources:\n"
    "          requests:\n"
    "            storage: 10Gi\n"
    "  templates:\n"
    "    - name: pipeline\n"
    "      dag:\n"
    "        tasks:\n"
    "          - name: clone\n"
    "            template: shell\n"
    "            arguments:\n"
    "              parameters:\n"
    "                - name: command\n"
    "                  value: |-\n"
    "                    git clone --quiet '{{workflow.parameters.repository}}' .\n"
    "                    git checkout --quiet --detach '{{workflow.parameters.revision}}'\n"
    "                    cairn config --local core.autostage true\n";

static const char result[] = "            template: shell\n"
                             "            arguments:\n"
                             "              parameters:\n"
                             "                - name: command\n"
                             "                  value: |-\n"
                             "                    cairn push\n"
                             "                    git add --update\n";

static const char shell[] =
    "                    git diff --cached --quiet || git -c user.name=cairn -c "
    "user.email=cairn@localhost "
    "commit --quiet --message '{{workflow.name}}'\n"
    "                    git push --quiet origin 'HEAD:refs/heads/{{workflow.name}}'\n"
    "    - name: shell\n"
    "      inputs:\n"
    "        parameters:\n"
    "          - name: command\n"
    "      container:\n"
    "        image: '{{workflow.parameters.image}}'\n"
    "        command: [sh, -ec, '{{inputs.parameters.command}}']\n"
    "        workingDir: /project\n"
    "        volumeMounts:\n"
    "          - name: project\n"
    "            mountPath: /project\n"
    "            subPath: clone\n";

static void add_task(struct str *out, const struct workflow *w, const struct workflow_task *t) {
    struct str command CLEANUP(str_release) = STR_INIT;

    str_addf(out, "          - name: %s\n            dependencies: [", t->id);
    if (t->needs.len > 0) {
        workflow_add_needs(out, w, t, ", ");
    } else {
        str_adds(out, "clone");
    }
    str_adds(out, "]\n"
                  "            template: shell\n"
                  "            arguments:\n"
                  "              parameters:\n"
                  "                - name: command\n"
                  "                  value:");
    str_addf(&command, "cairn --wait-for-lock repro -s %s --pull", t->word);
    workflow_add_yaml(out, command.buf, 20);
}

/* Names of Kubernetes are in lower case, and 63 characters with what it makes unique. */
static void add_name(struct str *out, const char *name) {
    for (size_t i = 0; i < 40 && name[i]; i++) {
        str_addc(out, (char)tolower((unsigned char)name[i]));
    }
    str_adds(out, "-\n");
}

static void write_argo(struct str *out, const struct workflow *w) {
    str_adds(out, head);
    add_name(out, w->name);
    str_adds(out, parameters);
    for (size_t i = 0; i < w->tasks.len; i++) {
        add_task(out, w, &w->tasks.at[i]);
    }
    str_adds(out, "          - name: result\n            dependencies: [");
    workflow_add_last(out, w, ", ");
    str_adds(out, "]\n");
    str_adds(out, result);
    for (size_t i = 0; i < w->tasks.len; i++) {
        workflow_add_git_add(out, &w->tasks.at[i], 20);
    }
    str_adds(out, shell);
}

/* The tasks around those of the stages, and what old YAML takes for something else than a text. */
static const char *const no_ids[] = {"clone", "result", "true", "false", "yes", "no",
                                     "on",    "off",    "null", "y",     "n",   NULL};

const struct workflow_format workflow_argo = {
    .name = "argo",
    .id_chars = "-",
    .no_ids = no_ids,
    .needs_git = true,
    .write = write_argo,
};
