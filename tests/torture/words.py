#!/usr/bin/env python3
"""words: a disk that is full from the N-th call on, under every command that writes; each failure has to be told.

usage: words.py BIN [--only add,move,…] [--points 6] [--error ENOSPC] [--seed 1] [--work DIR] [--keep] [-v]
What is left behind is enospc.py's and kill9.py's to judge; here it is what the user reads.

crash   died of a signal (builds for developers end at mistakes in the handling of errors);  hang: > 60 s
mute    it failed without saying why, or in a line without words (not judged where a write fails: it can be that of the message)
exit status 0 only when all of them are 0."""
import argparse, collections, errno
from lib import *

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("bin"); ap.add_argument("--only", default=""); ap.add_argument("--points", type=int, default=6); ap.add_argument("--error", default="ENOSPC")
ap.add_argument("--seed", type=int, default=1); ap.add_argument("--work"); ap.add_argument("--keep", action="store_true"); ap.add_argument("-v", action="store_true")
a = ap.parse_args()
k = Kit(a.bin, a.work, a.keep); R = k.repo
rng = random.Random(a.seed); tot = collections.Counter(); runs = 0
SRC = os.path.join(k.root, "source"); FILES = os.path.join(k.root, "files")
gone = lambda *paths: [shutil.rmtree(p) if os.path.isdir(p) else os.remove(p) for p in paths]
anew = lambda: gone(R + "/.dvc/tmp")  # nothing is known of earlier runs


def lose_cache():
    unlock(k.cache); shutil.rmtree(k.cache); gone(R + "/data", R + "/one")


def change():
    p = R + "/data/s0/f00000"; os.remove(p); open(p, "w").write("changed\n"); open(R + "/one", "w").write("changed\n")


COMMANDS = {  # name: (command, what is done before it)
    "init": (["init", "--subdir"], lambda: os.makedirs(R + "/sub")),
    "add": (["add", "new"], lambda: fill(R + "/new", 12, seed=3)),
    "add-afresh": (["add", "new"], lambda: (fill(R + "/new", 12, seed=3), anew())),
    "add-part": (["add", "data/s0/more"], lambda: open(R + "/data/s0/more", "w").write("more\n")),
    "add-to-remote": (["add", FILES + "/s0", "--to-remote"], None),
    "add-out": (["add", FILES + "/s0", "-o", "copied"], None),
    "commit": (["commit", "-f"], change),
    "checkout": (["checkout"], lambda: gone(R + "/data", R + "/one")),
    "checkout-afresh": (["checkout"], lambda: (gone(R + "/data", R + "/one"), anew())),
    "relink": (["checkout", "--relink"], lambda: k.must("config", "-q", "cache.type", "hardlink")),
    "push": (["push"], lambda: (fill(R + "/new", 12, seed=3), k.must("add", "-q", "new"))),
    "pull": (["pull"], lose_cache), "fetch": (["fetch"], lose_cache),
    "clone": (["pull"], lambda: (lose_cache(), anew())),
    "status": (["status"], anew), "cloud": (["status", "-c"], anew), "data-status": (["data", "status", "--granular"], anew), "diff": (["diff"], anew),
    "remove": (["remove", "--outs", "data.dvc"], None), "move": (["move", "data", "elsewhere"], None), "unprotect": (["unprotect", "data"], None),
    "gc": (["gc", "-w", "-f"], change), "trash": (["gc", "-w", "-f", "--trash"], change), "fsck": (["fsck", "--repair"], None), "destroy": (["destroy", "-f"], None),
    "config": (["config", "core.autostage", "true"], None), "remote": (["remote", "add", "other", "/tmp/other"], None), "freeze": (["freeze", "s"], None),
    "stage": (["stage", "add", "-n", "t", "-d", "one", "-o", "two", "cp one two"], None), "install": (["install"], None),
    "repro": (["repro"], lambda: open(R + "/params.yaml", "w").write("p: 2\n")),
    "repro-restore": (["repro"], lambda: gone(R + "/out.txt", R + "/dvc.lock")),
    "exp-run": (["exp", "run", "-S", "p=2"], None), "exp-queue": (["exp", "run", "--queue", "-S", "p=2"], None), "exp-temp": (["exp", "run", "--temp", "-S", "p=2"], None),
    "exp-save": (["exp", "save"], lambda: open(R + "/params.yaml", "w").write("p: 3\n")),
    "exp-apply": (["exp", "apply", "tried"], None), "exp-branch": (["exp", "branch", "tried", "b"], None), "exp-remove": (["exp", "remove", "tried"], None),
    "import": (["import", SRC, "data", "-o", "imported"], None), "get": (["get", SRC, "data", "-o", "got"], None),
    "import-url": (["import-url", FILES + "/s0"], None), "get-url": (["get-url", FILES + "/s0"], None),
    "bundle": (["bundle", "create", "b.tar.zst"], None), "unpack": (["bundle", "unpack", "b.tar.zst"], lambda: (k.must("bundle", "create", "b.tar.zst"), lose_cache())),
}

k.init(); fill(R + "/data", 12, seed=1); open(R + "/one", "w").write("one\n"); k.must("add", "-q", "data", "one"); fill(FILES, 12, seed=4)
open(R + "/params.yaml", "w").write("p: 1\n")
open(R + "/dvc.yaml", "w").write("stages:\n  s:\n    cmd: cp params.yaml out.txt\n    params:\n    - p\n    outs:\n    - out.txt\n")
k.must("repro", "-q"); k.git("add", "-A"); k.git("commit", "-qm", "v1"); k.must("push", "-q")
subprocess.run(["cp", "-a", R, SRC], check=True)
k.must("exp", "run", "-q", "-n", "tried", "-S", "p=5"); k.git("checkout", "-q", "--", "."); k.must("checkout", "-q", "-f"); k.save("all")
words = os.strerror(getattr(errno, a.error))
for name in a.only.split(",") if a.only else COMMANDS:
    cmd, before = COMMANDS[name]
    k.fresh("all"); before and before(); k.save("op")
    cwd = R + "/sub" if name == "init" else R
    ref, most, total = count_calls(k.bin + cmd, cwd, k.env, FULL, k.work)
    if ref.rc: sys.exit(f"{name}: fails by itself: {ref.rc} {ref.out[-500:]}")
    c = collections.Counter()
    for call, N in spread(most, a.points, rng):
        k.fresh("op"); runs += 1; note = ""
        r = run(inject(k.bin + cmd, call, f"error={a.error}:when={N}+"), cwd, k.env, 60)
        blank = any(re.fullmatch(r"(ERROR|WARNING): *(failed to [^:]*: *)?", line) for line in r.out.splitlines())
        if r.sig: c["crash"] += 1; note = f"signal {r.sig}: {r.out[-300:]}"
        elif r.why: c["hang"] += 1; note = r.why
        elif blank or r.rc > 0 and "write" not in call and words not in r.out: c["mute"] += 1; note = "mute: " + r.out[-300:]
        if note: print(f"  {name} at {call}#{N}: rc={r.rc} {note}", flush=True)
    tot.update(c)
    if a.v: print(f"{name}: {total} calls, {c['crash']} crash, {c['hang']} hang, {c['mute']} mute", flush=True)
k.done()
print(f"words: {runs} faults, " + ", ".join(f"{int(tot[x])} {x}" for x in ("crash", "hang", "mute")))
sys.exit(1 if sum(tot.values()) else 0)
