#!/usr/bin/env python3
"""The figures of the README: cairn, the real DVC and plain coreutils doing the same work in one run.

    bench.py --tool CAIRN [--dvc DVC] [--dir /dev/shm] [--runs 5] [--dvc-runs 2] [--files 20000] [--only PART,...]

Prints a Markdown table: median wall seconds, user + system CPU seconds and peak resident MiB for each, and the ratios that
the aims are stated in. Everything happens in a new folder below --dir (a tmpfs, where ratios are stable; a disk for the
record) and is removed at the end.
"""
import argparse
import os
import random
import shutil
import socket
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import big
import exps


class Run:
    def __init__(self, wall, cpu, rss):
        self.wall, self.cpu, self.rss = wall, cpu, rss


def median(runs):
    return Run(*(statistics.median(getattr(r, field) for r in runs) for field in ("wall", "cpu", "rss")))


class Bench:
    def __init__(self, args):
        self.args = args
        self.top = Path(tempfile.mkdtemp(prefix="cairn-bench-", dir=args.dir))
        home = self.top / "home"
        home.mkdir()
        self.env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8",
            "GIT_AUTHOR_NAME": "b", "GIT_AUTHOR_EMAIL": "b@b", "GIT_COMMITTER_NAME": "b", "GIT_COMMITTER_EMAIL": "b@b",
            "GIT_CONFIG_NOSYSTEM": "1", "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(self.top / "site"),
        }
        self.rows = []

    def run(self, argv, cwd, check=True):
        start = time.monotonic()
        with open(self.top / "log", "ab") as log:
            p = subprocess.Popen(argv, cwd=cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 shell=isinstance(argv, str))
            _, status, usage = os.wait4(p.pid, 0)
        p.returncode = status
        if status and check:
            sys.exit(f"{argv}: failed; see {self.top}/log")
        return Run(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def repeat(self, count, prepare, argv, cwd):
        runs = []
        for _ in range(count):
            prepare()
            runs.append(self.run(argv, cwd))
        return median(runs)

    def project(self, name, tool):
        folder = self.top / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.run("git init -q . && git commit -q --allow-empty -m 0", folder)
        self.run([tool, "init", "-q"], folder)
        return folder

    def row(self, work, ours, dvc, plain, plain_name, aim):
        self.rows.append((work, ours, dvc, plain, plain_name, aim))
        print(f"{work}: cairn {ours.wall:.4f} s"
              + (f", DVC {dvc.wall:.3f} s ({dvc.wall / ours.wall:.1f}x)" if dvc else "")
              + (f", {plain_name} {plain.wall:.4f} s ({ours.wall / plain.wall:.2f} of it)" if plain else "")
              + f"; {ours.rss:.0f} MiB", file=sys.stderr, flush=True)

    def table(self):
        print("| work | cairn s (CPU) | MiB | DVC s (CPU) | DVC / cairn | beside | s | cairn / beside | aim |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for work, ours, dvc, plain, plain_name, aim in self.rows:
            print(f"| {work} | {ours.wall:.4f} ({ours.cpu:.4f}) | {ours.rss:.0f} | "
                  + (f"{dvc.wall:.3f} ({dvc.cpu:.2f}) | {dvc.wall / ours.wall:.1f} | " if dvc else "- | - | ")
                  + (f"{plain_name} | {plain.wall:.4f} | {ours.wall / plain.wall:.2f} | " if plain else "- | - | - | ")
                  + f"{aim} |")


def make_small(folder, count):
    rng = random.Random(1)
    for i in range(count):
        sub = folder / f"d{i // 100:04d}"
        if i % 100 == 0:
            sub.mkdir(parents=True)
        (sub / f"f{i % 100:04d}.bin").write_bytes(rng.randbytes(8192))


def remove(*paths):
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()


def pristine(folder):
    """Back to a project that has tracked nothing."""
    remove(folder / "data", folder / ".dvc/cache", folder / ".dvc/tmp", folder / "data.dvc", folder / ".gitignore")


def start(b):
    folder = b.project("start", b.args.tool)
    ours = b.repeat(20, lambda: None, [b.args.tool, "root"], folder)
    dvc = b.repeat(3, lambda: None, [b.args.dvc, "root"], folder) if b.args.dvc else None
    b.row("process start (`root`)", ours, dvc, None, "", "≤ 6 ms CPU, ≥ 60 × DVC")


def small(b):
    count, source = b.args.files, b.top / "source"
    make_small(source, count)
    copy, remote = b.top / "copy", {}
    tools = {"ours": (b.args.tool, b.args.runs)}
    if b.args.dvc:
        tools["dvc"] = (b.args.dvc, b.args.dvc_runs)
    found = {}
    for key, (tool, runs) in tools.items():
        w = b.project(f"small-{key}", tool)
        remote[key] = b.top / f"remote-{key}"
        b.run([tool, "remote", "add", "-q", "-d", "r", str(remote[key])], w)
        site = b.top / "site"

        def fresh():
            pristine(w)
            remove(site)
            shutil.copytree(source, w / "data")

        def change():
            change.n += 1
            path = w / "data/d0000/f0000.bin"
            path.unlink()
            path.write_bytes(b"changed %d" % change.n)
        change.n = 0

        def lose_data():
            remove(w / "data")

        def lose_all():
            remove(w / "data", w / ".dvc/cache", w / ".dvc/tmp", site)
        found[key] = {
            "add": b.repeat(runs, fresh, [tool, "add", "-q", "data"], w),
            "status": b.repeat(max(runs, 3), lambda: None, [tool, "status"], w),
            "again": b.repeat(runs, change, [tool, "add", "-q", "data"], w),
            "checkout": b.repeat(runs, lose_data, [tool, "checkout", "-q"], w),
            "push": b.repeat(runs, lambda: remove(remote[key]), [tool, "push", "-q"], w),
            "pull": b.repeat(runs, lose_all, [tool, "pull", "-q"], w),
        }
    runs = b.args.runs
    plain = {
        "add": b.repeat(runs, lambda: remove(copy), f"cp -r {source} {copy} && find {source} -type f -print0 | "
                        "xargs -0 -n 200 -P2 md5sum >/dev/null", b.top),
        "status": b.repeat(runs, lambda: None, f"find {source} -printf '%s %T@\\n' >/dev/null", b.top),
        "checkout": b.repeat(runs, lambda: remove(copy), ["cp", "-r", str(source), str(copy)], b.top),
    }
    name = f"{count} files of 8 KiB"
    for key, work, other, aim in (
            ("add", f"`add`, {name}", "cp -r + md5sum", "≥ 12 × DVC, ≤ 0.85 of beside, ≤ 48 MiB"),
            ("status", "`status`, nothing changed", "find -printf", "≥ 25 × DVC, ≤ 2 of beside"),
            ("again", "`add` again, one changed", "", "≥ 30 × DVC"),
            ("checkout", "`checkout` (copies)", "cp -r", "≥ 10 × DVC, ≤ 1.3 of beside"),
            ("push", "`push`, directory remote", "", "≥ 12 × DVC"),
            ("pull", "`pull`, directory remote", "", "≥ 15 × DVC")):
        b.row(work, found["ours"][key], found.get("dvc", {}).get(key), plain.get(key), other, aim)
    remove(source, copy, *remote.values(), b.top / "small-ours", b.top / "small-dvc")


def large(b):
    big = b.top / "big"
    with open(big, "wb") as f:
        rng = random.Random(2)
        for _ in range(1024):
            f.write(rng.randbytes(1 << 20))
    w = b.project("large", b.args.tool)

    def fresh(tool_folder):
        pristine(tool_folder)
        remove(tool_folder / "big", tool_folder / "big.dvc")
        shutil.copyfile(big, tool_folder / "big")
    ours = b.repeat(b.args.runs, lambda: fresh(w), [b.args.tool, "add", "-q", "big"], w)
    remove(w)
    dvc = None
    if b.args.dvc:
        w = b.project("large", b.args.dvc)
        dvc = b.repeat(1, lambda: fresh(w), [b.args.dvc, "add", "-q", "big"], w)
        remove(w)
    plain = b.repeat(b.args.runs, lambda: None, ["openssl", "md5", str(big)], b.top)
    b.row("`add`, one file of 1 GiB", ours, dvc, plain, "openssl md5", "≤ 1.15 of beside, ≤ 32 MiB")
    remove(big)


def write_stages(folder, count):
    """Independent stages of one dep, one param and one out; and the same edges for ninja."""
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    with open(folder / "dvc.yaml", "w") as f, open(folder / "build.ninja", "w") as n, open(folder / "params.yaml", "w") as p:
        f.write("stages:\n")
        n.write("rule cp\n command = cp $in $out\n")
        for i in range(count):
            (folder / f"in/{i}").write_text(f"{i}\n")
            f.write(f"  s{i}:\n    cmd: cp in/{i} out/{i}\n    deps:\n    - in/{i}\n    params:\n    - p{i}\n    outs:\n    - out/{i}\n")
            n.write(f"build nout/{i}: cp in/{i}\n")
            p.write(f"p{i}: {i}\n")


def scaled(run, factor):
    return Run(run.wall * factor, run.cpu * factor, run.rss) if run else None


def stages(b):
    """repro of 1,000 and of 10,000 stages; DVC does 100, and its times are taken ten times."""
    found = {}
    for key, tool, count, runs in (("ours", b.args.tool, 1000, b.args.runs), ("dvc", b.args.dvc, 100, 1), ("many", b.args.tool, 10000, 1)):
        if not tool:
            continue
        w = b.project(f"stages-{key}", tool)
        write_stages(w, count)

        def undo():
            remove(w / "dvc.lock", w / ".dvc/cache", w / ".dvc/tmp", b.top / "site", w / "out")
            (w / "out").mkdir()
        found[key, "first"] = b.repeat(runs, undo, [tool, "repro", "-q"], w)
        found[key, "again"] = b.repeat(max(runs, 3), lambda: None, [tool, "repro", "-q"], w)
        if key == "ours" and shutil.which("ninja"):
            b.run(["ninja"], w)
            found["ninja"] = b.repeat(b.args.runs, lambda: None, ["ninja"], w)
        if key == "ours":
            found["shells"] = b.repeat(b.args.runs, lambda: None, 'for i in in/*; do /bin/sh -c "cp $i out/${i#in/}"; done', w)
        remove(w)
    ours, dvc = found["ours", "again"], scaled(found.get(("dvc", "again")), 10)
    b.row("`repro`, 1000 stages, nothing changed", ours, dvc, found.get("ninja"), "ninja", "≤ 120 ms, ≥ 50 × DVC, ≤ 6 of beside")
    b.row("`repro`, 10000 stages, nothing changed", found["many", "again"], None, ours, "1000 stages", "≤ 12 of beside")
    b.row("`repro`, 1000 stages, first run", found["ours", "first"], scaled(found.get(("dvc", "first")), 10), found["shells"],
          "their shells alone", "≥ 50 × DVC, ≤ 3 s CPU more than beside")

    w = b.project("sleeps", b.args.tool)
    with open(w / "dvc.yaml", "w") as f:
        f.write("stages:\n")
        for tree in "ab":  # of seven stages, each of which waits for two
            for i in range(7):
                below = [f"{tree}{k}" for k in (2 * i + 1, 2 * i + 2) if k < 7]
                f.write(f"  {tree}{i}:\n    cmd: sleep 0.2; echo {i} > {tree}{i}\n    outs: [{tree}{i}]\n    deps: [{', '.join(below)}]\n")
    one = b.repeat(1, lambda: None, [b.args.tool, "repro", "-q"], w)
    two = b.repeat(3, lambda: None, [b.args.tool, "repro", "-q", "-f", "-j", "2"], w)
    b.row("`repro -j2`, 14 stages that sleep 0.2 s", two, None, one, "-j1", "≤ 0.53 of beside")
    remove(w)


def measures(b):
    """metrics diff and params diff: a metrics file and two params for each stage, all changed since the last commit."""
    count, found = 200, {}
    for key, tool, runs in (("ours", b.args.tool, b.args.runs), ("dvc", b.args.dvc, b.args.dvc_runs)):
        if not tool:
            continue
        w = b.project(f"measures-{key}", tool)

        def write(step):
            (w / "params.yaml").write_text("".join(f"p{i}: {{lr: 0.{i + step}, n: {i}}}\n" for i in range(count)))
            for i in range(count):
                (w / f"m{i}.json").write_text(f'{{"acc": 0.{i + step}, "loss": {{"train": {i}.5, "test": {i + step}}}}}\n')
        with open(w / "dvc.yaml", "w") as f:
            f.write("stages:\n")
            for i in range(count):
                f.write(f"  s{i}:\n    cmd: echo {i}\n    params:\n    - p{i}\n    metrics:\n    - m{i}.json:\n"
                        "        cache: false\n")
        write(1)
        b.run("git add -A && git commit -qm 1", w)
        write(2)
        for name in ("metrics", "params"):
            found[key, name] = b.repeat(runs, lambda: None, [tool, name, "diff", "--json"], w)
    for name in ("metrics", "params"):
        b.row(f"`{name} diff`, {count} stages", found["ours", name], found.get(("dvc", name)), None, "", "≥ 30 × DVC")


def keep(b):
    """gc with as much to remove as to keep, and nothing; fsck of mixed sizes."""
    count, source, found = b.args.files, b.top / "source", {}
    make_small(source, count)
    for key, tool, runs in (("ours", b.args.tool, b.args.runs), ("dvc", b.args.dvc, b.args.dvc_runs)):
        if not tool:
            continue
        w, spare = b.project(f"keep-{key}", tool), b.top / "spare"
        shutil.copytree(source, w / "data")
        b.run([tool, "add", "-q", "data"], w)
        shutil.copytree(w / ".dvc/cache", spare)
        for i, path in enumerate(sorted((w / "data").rglob("*.bin"))):
            if i % 2:
                path.unlink()
        b.run([tool, "add", "-q", "data"], w)

        def litter():
            shutil.copytree(spare, w / ".dvc/cache", dirs_exist_ok=True)
        found[key, "half"] = b.repeat(runs, litter, [tool, "gc", "-q", "-w", "-f"], w)
        found[key, "none"] = b.repeat(runs, lambda: None, [tool, "gc", "-q", "-w", "-f"], w)
        remove(w, spare)
    remove(source)
    for key, work in (("half", f"`gc -w`, {count} files, half of them unused"), ("none", "`gc -w`, nothing unused")):
        b.row(work, found["ours", key], found.get(("dvc", key)), None, "", "≥ 25 × DVC")

    w, rng, left = b.project("fsck", b.args.tool), random.Random(3), 1 << 30
    (w / "data").mkdir()
    for i in range(1 << 20):
        size = min(left, int(rng.lognormvariate(9, 1.5)) if rng.random() < 0.9 else rng.randrange(1 << 18, 1 << 25))
        with open(w / f"data/{i}", "wb") as f:  # in pieces: our own memory shows in that of our children
            for at in range(0, size, 1 << 20):
                f.write(rng.randbytes(min(size - at, 1 << 20)))
        left -= size
        if not left:
            break
    b.run([b.args.tool, "add", "-q", "data"], w)
    ours = b.repeat(b.args.runs, lambda: None, [b.args.tool, "fsck"], w)
    plain = b.repeat(b.args.runs, lambda: None,
                     "find .dvc/cache -type f -print0 | xargs -0 -n 100 -P $(nproc) openssl md5", w)
    b.row(f"`fsck`, 1 GiB in {i + 1} files", ours, None, plain, "openssl md5 on all cores", "≤ 1.11 of beside")
    remove(w)


def look(b):
    """What changed: two commits that differ in three files, and one more change in the workspace."""
    count, source, found = b.args.files, b.top / "source", {}
    make_small(source, count)
    asked = {
        "status": ["data", "status", "--granular", "--json"],
        "work": ["diff", "HEAD~1"],
        "revs": ["diff", "HEAD~1", "HEAD", "--json"],
    }
    for key, tool, runs in (("ours", b.args.tool, b.args.runs), ("dvc", b.args.dvc, b.args.dvc_runs)):
        if not tool:
            continue
        w = b.project(f"look-{key}", tool)
        shutil.copytree(source, w / "data")
        b.run([tool, "add", "-q", "data"], w)
        b.run("git add -A && git commit -qm 1", w)
        first, second, *_ = sorted((w / "data/d0000").iterdir())
        first.rename(w / "data/renamed")
        second.write_bytes(b"changed")
        (w / "data/new").write_bytes(b"new")
        b.run([tool, "add", "-q", "data"], w)
        b.run("git add -A && git commit -qm 2", w)
        (w / "data/new").write_bytes(b"newer")
        b.run([tool, *asked["work"]], w)
        for name, words in asked.items():
            found[key, name] = b.repeat(runs, lambda: None, [tool, *words], w)
        remove(w)
    plain = b.repeat(b.args.runs, lambda: None, f"find {source} -printf '%s %T@\\n' >/dev/null", b.top)
    remove(source)
    for name, work, beside in (("status", "`data status --granular --json`", plain), ("work", "`diff HEAD~1`", plain),
                               ("revs", "`diff HEAD~1 HEAD --json`", None)):
        b.row(f"{work}, {count} files", found["ours", name], found.get(("dvc", name)), beside,
              "find -printf" if beside else "", "≥ 25 × DVC")


FIND = ["find", "data", "-printf", "%s %T@ %i %p\n"]


def bytes_a_file(run, count):
    """Peak memory beyond what the program takes for itself, about 16 MiB."""
    return f"{max(run.rss - 16, 0) * (1 << 20) / count:.0f} bytes a file"


def million(b):
    """A folder of 50 x --files files of 100 bytes; DVC would take hours and is left out."""
    count = b.args.files * 50
    w = b.project("million", b.args.tool)
    big.files(w / "data", count, 1000)
    added = b.repeat(1, lambda: None, [b.args.tool, "add", "-q", "data"], w)
    same = b.repeat(b.args.runs, lambda: None, [b.args.tool, "status", "-q"], w)
    plain = b.repeat(b.args.runs, lambda: None, FIND, w)
    b.row(f"`add`, {count} files of 100 bytes ({bytes_a_file(added, count)})", added, None, None, "", "≤ 300 bytes a file")
    b.row(f"`status`, nothing changed ({bytes_a_file(same, count)})", same, None, plain, "find -printf",
          "≤ 300 bytes a file, ≤ 4 s")
    b.run("git add -A . && git commit -q -m made", w)
    (w / "data/d00001/f500").write_text("changed")
    other = b.repeat(1, lambda: None, [b.args.tool, "diff", "--json"], w)
    b.row(f"`diff`, one of them changed ({bytes_a_file(other, count)})", other, None, None, "", "≤ 300 bytes a file")
    remove(w)


def changed(b):
    """15 x --files files in one folder, one of them changed."""
    count, n = b.args.files * 15, 0
    w = b.project("changed", b.args.tool)
    big.files(w / "data", count, 1000)
    b.run([b.args.tool, "add", "-q", "data"], w)

    def change():
        nonlocal n
        n += 1
        (w / "data/d00001/f500").write_text(f"changed {n}")
    plain = b.repeat(b.args.runs, lambda: None, FIND, w)
    change()
    seen = median([b.run([b.args.tool, "status", "-q"], w, check=False) for _ in range(b.args.runs)])
    b.row(f"`status`, {count} files, one changed", seen, None, plain, "find -printf", "≤ 1.5 of beside")
    added = b.repeat(b.args.runs, change, [b.args.tool, "add", "-q", "data"], w)
    b.row(f"`add`, {count} files, one changed", added, None, plain, "find -printf", "≤ 2 of beside")
    remove(w)


def pointers(b):
    """Half of --files files, each with a .dvc file of its own; DVC does a tenth of them, and its time is taken tenfold."""
    count, found = b.args.files // 2, {}
    for key, tool, n in (("ours", b.args.tool, count), ("dvc", b.args.dvc, count // 10)):
        if not tool:
            continue
        w, names = b.project(f"pointers-{key}", tool), []
        for i in range(n):
            names.append(f"s{i // 100:03d}/f{i}")
            (w / names[-1]).parent.mkdir(exist_ok=True)
            (w / names[-1]).write_text(str(i))
        found[key, "add"] = b.run([tool, "add", "-q", *names], w)
        found[key, "status"] = b.repeat(b.args.runs if key == "ours" else 1, lambda: None, [tool, "status", "-q"], w)
        remove(w)
    for what, aim in (("add", ""), ("status", "≥ 50 × DVC")):
        dvc = found.get(("dvc", what))
        dvc = Run(dvc.wall * 10, dvc.cpu * 10, dvc.rss) if dvc else None
        b.row(f"`{what}`, {count} .dvc files (DVC: a tenth, times ten)", found["ours", what], dvc, None, "", aim)


def sparse(b):
    """One file of 20 GB that is nearly all a hole."""
    w = b.project("sparse", b.args.tool)
    with open(w / "big", "wb") as f:
        f.write(b"begin")
        f.truncate(20 * 10**9)
    ours = b.run([b.args.tool, "add", "-q", "big"], w)
    used = sum(p.stat().st_blocks for p in (w / ".dvc/cache").rglob("*") if p.is_file()) / 2048
    b.row(f"`add`, one sparse file of 20 GB (its copy takes {used:.1f} MiB)", ours, None, None, "", "≤ 32 MiB")
    remove(w)


def experiments(b):
    """exp show: 1,000 experiments on 50 commits, without what an earlier look has left."""
    w = b.top / "experiments"
    exps.main(str(w))

    def forget():
        remove(w / ".dvc/tmp")
    ask = ["exp", "show", "-A", "--json"]
    ours = b.repeat(b.args.runs, forget, [b.args.tool, *ask], w)
    dvc = b.repeat(1, forget, [b.args.dvc, *ask], w) if b.args.dvc else None
    b.row("`exp show`, 1000 experiments on 50 commits", ours, dvc, None, "", "≤ 500 ms, ≥ 30 × DVC")
    remove(w)


def exp_run(b):
    """exp run in the workspace: three stages, all of them run each time; beside it their commands."""
    found = {}
    commands = ["cp params.yaml one", "cp one two", "cp two three"]
    for key, tool, count in (("ours", b.args.tool, 4 * b.args.runs), ("dvc", b.args.dvc, b.args.dvc_runs)):
        if not tool:
            continue
        w = b.project(f"run-{key}", tool)
        (w / "params.yaml").write_text("a: 0\n")
        (w / "dvc.yaml").write_text("stages:\n" + "".join(
            f"  s{i}:\n    cmd: {c}\n    deps: [{c.split()[1]}]\n    outs: [{c.split()[2]}]\n" for i, c in enumerate(commands)))
        (w / ".gitignore").write_text("/one\n/two\n/three\n")
        b.run([tool, "repro", "-q"], w)
        b.run("git add -A && git commit -qm 1", w)
        found[key] = b.repeat(count, lambda: None, [tool, "exp", "run", "-q", "-f"], w)
        if key == "ours":
            found["shells"] = b.repeat(count, lambda: None, "; ".join(f"/bin/sh -c '{c}'" for c in commands), w)
        remove(w)
    beyond = found["ours"].cpu - found["shells"].cpu
    b.row(f"`exp run`, 3 stages; {beyond * 1000:.0f} ms of CPU beyond the stages", found["ours"], found.get("dvc"), found["shells"],
          "their shells alone", "≤ 60 ms, ≥ 40 × DVC")


def queue(b):
    """100 runs of a trivial pipeline, two at a time; DVC does 10, and its time is taken ten times."""
    found = {}
    for key, tool, count in (("ours", b.args.tool, 100), ("dvc", b.args.dvc, 10)):
        if not tool:
            continue
        w = b.project(f"queue-{key}", tool)
        b.env["PATH"] = f"{os.path.dirname(tool)}:/usr/local/bin:/usr/bin:/bin"  # DVC's workers call dvc
        (w / "params.yaml").write_text("a: 0\n")
        (w / "dvc.yaml").write_text("stages:\n  t:\n    cmd: cp params.yaml o\n    params: [a]\n    outs: [o]\n")
        b.run("git add -A && git commit -qm 1", w)
        found[key, "put"] = b.run([tool, "exp", "run", "-q", "--queue", "-S", f"a=range(0,{count})"], w)
        found[key, "run"] = b.run([tool, "exp", "run", "-q", "--run-all", "-j2"], w)
        refs = subprocess.run(["git", "for-each-ref", "refs/exps"], cwd=w, env=b.env, capture_output=True, text=True).stdout
        if len(refs.splitlines()) != count:
            sys.exit(f"{tool}: {len(refs.splitlines())} of {count} queued experiments are there")
    b.row("`exp run --queue`, 100 runs", found["ours", "put"], scaled(found.get(("dvc", "put")), 10), None, "", "≥ 30 × DVC")
    b.row("`exp run --run-all -j2`, 100 runs of a trivial stage", found["ours", "run"], scaled(found.get(("dvc", "run")), 10), None, "", "≥ 30 × DVC")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_library(b, commits, files):
    """A repository of so many commits and files of Git, which also tracks one file of 1 MiB."""
    lib, store = b.project("lib", b.args.tool), b.top / "store"
    store.mkdir()
    b.run([b.args.tool, "remote", "add", "-q", "-d", "r", str(store)], lib)
    (lib / "model.bin").write_bytes(random.Random(2).randbytes(1 << 20))
    b.run([b.args.tool, "add", "-q", "model.bin"], lib)
    b.run("git add -A && git commit -qm model && git tag v1", lib)
    b.run([b.args.tool, "push", "-q"], lib)
    big.history(lib, commits, files, parent="HEAD^0", branch="made")
    b.run("git checkout -q -f -B main made && git branch -q -D made && git repack -adq", lib)
    return lib


def share(b):
    """get, import and list of a repository of 5,000 commits and 100,000 files, over git://: DVC clones it each time."""
    lib = make_library(b, 5000, 100000)
    port = free_port()
    b.run(["git", "daemon", "--listen=127.0.0.1", f"--port={port}", f"--base-path={b.top}", "--export-all", "--reuseaddr",
           "--detach", f"--pid-file={b.top}/daemon.pid"], b.top)
    kept, url = Path(b.env["DVC_SITE_CACHE_DIR"]), f"git://127.0.0.1:{port}/lib"
    here = b.project("here", b.args.tool)

    def fresh():
        remove(here / "model.bin", here / "model.bin.dvc", here / ".gitignore", here / ".dvc/cache")

    def first():
        fresh()
        remove(kept)

    try:
        for command in ("get", "import"):
            argv = [command, url, "model.bin"]
            dvc = b.repeat(1, first, [b.args.dvc, *argv], here) if b.args.dvc else None
            b.row(f"`{command}` of 1 MiB, a new clone", b.repeat(b.args.runs, first, [b.args.tool, *argv], here), dvc, None, "",
                  "≥ 10 × DVC")
            b.row(f"`{command}` of 1 MiB again", b.repeat(b.args.runs, fresh, [b.args.tool, *argv], here), dvc, None, "",
                  "≤ 100 ms")
        argv = ["list", str(lib), "-R"]
        dvc = b.repeat(1, fresh, [b.args.dvc, *argv], here) if b.args.dvc else None
        b.row("`list -R` of a path, 100000 entries", b.repeat(b.args.runs, fresh, [b.args.tool, *argv], here), dvc, None, "",
              "≥ 20 × DVC")
        argv = ["list", str(lib), "-R", "--rev", "main", "--json"]
        dvc = b.repeat(1, fresh, [b.args.dvc, *argv], here) if b.args.dvc else None
        b.row("`list -R --rev`, 100000 entries", b.repeat(b.args.runs, fresh, [b.args.tool, *argv], here), dvc, None, "",
              "≥ 20 × DVC")
    finally:
        os.kill(int((b.top / "daemon.pid").read_text()), signal.SIGTERM)


def rows(b):
    """The rows that two versions of a table of a million rows do not share. DVC has nothing like it."""
    w = b.project("rows", b.args.tool)
    for changed in (False, True):
        big.table(w / "table.csv", b.args.files * 50, changed)
        b.run([b.args.tool, "add", "-q", "table.csv"], w)
        b.run("git add -A && git commit -qm table", w)
    for key in ([], ["--key", "id"]):
        ours = b.repeat(b.args.runs, lambda: None, [b.args.tool, "data", "diff", *key, "table.csv", "HEAD~1", "HEAD"], w)
        b.row(f"`data diff{' --key' if key else ''}` of two tables of {b.args.files * 50} rows", ours, None, None, "", "≤ 3 s, ≤ 256 MiB")
    remove(w)


PARTS = {"start": start, "small": small, "large": large, "stages": stages, "measures": measures, "keep": keep, "look": look,
         "experiments": experiments, "exp_run": exp_run, "queue": queue}
# Long: only when --only names them.
SCALE = {"million": million, "changed": changed, "pointers": pointers, "sparse": sparse, "share": share,
         "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--dvc", type=shutil.which, help="the real DVC; left out when it is not there")
    parser.add_argument("--dir", default="/dev/shm")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dvc-runs", type=int, default=2)
    parser.add_argument("--files", type=int, default=20000)
    parser.add_argument("--only", default=",".join(PARTS))
    args = parser.parse_args()
    args.tool = os.path.abspath(args.tool)
    b = Bench(args)
    try:
        for part in args.only.split(","):
            (PARTS | SCALE)[part](b)
    finally:
        shutil.rmtree(b.top, ignore_errors=True)
    b.table()


if __name__ == "__main__":
    main()
