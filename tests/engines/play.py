"""Runs the shell commands of a workflow as its engine would: play.py gha|argo FILE ORIGIN FOLDER

What the engines have of their own is done in place: a clone per job, artifacts, values of templates. Those that may run
beside each other run in an order that changes with the name. The branch that the result was pushed to goes to
FOLDER/branch."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

kind, file, origin, folder = sys.argv[1], *map(os.path.abspath, sys.argv[2:])
folder = pathlib.Path(folder)
folder.mkdir()
spec = yaml.safe_load(open(file))


def in_order(needs):
    """Names, those that a name needs before it."""
    done, names = [], sorted(needs, key=lambda name: hashlib.md5(name.encode()).digest())
    while names:
        ready = next(name for name in names if set(needs[name]) <= set(done))
        names.remove(ready)
        done.append(ready)
    return done


def shell(command, env, cwd):
    subprocess.run(command, env={**os.environ, **env}, cwd=cwd, check=True)


def git(*words, cwd=folder):
    return subprocess.run(["git", *words], cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()


class GitHub:
    def play(self):
        jobs = spec["jobs"]
        for name in in_order({name: job.get("needs", []) for name, job in jobs.items()}):
            self.job(name, jobs[name])
        return git("-C", origin, "symbolic-ref", "--short", "HEAD")

    def job(self, name, job):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", name), name
        temp = folder / "temp" / name
        temp.mkdir(parents=True)
        clone = folder / name
        values = {k: self.expand(str(v), temp) for k, v in spec["env"].items()}
        env = values | {"RUNNER_TEMP": str(temp), "GITHUB_JOB": name}
        for step in job["steps"]:
            using = {k: self.expand(v, temp) for k, v in step.get("with", {}).items()}
            action = step.get("uses", "").split("@")[0]
            if action == "actions/checkout":
                git("clone", "-q", "--depth", "1", f"file://{origin}", str(clone))
                env["GITHUB_SHA"] = git("rev-parse", "HEAD", cwd=clone)
            elif action == "actions/upload-artifact":
                to = folder / "artifacts" / using["name"]
                to.mkdir(parents=True)
                shutil.copy(using["path"], to)
            elif action == "actions/download-artifact":
                for made in (folder / "artifacts").glob(using["pattern"]):
                    shutil.copytree(made, pathlib.Path(using["path"]) / made.name)
            elif not action:
                shell(["bash", "-e", "-c", self.expand(step["run"], temp)], env, clone)
            else:
                assert action == "cairn-data/cairn/.github/actions/setup-cairn", action

    def expand(self, text, temp):
        known = {"runner.temp": str(temp), "secrets.STORAGE_KEY_ID": "", "secrets.STORAGE_SECRET": ""}
        return re.sub(r"\$\{\{(.*?)\}\}", lambda m: known[m[1].strip()], text)


class Argo:
    def play(self):
        self.values = {"workflow.name": spec["metadata"]["generateName"] + "x7k2p"}
        self.values |= {"workflow.parameters." + p["name"]: p.get("value") for p in spec["spec"]["arguments"]["parameters"]}
        self.values["workflow.parameters.repository"] = origin
        templates = {t["name"]: t for t in spec["spec"]["templates"]}
        tasks = {t["name"]: t for t in templates[spec["spec"]["entrypoint"]]["dag"]["tasks"]}
        (folder / "project").mkdir()
        for name in in_order({name: t.get("dependencies", []) for name, t in tasks.items()}):
            assert re.fullmatch(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}", name), name
            self.task(tasks[name], templates[tasks[name]["template"]]["container"])
        return self.values["workflow.name"]

    def task(self, task, container):
        given = {"inputs.parameters." + p["name"]: p["value"] for p in task["arguments"]["parameters"]}
        command = [self.expand(self.expand(word, given), self.values) for word in container["command"]]
        shell(command, {}, folder / "project")

    def expand(self, text, values):
        return re.sub(r"\{\{(.*?)\}\}", lambda m: values.get(m[1], m[0]), text)


branch = {"gha": GitHub, "argo": Argo}[kind]().play()
(folder / "branch").write_text(branch + "\n")
