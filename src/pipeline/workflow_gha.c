#include "base/str.h"
#include "pipeline/workflow.h"

static const char head[] =
    "# Made by `cairn dag --format gha`: a job for each stage of the pipeline. Jobs hand on what "
    "Git tracks as commits,\n"
    "# and data by the default remote; `result` puts all of it on the branch as one commit. The "
    "keys of the remote are\n"
    "# secrets of the repository: name them below, as the remote wants them.\n"
    "name: pipeline\n"
    "on: [workflow_dispatch]\n"
    "concurrency: ${{ github.workflow }}-${{ github.ref }}\n"
    "env:\n"
    "  AWS_ACCESS_KEY_ID: ${{ secrets.STORAGE_KEY_ID }}\n"
    "  AWS_SECRET_ACCESS_KEY: ${{ secrets.STORAGE_SECRET }}\n"
    "  GIT_AUTHOR_NAME: github-actions[bot]\n"
    "  GIT_AUTHOR_EMAIL: 41898282+github-actions[bot]@users.noreply.github.com\n"
    "  GIT_COMMITTER_NAME: github-actions[bot]\n"
    "  GIT_COMMITTER_EMAIL: 41898282+github-actions[bot]@users.noreply.github.com\n"
    "jobs:\n";

static const char begin[] =
    "    runs-on: ubuntu-24.04\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - uses: cairn-data/cairn/.github/actions/setup-cairn@v" CAIRN_VERSION "\n";

/* Stages end in any order, each with its own entry in dvc.lock. */
static const char take[] =
    "      - uses: actions/download-artifact@v4\n"
    "        with:\n"
    "          pattern: stage-*\n"
    "          path: ${{ runner.temp }}/stages\n"
    "      - name: Take what stages before made\n"
    "        run: |\n"
    "          git config merge.dvc.driver 'cairn git-hook merge-driver --ancestor %O --our %A "
    "--their %B'\n"
    "          printf 'dvc.lock merge=dvc\\n.gitignore merge=union\\n' >>.git/info/attributes\n"
    "          for made in \"$RUNNER_TEMP\"/stages/*/made; do\n"
    "            git pull --quiet --no-rebase --no-edit \"$made\" HEAD\n"
    "          done\n";

static const char hand_on[] =
    "          git commit --quiet --allow-empty --message \"$GITHUB_JOB\"\n"
    "          git bundle create --quiet \"$RUNNER_TEMP/made\" \"$GITHUB_SHA..HEAD\"\n"
    "      - uses: actions/upload-artifact@v4\n"
    "        with:\n";

static const char result[] = "      - name: Keep the result\n"
                             "        run: |\n"
                             "          git reset --quiet --soft \"$GITHUB_SHA\"\n"
                             "          if ! git diff --cached --quiet; then\n"
                             "            git commit --quiet --message 'Results'\n"
                             "            git push --quiet\n"
                             "          fi\n";

static void add_run(struct str *out, const char *command) {
    str_adds(out, "      - run:");
    workflow_add_yaml(out, command, 10);
}

/* The stage alone is pushed: this job may not have the data of others. */
static void add_job(struct str *out, const struct workflow *w, const struct workflow_task *t) {
    struct str repro CLEANUP(str_release) = STR_INIT, push CLEANUP(str_release) = STR_INIT;

    str_addf(out, "  %s:\n", t->id);
    if (t->needs.len > 0) {
        str_adds(out, "    needs: [");
        workflow_add_needs(out, w, t, ", ");
        str_adds(out, "]\n");
    }
    str_adds(out, begin);
    str_adds(out, t->needs.len > 0 ? take : "");
    str_adds(out, "      - run: cairn config --local core.autostage true\n");
    str_addf(&repro, "cairn repro -s %s --pull", t->word);
    add_run(out, repro.buf);
    str_addf(&push, "cairn push %s", t->word);
    add_run(out, push.buf);
    str_adds(out, "      - name: Hand on what Git tracks\n"
                  "        run: |\n");
    workflow_add_git_add(out, t, 10);
    str_adds(out, hand_on);
    str_addf(out, "          name: stage-%s\n", t->id);
    str_adds(out, "          path: ${{ runner.temp }}/made\n");
}

static void write_gha(struct str *out, const struct workflow *w) {
    str_adds(out, head);
    for (size_t i = 0; i < w->tasks.len; i++) {
        add_job(out, w, &w->tasks.at[i]);
    }
    str_adds(out, "  result:\n    needs: [");
    workflow_add_last(out, w, ", ");
    str_adds(out, "]\n    permissions:\n      contents: write\n");
    str_adds(out, begin);
    str_adds(out, take);
    str_adds(out, result);
}

/* The job at the end, and what old YAML takes for something else than a text. */
static const char *const no_ids[] = {"result", "true", "false", "yes", "no", "on",
                                     "off",    "null", "y",     "n",   NULL};

const struct workflow_format workflow_gha = {
    .name = "gha",
    .id_chars = "_-",
    .no_ids = no_ids,
    .needs_git = true,
    .write = write_gha,
};
