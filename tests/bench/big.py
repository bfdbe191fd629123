#!/usr/bin/env python3
"""Makes large repositories, the same ones each time and without running a tool:

    big.py DIR [--files 1000000] [--stages 10000] [--pointers 10000] [--commits 5000] [--experiments 2000]

below DIR, each in a repository of its own:

    files        so many files of 100 bytes in data/, 100 to a folder; nothing is tracked yet
    stages       so many stages in one dvc.yaml, in chains of ten, all up to date, outs in the cache
    pointers     so many files, each with a .dvc file, 100 to a folder as in a monorepo, all in the cache
    commits      so many commits of 100 .dvc files among 1,000 other files, each of which changes one of both
    experiments  so many experiments, 20 on each commit (exps.py)

A size of 0 leaves a kind out. Commits and references go through git fast-import.
"""
import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import exps

START = 1700000000


def md5(data):
    return hashlib.md5(data).hexdigest()


def write(path, data):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(fd, data)
    os.close(fd)


def repository(root):
    """An empty project in an empty Git repository."""
    root = Path(root)
    root.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    (root / ".dvc").mkdir()
    write(root / ".dvc/config", b"")
    write(root / ".dvc/.gitignore", b"/config.local\n/tmp\n/cache\n")
    write(root / ".dvcignore", b"")
    return root


class Cache:
    """The cache of a project, filled by hand."""

    def __init__(self, root):
        self.top = root / ".dvc/cache/files/md5"
        for i in range(256):
            (self.top / f"{i:02x}").mkdir(parents=True)

    def put(self, data):
        name = md5(data)
        path = f"{self.top}/{name[:2]}/{name[2:]}"
        write(path, data)
        os.chmod(path, 0o444)
        return name


def files(folder, count, per_folder=100):
    """Files of 100 bytes, each with its own content."""
    for first in range(0, count, per_folder):
        sub = f"{folder}/d{first // per_folder:05d}"
        os.makedirs(sub)
        for i in range(first, min(first + per_folder, count)):
            write(f"{sub}/f{i % per_folder:03d}", b"%-100d" % i)


def stages(root, count, chain=10):
    """Stages that copy a number from the one before them, and depend on one param."""
    root = repository(root)
    cache = Cache(root)
    for name in ("in", "out"):
        (root / name).mkdir()
    pipeline, lock, params = ["stages:\n"], ["schema: '2.0'\nstages:\n"], []
    for i in range(count):
        data = b"%d\n" % (i // chain)
        dep = f"out/{i - 1}" if i % chain else f"in/{i}"
        if i % chain == 0:
            write(root / dep, data)
        write(root / f"out/{i}", data)
        content = f"      hash: md5\n      md5: {cache.put(data)}\n      size: {len(data)}\n"
        head = f"  s{i}:\n    cmd: cp {dep} out/{i}\n    deps:\n    - "
        pipeline.append(f"{head}{dep}\n    params:\n    - p{i}\n    outs:\n    - out/{i}\n")
        lock.append(f"{head}path: {dep}\n{content}    params:\n      params.yaml:\n        p{i}: {i}\n"
                    f"    outs:\n    - path: out/{i}\n{content}")
        params.append(f"p{i}: {i}\n")
    for name, lines in (("dvc.yaml", pipeline), ("dvc.lock", lock), ("params.yaml", params)):
        write(root / name, "".join(lines).encode())
    write(root / "out/.gitignore", "".join(f"/{i}\n" for i in range(count)).encode())


def pointer(path, name, size):
    return f"outs:\n- md5: {name}\n  size: {size}\n  hash: md5\n  path: {path}\n".encode()


def pointers(root, count, per_folder=100):
    """Files with a .dvc file each, committed."""
    root = repository(root)
    cache = Cache(root)
    for first in range(0, count, per_folder):
        sub, names = root / f"team{first // per_folder // 10:03d}/set{first // per_folder:04d}", []
        sub.mkdir(parents=True)
        for i in range(first, min(first + per_folder, count)):
            data = b"%-100d" % i
            write(sub / f"f{i}", data)
            write(sub / f"f{i}.dvc", pointer(f"f{i}", cache.put(data), len(data)))
            names.append(f"/f{i}\n")
        write(sub / ".gitignore", "".join(names).encode())
    subprocess.run("git add -A . && git -c user.name=b -c user.email=b@b commit -qm made", shell=True, cwd=root, check=True)


def table(path, count, changed=False):
    """A CSV of so many rows; with `changed` every thousandth is another, ten are gone, and one is new."""
    with open(path, "w") as f:
        f.write("id,x,n,name,y\n")
        for i in range(count):
            if changed and count // 2 <= i < count // 2 + 10:
                continue
            name = "nom" if changed and i % 1000 == 0 else "name"
            f.write(f"{i},{i * 7919 % 1000003 / 1e6:.6f},{i % 1000},{name}{i % 977},{i * 31 % 1009 / 1e3}\n")
        if changed:
            f.write("-1,0,0,new,0\n")


class Import:
    """A git fast-import that commits to one branch."""

    def __init__(self, root, branch="main"):
        self.process = subprocess.Popen(["git", "-C", root, "fast-import", "--quiet"], stdin=subprocess.PIPE)
        self.put, self.branch, self.n = self.process.stdin.write, branch, 0

    def commit(self, parent=None):
        text = b"commit %d" % self.n
        self.put(b"commit refs/heads/%s\ncommitter b <b@b> %d +0000\ndata %d\n%s\n"
                 % (self.branch.encode(), START + self.n, len(text), text))
        if parent:
            self.put(b"from %s\n" % parent.encode())
        self.n += 1

    def file(self, path, data):
        self.put(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))

    def end(self):
        self.process.stdin.close()
        if self.process.wait():
            sys.exit("git fast-import failed")


def history(root, commits, sources, tracked=0, parent=None, branch="main"):
    """Commits that change one of so many files of Git's, 100 to a folder, and one of so many .dvc files, in turn."""
    out = Import(root, branch)
    for n in range(commits):
        out.commit(parent if n == 0 else None)
        if n == 0 and not parent:
            out.file(".dvc/config", b"")
            out.file(".dvc/.gitignore", b"/config.local\n/tmp\n/cache\n")
        for i in range(sources) if n == 0 else (n % sources,):
            out.file(f"s{i // 100:04d}/f{i % 100:02d}.txt", b"%d %d\n" % (i, n))
        for i in range(tracked) if n == 0 else (n % tracked,) if tracked else ():
            out.file(f"data{i // 10:03d}/t{i}.dvc", pointer(f"t{i}", md5(b"%d %d" % (i, n)), 100))
    out.end()


def commits(root, count):
    root = repository(root)
    history(root, count, 1000, 100)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)


def experiments(root, count, per_commit=20):
    exps.main(str(root), max(count // per_commit, 1), min(per_commit, count))


def project_of_files(root, count):
    files(repository(root) / "data", count)


KINDS = {"files": (project_of_files, 1000000), "stages": (stages, 10000), "pointers": (pointers, 10000),
         "commits": (commits, 5000), "experiments": (experiments, 2000)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    for name, (_, count) in KINDS.items():
        parser.add_argument("--" + name, type=int, default=count)
    args = parser.parse_args()
    for name, (make, _) in KINDS.items():
        count = getattr(args, name)
        if count > 0:
            make(args.dir / name, count)


if __name__ == "__main__":
    main()
