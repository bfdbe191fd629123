#!/bin/sh
# The queue: exp run --queue, --temp and --run-all, and the queue commands.
. "$(dirname "$0")/lib.sh"

# A stage that copies its parameters; with a: 9 it fails, and with a: slow it waits for a file.
pipeline() {
    project
    echo 'a: 1' >params.yaml
    cat >dvc.yaml <<'X'
stages:
  t:
    cmd: sh run.sh
    deps: [run.sh]
    params: [a]
    outs: [o]
X
    cat >run.sh <<'X'
echo "gpu ${CUDA_VISIBLE_DEVICES-none}"
if grep -q slow params.yaml; then
    echo $$ >"$DVC_ROOT/.dvc/tmp/began"
    tries=0 # at most half a minute, also when its test is long over
    while [ ! -e "$DVC_ROOT/.dvc/tmp/go" ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
fi
if grep -q 9 params.yaml; then echo broken >&2; exit 1; fi
cp params.yaml o
X
    echo /o >.gitignore
    git add -A && git commit -q -m pipeline
}

show_exp() { # NAME FILE: the file as the experiment's commit has it
    git show "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/$1:$2"
}

states() { # names and states of the tasks, on one line
    cairn queue status | awk '$NF ~ /Queued|Running|Failed|Success/ {printf "%s%s:%s", s, $2, $NF; s = " "}'
}

wait_for() { # COMMAND: at most ten seconds
    tries=0
    until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { fail "waited for: $1"; return 1; }
        sleep 0.05
    done
}

process_of() { # REV: the process that runs the task
    sed 's/.*"pid": \([0-9]*\).*/\1/' .dvc/tmp/exps/run/"$1"*/*.json
}

case_begin "an empty queue"
pipeline
run cairn queue status
expect_rc 0
expect_out <<'X'
No experiment tasks in the queue.

Worker status: 0 active, 0 idle
X
run cairn exp run --run-all
expect_rc 0
expect_out </dev/null
run cairn queue start
expect_rc 0
expect_out_has "Started '1' new experiments task queue worker."
run cairn queue stop
expect_rc 0
run cairn queue remove --all
expect_out_has "No tasks found named []"

case_begin "tasks are queued, run, and keep their logs"
pipeline
run cairn exp run --queue -n one -S a=2
expect_rc 0
expect_out <<'X'
Queueing with overrides '{'params.yaml': ['a=2']}'.
Queued experiment 'one' for future execution.
X
run cairn exp run --queue -n bad -S a=9
run cairn exp run --queue -n grid -S a=3,4
expect_out_has "Queued experiment 'grid-2' for future execution."
expect_that "$(states)" = "one:Queued bad:Queued grid-1:Queued grid-2:Queued"
git status --porcelain >status
expect_file status <<'X'
?? status
X
expect_that "$(git stash list)" = ""
run cairn queue logs one
expect_rc 255
run cairn exp run --run-all -j2
expect_rc 0
expect_out_has "Ran experiment(s): one, grid-1, grid-2"
expect_err_has "bad"
expect_that "$(states)" = "bad:Failed one:Success grid-1:Success grid-2:Success"
expect_that "$(show_exp one params.yaml)" = "a: 2"
expect_that "$(show_exp grid-2 params.yaml)" = "a: 4"
run cairn queue logs bad
expect_rc 0
expect_out_has "broken"
expect_out_has "failed to reproduce 't'"
expect_that "$(ls -d .dvc/tmp/exps/cairn-* 2>/dev/null)" = ""
expect_that "$(git for-each-ref --format='%(refname)' refs/exps/celery)" = refs/exps/celery/failed
run cairn queue remove --failed
expect_out_has "Removed tasks in queue: bad"
run cairn queue remove one nope
expect_rc 255
run cairn queue remove one grid-1
expect_out_has "Removed tasks in queue: one, grid-1"
expect_that "$(states)" = "grid-2:Success"
expect_that "$(git for-each-ref refs/exps/celery)" = ""

case_begin "what the workspace held when it was queued is what runs"
pipeline
echo 'echo changed >>o' >>run.sh
run cairn exp run --queue -n uncommitted
git checkout -q run.sh
run cairn exp run --run-all
expect_rc 0
expect_that "$(show_exp uncommitted run.sh | tail -1)" = "echo changed >>o"
expect_that "$(tail -1 run.sh)" = "cp params.yaml o"
expect_that "$(git status --porcelain)" = ""

case_begin "--temp leaves the workspace alone"
pipeline
echo secret >untracked
echo 'cat untracked' >>run.sh
run cairn exp run --temp -n temp -S a=5 -C untracked
expect_rc 0
expect_out_has "secret"
expect_out_has "Ran experiment(s): temp"
expect_that "$(show_exp temp params.yaml)" = "a: 5"
expect_that "$(cat params.yaml)" = "a: 1"
expect_that "$(git status --porcelain | tr '\n' ' ')" = " M run.sh ?? untracked "
expect_that "$(find .dvc/tmp/exps -type f)" = ""
run cairn exp run --temp -n temp -S a=6
expect_rc 255
run cairn exp run --temp -n temp2 -S a=9 -C missing
expect_rc 255
expect_err_has "missing"

case_begin "a wrong parameter, name or sweep queues nothing"
pipeline
run cairn exp run --queue -S nope=1
expect_rc 255
run cairn exp run --queue -n 'a b' -S a=1
expect_rc 255
run cairn exp run --temp -S a=1,2
expect_rc 255
run cairn queue status
expect_out_has "No experiment tasks"

case_begin "tracked data comes out of the cache"
pipeline
echo data >input
cairn add -q input
sed -i 's/deps: .*/deps: [run.sh, input]/' dvc.yaml
echo 'cat input' >>run.sh
git add -A && git commit -q -m data
run cairn exp run --temp -n withdata
expect_rc 0
expect_out_has "data"
echo other >input # changed, and not added
run cairn exp run --temp -n other
expect_rc 0
expect_out_has "other"
show_exp other input.dvc | grep -q "$(md5sum <input | cut -c1-32)" || fail "the record of the data is not in the commit"
expect_that "$(git status --porcelain)" = ""
expect_that "$(cat input)" = other

case_begin "GPUs are handed out"
pipeline
run cairn exp run --queue -S a=2,3
run cairn exp run --run-all -j2 --gpus 5,6
expect_rc 0
expect_that "$(cairn exp run --run-all --gpus , 2>&1 | grep -c 'takes numbers')" = 1
cat .dvc/tmp/exps/run/*/*.out | sed -n 's/^gpu //p' | sort -u | grep -v '[56]' >other
expect_file other </dev/null

case_begin "queue kill ends a run, which counts as failed"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn exp run -q --queue -n after -S a=2
run cairn queue start
expect_rc 0
wait_for '[ -e .dvc/tmp/began ]'
expect_that "$(states)" = "slow:Running after:Queued"
run cairn queue status
expect_out_has "Worker status: 1 active, 0 idle"
run cairn queue remove slow
expect_rc 255
run cairn queue kill after
expect_rc 255
run cairn queue kill slow
expect_rc 0
expect_out_has "slow has been killed."
wait_for '[ "$(states)" = "slow:Failed after:Success" ]'
run cairn queue logs slow
expect_out_has "gpu none"

case_begin "queue kill --force ends it at once"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn queue start >/dev/null
wait_for '[ -e .dvc/tmp/began ]'
run cairn queue kill --force slow
expect_rc 0
expect_that "$(states)" = "slow:Failed"
wait_for '! kill -0 "$(cat .dvc/tmp/began)" 2>/dev/null' # the command, too

case_begin "a killed process of a task loses nothing"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn exp run -q --queue -n after -S a=2
cairn queue start >/dev/null
wait_for '[ -e .dvc/tmp/began ]'
rev=$(cairn queue status | awk '$2 == "slow" {print $1}')
kill -9 "$(process_of "$rev")"
: >.dvc/tmp/go
wait_for '[ "$(states)" = "slow:Success after:Success" ]'
run cairn queue logs slow
expect_out_has "Attempt 2"

case_begin "a killed worker loses nothing"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn exp run -q --queue -n after -S a=2
cairn queue start >/dev/null
wait_for '[ -e .dvc/tmp/began ]'
kill -9 "$(tr -d ' ' <.dvc/tmp/exps/celery/cairn-worker-1.lock)"
: >.dvc/tmp/go
wait_for '[ "$(states)" = "after:Queued slow:Success" ]'
run cairn queue status
expect_out_has "Worker status: 0 active, 0 idle"
run cairn exp run --run-all
expect_rc 0
expect_that "$(states)" = "slow:Success after:Success"

case_begin "a task is given up after five attempts"
pipeline
cat >run.sh <<'X'
kill -9 "$(sed 's/.*"pid": \([0-9]*\).*/\1/' "$DVC_ROOT"/.dvc/tmp/exps/run/*/*.json)"
X
cairn exp run -q --queue -n deadly
run cairn exp run --run-all
expect_rc 0
expect_err_has "deadly"
expect_that "$(states)" = "deadly:Failed"
expect_that "$(cat .dvc/tmp/exps/run/*/*.tries)" = 5
expect_that "$(ls -d .dvc/tmp/exps/cairn-* 2>/dev/null)" = ""

case_begin "queue stop lets the task end and takes no other"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn exp run -q --queue -n after -S a=2
cairn queue start >/dev/null
wait_for '[ -e .dvc/tmp/began ]'
run cairn queue stop
expect_rc 0
: >.dvc/tmp/go
wait_for '[ "$(states)" = "after:Queued slow:Success" ]'
wait_for 'cairn queue status | grep -q "0 active, 0 idle"'

case_begin "logs are followed until the end"
pipeline
cairn exp run -q --queue -n slow -S a=slow
cairn queue start >/dev/null
wait_for '[ -e .dvc/tmp/began ]'
cairn queue logs -f slow >followed &
sleep 0.2
: >.dvc/tmp/go
wait
expect_that "$(tail -1 followed)" = "Updating lock file 'dvc.lock'"

case_begin "a damaged message blocks nobody"
pipeline
cairn exp run -q --queue -n one -S a=2
for text in '' '{' '[]' '{"headers": {"task": "dvc.repo.experiments.queue.tasks.run_exp", "id": "../x"}}'; do
    n=$((n + 1))
    printf '%s' "$text" >.dvc/tmp/exps/celery/broker/in/"$n"_x.celery.msg
done
run cairn exp run --run-all
expect_rc 0
expect_that "$(states)" = "one:Success"

case_begin "a project below the Git root"
mkdir sub
git init -q
cd sub || exit
cairn init -q --subdir
echo 'a: 1' >params.yaml
cairn stage add -q -n t -p a -o o cp params.yaml o
git add -A && git commit -q -m start
run cairn exp run --queue -n below -S a=2
expect_rc 0
run cairn exp run --run-all
expect_rc 0
expect_that "$(show_exp below sub/params.yaml)" = "a: 2"

# as_dvc REV: makes of our task what DVC would have queued: its arguments as a pickle in the stash commit. Prints its new rev.
as_dvc() {
    python3 - "$1" "$2" .dvc/tmp/exps/celery/broker/in/* <<'X'
import base64, json, os, pickle, subprocess, sys
rev, extra, path = sys.argv[1:]
git = lambda *a, **k: subprocess.run(["git", *a], capture_output=True, check=True, **k).stdout.strip().decode()
packed = {"args": (), "kwargs": {"run_env": {"DVC_EXP_NAME": "q"}, "targets": ["t"], "single_item": True, "force": True, "dry": False,
          "pull": False, "on_error": "fail", **json.loads(extra)}}
blob = git("hash-object", "-w", "--stdin", input=pickle.dumps(packed))
env = dict(os.environ, GIT_INDEX_FILE=os.path.abspath(".git/x"))
git("read-tree", rev, env=env)
git("update-index", "--add", "--cacheinfo", f"100644,{blob},.dvc/tmp/repro.dat", env=env)
new = git("commit-tree", git("write-tree", env=env), "-p", rev + "^1", "-p", rev + "^2", "-m", "stash")
git("update-ref", "-d", "refs/exps/celery/stash")
git("update-ref", "--create-reflog", "-m", "commit: x", "refs/exps/celery/stash", new)
message = json.load(open(path))
del message["headers"]["cairn"]
body = json.loads(base64.b64decode(message["body"]))
body[0][0]["stash_rev"] = new
message["body"] = base64.b64encode(json.dumps(body).encode()).decode()
json.dump(message, open(path, "w"))
print(new)
X
}

case_begin "a task that DVC queued is run"
pipeline
echo here >local.txt && echo local.txt >>.git/info/exclude
sed -i 's/^cp/cat local.txt\n&/' run.sh && git commit -qam local
run cairn exp run --queue -n theirs -S a=2 -C local.txt -m 'as they said'
new=$(as_dvc "$(git rev-parse refs/exps/celery/stash)" '{}')
expect_that "$(states)" = "theirs:Queued"
cairn queue start >/dev/null
wait_for '[ "$(states)" = "theirs:Success" ]'
expect_that "$(show_exp theirs params.yaml)" = "a: 2"
expect_that "$(git log -1 --format=%s "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/theirs")" = "as they said"
git ls-tree -r --name-only "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/theirs" | grep repro.dat && fail "what DVC packs is in the experiment"
run cairn queue logs theirs
expect_out_has here
expect_that "$(git reflog show refs/exps/celery/stash 2>/dev/null)" = ""
expect_that "$(git status --porcelain)" = ""
expect_that "${#new}" = 40

case_begin "a task that only DVC can run is left to it"
pipeline
cairn exp run -q --queue -n theirs -S a=2
as_dvc "$(git rev-parse refs/exps/celery/stash)" '{"machine": "gpu"}' >/dev/null
cairn queue start >/dev/null
wait_for 'cairn queue status | grep -q "0 active"'
expect_that "$(states)" = "theirs:Queued"

cases_end
