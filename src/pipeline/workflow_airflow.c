#include "base/str.h"
#include "pipeline/workflow.h"

static void add_python(struct str *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            str_addc(out, '\\');
        }
        str_addc(out, *text);
    }
}

static const char head[] =
    "# Made by `cairn dag --format airflow`: a task for each stage of the pipeline. They run in "
    "the\n"
    "# folder of the project, which all workers have to share: CAIRN_PROJECT, or the one below.\n"
    "import os\n"
    "from datetime import datetime\n"
    "\n"
    "try:\n"
    "    from airflow.providers.standard.operators.bash import BashOperator\n"
    "    from airflow.sdk import DAG\n"
    "except ImportError:  # before Airflow 3\n"
    "    from airflow import DAG\n"
    "    from airflow.operators.bash import BashOperator\n"
    "\n";

static const char helper[] =
    "    tasks = {}\n"
    "\n"
    "    def stage(task_id, command, after=()):\n"
    "        tasks[task_id] = BashOperator(task_id=task_id, bash_command=command, cwd=project)\n"
    "        tasks[task_id].set_upstream([tasks[other] for other in after])\n"
    "\n";

/* A command that ended in .sh or .bash would be read as the name of a file: none does. */
static void add_task(struct str *out, const struct workflow *w, const struct workflow_task *t) {
    str_addf(out, "    stage(\"%s\", \"cairn --wait-for-lock repro -s ", t->id);
    add_python(out, t->word);
    str_adds(out, " --pull\"");
    if (t->needs.len > 0) {
        str_adds(out, ", after=[\"");
        workflow_add_needs(out, w, t, "\", \"");
        str_adds(out, "\"]");
    }
    str_adds(out, ")\n");
}

static void write_airflow(struct str *out, const struct workflow *w) {
    str_adds(out, head);
    str_adds(out, "project = os.environ.get(\"CAIRN_PROJECT\", \"");
    add_python(out, w->folder);
    str_adds(out, "\")\n\n");
    /* In one folder a run after the other: two would run the same stages. */
    str_addf(out,
             "with DAG(\"%s\", start_date=datetime(2020, 1, 1), schedule=None, catchup=False, "
             "max_active_runs=1):\n",
             w->name);
    str_adds(out, helper);
    for (size_t i = 0; i < w->tasks.len; i++) {
        add_task(out, w, &w->tasks.at[i]);
    }
}

static const char *const no_ids[] = {NULL};

const struct workflow_format workflow_airflow = {
    .name = "airflow",
    .id_chars = "_.-",
    .no_ids = no_ids,
    .write = write_airflow,
};
