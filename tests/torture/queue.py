#!/usr/bin/env python3
"""queue: processes of the experiment queue are killed at random while it runs; nothing may be lost or stuck.

usage: queue.py BIN [--tasks 100] [--kills 25] [--tries 1] [--seed 1] [--jobs 2] [--secs 120] [--work DIR] [--keep] [-v]

Each try queues the tasks, starts workers, and sends SIGKILL at random moments to a worker, to the process of a task or to
all of them; when no worker is left, others are started, as a user would.
lost      an experiment that is not there in the end, or has other parameters than those it was queued with
failed    a task whose state is not Success
left      copies of the workspace, lock files of Git, or entries of the stash that remain
stuck     tasks that are not done in time; a command that does not succeed afterwards
exit status 0 only when all are 0, and something was killed."""
import argparse, collections
from lib import *

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("bin"); ap.add_argument("--tasks", type=int, default=100); ap.add_argument("--kills", type=int, default=25); ap.add_argument("--tries", type=int, default=1)
ap.add_argument("--seed", type=int, default=1); ap.add_argument("--jobs", type=int, default=2); ap.add_argument("--secs", type=float, default=120)
ap.add_argument("--work"); ap.add_argument("--keep", action="store_true"); ap.add_argument("-v", action="store_true")
a = ap.parse_args()
c = collections.Counter()


def processes(root):
    """The processes of the queue by kind: (pid, "worker" or "task")."""
    found, parent = [], {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
            if words[1:2] == [b"queue"] and words[2] in (b"worker", b"task") and os.readlink(f"/proc/{pid}/cwd") == root:
                with open(f"/proc/{pid}/stat") as f:
                    parent[int(pid)] = int(f.read().rpartition(")")[2].split()[1])
                found.append((int(pid), words[2].decode()))
        except (OSError, IndexError):
            pass
    # What a task has just forked looks like it until it becomes the command of a stage; that one may fail when it is killed.
    tasks = {pid for pid, kind in found if kind == "task"}
    return [(pid, kind) for pid, kind in found if kind != "task" or parent[pid] not in tasks]


def kill_some(rng, root):
    alive = processes(root)
    if not alive: return 0
    victims = alive if rng.randrange(8) == 0 else [rng.choice(alive)]
    for pid, kind in victims:
        try:
            os.kill(pid, signal.SIGKILL); c["killed"] += 1; c["killed " + kind] += 1
        except ProcessLookupError:
            pass
    return 1


def states(k):
    out = k.must("queue", "status").out.splitlines()
    return collections.Counter(w[-1] for w in map(str.split, out) if len(w) > 1 and w[-1] in ("Queued", "Running", "Failed", "Success"))


def once(number):
    rng = random.Random(a.seed * 1000 + number)
    k = Kit(a.bin, a.work, a.keep)
    k.init()
    with open(k.repo + "/params.yaml", "w") as f: f.write("a: none\n")
    with open(k.repo + "/dvc.yaml", "w") as f: f.write("stages:\n  t:\n    cmd: sleep 0.0$(shuf -i 1-9 -n 1); cp params.yaml o\n    params: [a]\n    outs:\n    - o:\n        cache: false\n")
    k.git("add", "-A"); k.git("commit", "-qm", "pipeline")
    k.must("exp", "run", "--queue", "-q", "-n", "x", "-S", f"a=range(0,{a.tasks})")
    root = os.path.realpath(k.repo); end = time.time() + a.secs; kills = 0
    while time.time() < end:
        if not [1 for _, kind in processes(root) if kind == "worker"]:
            left = states(k)
            if not left["Queued"] and not left["Running"]: break
            k.must("queue", "start", "-j", str(a.jobs))
        time.sleep(rng.random() * 0.1)
        if kills < a.kills: kills += kill_some(rng, root)
    else:
        c["stuck"] += 1
    for _ in range(100):  # processes of tasks whose worker was killed last
        if not processes(root): break
        time.sleep(0.05)
    if a.v: print(number, dict(states(k)))
    c["failed"] += a.tasks - states(k)["Success"]
    base = k.git("rev-parse", "HEAD").out.strip()
    for i in range(a.tasks):
        ref = f"refs/exps/{base[:2]}/{base[2:]}/x-{i + 1}"
        r = run(["git", "show", f"{ref}:o"], k.repo, k.env)
        if r.out != f"a: {i}\n":
            c["lost"] += 1
            if a.v: print("lost", ref, r.out)
    exps = k.repo + "/.dvc/tmp/exps"
    left = [n for n in os.listdir(exps) if n.startswith("cairn-")]
    left += [os.path.join(d, f) for d, _, fs in os.walk(k.repo + "/.git") for f in fs if f.endswith(".lock")]
    left += k.git("for-each-ref", "refs/exps/celery").out.split()
    if left:
        c["left"] += len(left)
        if a.v: print("left", left)
    for cmd in (["exp", "run", "-q", "--queue", "-n", "more", "-S", "a=more"], ["exp", "run", "-q", "--run-all"], ["exp", "run", "-q", "--temp", "-S", "a=temp"], ["queue", "remove", "--all"]):
        r = run(k.bin + cmd, k.repo, k.env, 30)
        if r.rc or r.why:
            c["stuck"] += 1
            if a.v: print(cmd, r.out)
    k.done()


for n in range(a.tries):
    once(n)
bad = c["lost"] + c["failed"] + c["left"] + c["stuck"]
print(f"tries {a.tries} tasks {a.tries * a.tasks} killed {c['killed']} (worker {c['killed worker']}, task {c['killed task']}) lost {c['lost']} failed {c['failed']} left {c['left']} stuck {c['stuck']}")
sys.exit(2 if not c["killed"] else 1 if bad else 0)
