#!/usr/bin/env python3
"""What grows with what: cairn on repositories ten and a hundred times as large, made by big.py.

    scale.py --tool CAIRN [--dir /dev/shm] [--kinds files,stages,pointers,commits,experiments] [--most 1000000]

Prints a Markdown table: for each command CPU seconds (user + system) and peak MiB at each size, what each further item cost
between the last two sizes, and the slope: the power of the size with which the cost grows there (1.0: linear). A command is
run once before it is measured where it keeps what it found. --most takes the sizes above it away.
"""
import argparse
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bench

HERE = Path(__file__).parent

# Started by a small process: the memory of who starts a process shows in that of the process.
SPAWN = "import os, sys, time; start = time.monotonic(); pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ); " \
        "u = os.wait4(pid, 0)[2]; os.write(int(sys.argv[1]), b'%f %f %d' % (time.monotonic() - start, u.ru_utime + u.ru_stime, u.ru_maxrss))"


class Scale(bench.Bench):
    def __init__(self, args):
        super().__init__(args)
        self.cells = {}  # (kind, command) -> [(size, Run)]
        self.base = self.measure(["root"], bench.Bench.project(self, "base", args.tool))

    def measure(self, words, cwd):
        read, write = os.pipe()
        with open(self.top / "log", "ab") as log, os.fdopen(read) as found:
            subprocess.run([sys.executable, "-SEc", SPAWN, str(write), self.args.tool, *words], cwd=cwd, env=self.env,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(write,), check=True)
            os.close(write)
            wall, cpu, rss = map(float, found.read().split())
        return bench.Run(wall, cpu, rss / 1024)

    def take(self, kind, size, command, cwd, *words):
        run = self.measure(words or command.split(), cwd)
        self.cells.setdefault((kind, command), []).append((size, run))
        print(f"{kind} {size}: {command}: {run.cpu:.3f} s CPU, {run.wall:.3f} s, {run.rss:.1f} MiB", file=sys.stderr, flush=True)

    def make(self, kind, size):
        """A repository of the kind, by another process: our own memory shows in that of our children."""
        sizes = [f"--{k}={size if k == kind else 0}" for k in SIZES]
        subprocess.run([sys.executable, HERE / "big.py", self.top / "made", *sizes], env=self.env, check=True)
        w = self.top / f"{kind}-{size}"
        (self.top / "made" / kind).rename(w)
        return w

    def table(self):
        print("| kind | command | sizes | CPU s | MiB | µs of CPU, bytes for one more | slope of time, of memory |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for (kind, command), runs in self.cells.items():
            (n, a), (m, b) = runs[-2:] if len(runs) > 1 else runs * 2
            more = max(m - n, 1)
            print(f"| {kind} | `{command}` | {' / '.join(str(size) for size, _ in runs)} "
                  f"| {' / '.join(f'{r.cpu:.3f}' for _, r in runs)} | {' / '.join(f'{r.rss:.0f}' for _, r in runs)} "
                  f"| {(b.cpu - a.cpu) * 1e6 / more:.1f}, {(b.rss - a.rss) * 2**20 / more:.0f} "
                  f"| {self.slope(n, m, a, b, 'cpu', 0.02)}, {self.slope(n, m, a, b, 'rss', 2)} |")

    def slope(self, n, m, a, b, field, least):
        """Beyond what the program costs alone; nothing where that is all."""
        low, high = (getattr(r, field) - getattr(self.base, field) for r in (a, b))
        if m == n or low < least or high < least:
            return "-"
        return f"{math.log(high / low) / math.log(m / n):.2f}"


def files(s, kind, size):
    w, remote = s.make(kind, size), s.top / "remote"
    s.measure(["remote", "add", "-q", "-d", "r", str(remote)], w)
    s.take(kind, size, "add data", w, "add", "-q", "data")
    s.run("git add -A . && git commit -qm made", w)
    for command in ("status", "data status --granular", "diff", "gc -w -f"):
        s.take(kind, size, command, w)
    (w / "data/d00000/f050").write_text("changed")
    s.take(kind, size, "diff, one changed", w, "diff")
    s.take(kind, size, "add data, one changed", w, "add", "-q", "data")
    shutil.rmtree(w / "data")
    s.take(kind, size, "push", w)
    s.take(kind, size, "push, nothing to do", w, "push")
    shutil.rmtree(remote)
    s.take(kind, size, "checkout", w)
    s.take(kind, size, "checkout, nothing to do", w, "checkout")


def stages(s, kind, size):
    w = s.make(kind, size)
    s.measure(["repro", "-q"], w)
    for command in ("repro", "status", "data status", "dag --dot", "stage list"):
        s.take(kind, size, command, w)


def pointers(s, kind, size):
    w, remote = s.make(kind, size), s.top / "remote"
    s.measure(["remote", "add", "-q", "-d", "r", str(remote)], w)
    s.measure(["status", "-q"], w)
    for command in ("status", "data status", "diff", "checkout", "gc -w -f", "push", "list -R ."):
        s.take(kind, size, command, w)
    s.take(kind, size, "push, nothing to do", w, "push")
    shutil.rmtree(remote)


def commits(s, kind, size):
    w = s.make(kind, size)
    for command in ("gc -A --dry -f", "exp show -A", "diff HEAD~1 HEAD", "status"):
        s.take(kind, size, command, w)


def experiments(s, kind, size):
    w = s.make(kind, size)
    s.take(kind, size, "exp show -A", w)
    s.take(kind, size, "exp show -A, again", w, "exp", "show", "-A")
    s.take(kind, size, "exp list -A", w)
    s.take(kind, size, "gc --all-experiments --dry -f", w)


SIZES = {"files": (files, (10000, 100000, 1000000)), "stages": (stages, (1000, 10000, 30000)),
         "pointers": (pointers, (1000, 10000, 100000)), "commits": (commits, (500, 5000)),
         "experiments": (experiments, (200, 2000))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--dir", default="/dev/shm")
    parser.add_argument("--kinds", default=",".join(SIZES))
    parser.add_argument("--most", type=int, default=10**6)
    args = parser.parse_args()
    s = Scale(args)
    try:
        for kind in args.kinds.split(","):
            measure, sizes = SIZES[kind]
            for size in sizes:
                if size <= args.most:
                    measure(s, kind, size)
                    shutil.rmtree(s.top / f"{kind}-{size}")
    finally:
        shutil.rmtree(s.top, ignore_errors=True)
    s.table()


if __name__ == "__main__":
    main()
