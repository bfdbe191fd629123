"""The calls that users of dvc.api make, asked of the module named: ask.py MODULE REPOSITORY."""

import importlib
import json
import os
import sys

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
# Which of several tags names a commit ("rev") is left to chance in DVC.
rows = [{k: row.get(k) for k in ("Experiment", "typ", "Created", "parent", "lr", "acc")} for row in api.exp_show(revs="v1")]
print(json.dumps(rows, sort_keys=True))
