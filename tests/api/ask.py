"""The calls that users of dvc.api make, asked of the module named: ask.py MODULE REPOSITORY."""

import importlib
import json
import os
import sys
import tempfile

api = importlib.import_module(sys.argv[1])
repo = sys.argv[2]
os.chdir(repo)
print(json.dumps(api.read("file.txt", rev="v1")))
print(json.dumps(api.read("data/deep/a", repo=repo, rev="v1")))
with api.open("data/b", rev="v1", encoding="utf-8") as file:
    print(json.dumps(list(file)))
print(api.get_url("file.txt"))
print(api.get_url("file.txt", repo=repo, rev="v1"))
print(api.get_url("data", rev="v1"))
for rev in (None, "v1"):
    print(json.dumps(api.params_show(rev=rev), sort_keys=True))
    print(json.dumps(api.metrics_show(rev=rev), sort_keys=True))
print(json.dumps(api.params_show("params.yaml", rev="v1"), sort_keys=True))
print(json.dumps(api.artifacts_show("model"), sort_keys=True))
for name in ("raw", "pictures", "one"):
    print(json.dumps(api.get_dataset(name), sort_keys=True))
print(json.dumps([len(api.all_commits(repo)), api.all_branches(repo), sorted(api.all_tags(repo))]))
for stages in ("train", ["train"], "dvc.yaml:train"):
    print(json.dumps(api.params_show(stages=stages, rev="v1"), sort_keys=True))
print(json.dumps(api.params_show(deps=True), sort_keys=True))
os.makedirs("some/where", exist_ok=True)
os.chdir("some/where")  # files are named as the working folder sees them
print(api.get_url("../../data/b"), json.dumps(api.params_show("../../params.yaml"), sort_keys=True), json.dumps(api.metrics_show()))
os.chdir(repo)


def fails(call):
    """By a built-in exception that programs catch; what else it is differs."""
    try:
        return repr(call())
    except (IsADirectoryError, FileNotFoundError, AttributeError, ValueError, OSError) as error:
        return [c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins"][0]


print(fails(lambda: api.open("file.txt", mode="w").__enter__()), fails(lambda: api.open("file.txt").read()))
print(fails(lambda: api.artifacts_show("model", version="v0.0.1", stage="prod")), fails(lambda: api.metrics_show("nothere.json")))
for fs in (api.DVCFileSystem(rev="v1"), api.DVCFileSystem(repo), api.DVCFileSystem(url=f"file://{repo}")):
    for path in ("/", "", "data", "/data", "data/"):
        print(path, sorted(fs.ls(path, detail=False)), sorted(fs.ls(path, detail=False, dvc_only=True)), fs.isdir(path))
    print(fs.ls("file.txt", detail=False), sorted(fs.ls("/", detail=False, dvcfiles=True)))
    print([fs.isdvc(path) for path in ("data", "data/b", "file.txt", "params.yaml", "nothere")], fs.exists("nothere"))
    print(fs.find("data"), fs.find("/", dvc_only=True), fs.find("/", maxdepth=1), fs.glob("data/*"))
    print([(root, sorted(folders), sorted(files)) for root, folders, files in fs.walk("/data")])
    print([fs.info("data")[key] for key in ("name", "type", "size")], fs.info("file.txt")["type"], fs.du("data"))
    print(fs.read_text("file.txt"), fs.cat("data/b"), fs.cat(["data/b", "/file.txt"]), fs.head("file.txt", 2), fs.open("data/b").read())
    print(fails(lambda: fs.info("nothere")), fails(lambda: fs.open("data")), fails(lambda: fs.open("file.txt", "wb")))
    for source, target in (("data", "out"), ("data", "out/"), ("file.txt", "one"), ("data/deep", "there")):
        with tempfile.TemporaryDirectory() as top:
            os.mkdir(os.path.join(top, "there"))
            fs.get(source, os.path.join(top, target), recursive=True)
            print(sorted(os.path.relpath(os.path.join(root, name), top) for root, _, names in os.walk(top) for name in names))
# Which of several tags names a commit ("rev") is left to chance in DVC.
rows = [{k: row.get(k) for k in ("Experiment", "typ", "Created", "parent", "State", "Executor", "lr", "train.depth", "acc", "file.txt")} for row in api.exp_show(revs="v1")]
print(json.dumps(rows, sort_keys=True))
