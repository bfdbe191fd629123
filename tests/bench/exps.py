#!/usr/bin/env python3
"""Makes a repository full of experiments: exps.py DIR [COMMITS [PER_COMMIT [FILES]]].

A project of three stages, 20 parameters and 6 metrics, with FILES other files in 20 folders; each commit on main
has PER_COMMIT experiments. Written through `git fast-import`, as running them would take hours.
"""
import hashlib
import json
import os
import random
import subprocess
import sys

AUTHOR = b"A <a@example.com>"
START = 1750000000

DVC_YAML = """\
stages:
  prepare:
    cmd: python src/prepare.py
    deps: [data/raw.csv, src/prepare.py]
    params: [seed, split]
    outs: [data/prepared]
  train:
    cmd: python src/train.py
    deps: [data/prepared, src/train.py]
    params: [seed, train]
    outs: [model.pkl]
  evaluate:
    cmd: python src/evaluate.py
    deps: [data/prepared, model.pkl, src/evaluate.py]
    metrics:
    - metrics.json:
        cache: false
    plots:
    - roc.csv:
        cache: false
        x: fpr
        y: tpr
"""


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def params(r):
    lines = [f"seed: {r.randrange(1000)}", f"split: {r.random():.3f}", "train:"]
    lines += [f"  p{i}: {r.random() * 10 ** -r.randrange(4):.5g}" for i in range(16)]
    lines += [f"  kind: {r.choice(['rf', 'svm', 'gbt'])}", "  layers: [64, 32]"]
    return "\n".join(lines) + "\n"


def metrics(r):
    values = {"acc": r.random(), "f1": r.random(), "loss": r.expovariate(1), "auc": r.random()}
    return json.dumps({**values, "time": {"train": r.random() * 100, "eval": r.random()}})


def lock(r):
    def item(path, folder=False):
        tail = ".dir" if folder else ""
        return f"    - path: {path}\n      hash: md5\n      md5: {md5(str(r.random()))}{tail}\n      size: {r.randrange(10**7)}\n"

    return (
        "schema: '2.0'\nstages:\n"
        "  prepare:\n    cmd: python src/prepare.py\n    deps:\n" + item("data/raw.csv") + item("src/prepare.py")
        + "    params:\n      params.yaml:\n        seed: 1\n        split: 0.2\n    outs:\n" + item("data/prepared", True)
        + "  train:\n    cmd: python src/train.py\n    deps:\n" + item("data/prepared", True) + item("src/train.py")
        + "    params:\n      params.yaml:\n        seed: 1\n        train:\n          p0: 1\n    outs:\n" + item("model.pkl")
        + "  evaluate:\n    cmd: python src/evaluate.py\n    deps:\n" + item("data/prepared", True) + item("model.pkl")
        + item("src/evaluate.py") + "    outs:\n" + item("metrics.json") + item("roc.csv")
    )


def main(root, commits=50, per_commit=20, files=400):
    r = random.Random(7)
    os.makedirs(root)
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    out = subprocess.Popen(["git", "-C", root, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    put = out.stdin.write

    def data(text):
        put(b"data %d\n%s\n" % (len(text.encode()), text.encode()))

    def file(path, text):
        put(b"M 100644 inline %s\n" % path.encode())
        data(text)

    def commit(ref, mark, time, parent):
        put(b"commit %s\nmark :%d\ncommitter %s %d +0000\n" % (ref.encode(), mark, AUTHOR, time))
        data("commit")
        if parent:
            put(b"from :%d\n" % parent)

    def numbers():
        file("params.yaml", params(r))
        file("metrics.json", metrics(r))
        file("dvc.lock", lock(r))

    mark, last = 0, 0
    made = []
    for c in range(commits):
        mark += 1
        base = mark
        commit("refs/heads/main", base, START + c * 3600, last)
        if c == 0:
            file(".dvc/config", "")
            file(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
            file(".dvcignore", "")
            file("dvc.yaml", DVC_YAML)
            file("data/raw.csv.dvc", f"outs:\n- md5: {md5('raw')}\n  size: 100\n  hash: md5\n  path: raw.csv\n")
            for i in range(files):
                file(f"src/part{i % 20}/file{i}.py", f"print({i})\n")
        file("src/train.py", f"# {c}\n")
        numbers()
        for e in range(per_commit):
            mark += 1
            commit(f"refs/made/{mark}", mark, START + c * 3600 + e + 1, base)
            numbers()
            made.append((base, mark, f"exp-{c}-{e}"))
        last = base
    out.stdin.close()
    if out.wait():
        sys.exit("git fast-import failed")
    ids = subprocess.run(
        ["git", "-C", root, "for-each-ref", "--format=%(refname) %(objectname)", "refs/made"],
        check=True, capture_output=True, text=True).stdout.split()
    by_mark = {int(name.rsplit("/", 1)[1]): sha for name, sha in zip(ids[::2], ids[1::2])}
    bases = subprocess.run(
        ["git", "-C", root, "rev-list", "--reverse", "main"], check=True, capture_output=True, text=True).stdout.split()
    base_marks = sorted({base for base, _, _ in made} | {1})
    commands = []
    for base, number, name in made:
        sha = bases[base_marks.index(base)]
        commands.append(f"create refs/exps/{sha[:2]}/{sha[2:]}/{name} {by_mark[number]}\n")
        commands.append(f"delete refs/made/{number}\n")
    subprocess.run(["git", "-C", root, "update-ref", "--stdin"], input="".join(commands), text=True, check=True)
    subprocess.run(["git", "-C", root, "reset", "-q", "--hard"], check=True)
    subprocess.run(["git", "-C", root, "config", "user.name", "A"], check=True)
    subprocess.run(["git", "-C", root, "config", "user.email", "a@example.com"], check=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
