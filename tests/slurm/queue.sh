#!/bin/sh
# The queue and sweeps on Slurm: tasks are jobs.
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/lib.sh"
NODE_TIMEOUT=5 cluster_up 2

# A stage that copies its parameter; with a: 9 it fails, with a: 100 and more it takes that many tenths of a second.
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
    metrics: [m.json: {cache: false}]
X
    cat >run.sh <<'X'
a=$(sed 's/a: //' params.yaml)
echo "job ${SLURM_JOB_ID-none} a $a"
[ "$a" != 9 ] || { echo broken >&2; exit 1; }
[ "$a" -lt 100 ] || sleep "$((a / 10))"
echo "{\"m\": $a}" >m.json
cp params.yaml o
X
    echo /o >.gitignore
    git add -A && git commit -q -m pipeline
}
states() { # names and states of the tasks, on one line
    "$CAIRN" queue status | awk '{ for (i = 5; i <= NF; i++) if ($i ~ /^(Queued|Running|Failed|Success)$/) printf "%s%s:%s", s, $2, $i; s = " " }' | sed 's/^ *//'
}
ended() {
    "$CAIRN" queue status >status && ! grep -qE ' (Queued|Running)( |$)' status && grep -q '^Worker status: 0 active, 0 idle' status
}
task_is() { # STATE NAME
    "$CAIRN" queue status | awk -v n="$2" -v s="$1" '$2 == n && $0 ~ (" " s) { found = 1 } END { exit !found }'
}
has_job() { # NAME: the id of its job in $job
    job=$("$CAIRN" queue status --json | python3 -c 'import json, sys; print([t["job"]["id"] for t in json.load(sys.stdin) if t["name"] == sys.argv[1]][0])' "$1")
}
kill_worker() {
    # shellcheck disable=SC2016
    until_ready sh -c 'read -r pid <.dvc/tmp/exps/celery/cairn-worker-0.lock && kill -9 $pid' || fails 'no worker comes up'
}
show_exp() { # NAME FILE
    git show "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/$1:$2"
}

case_begin 'what waits goes as one array, and comes back as experiments'
pipeline
cairn exp run --queue -n x -S a=2,3,9
cairn queue start --executor slurm
grep -q 'Submitted 3 tasks' out || fails "queue start says: $(cat out)"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
[ "$(states)" = 'x-3:Failed x-1:Success x-2:Success' ] || fails "the queue: $(states)"
[ "$(show_exp x-2 m.json)" = '{"m": 3}' ] || fails "x-2 has $(show_exp x-2 m.json)"
cairn queue logs x-1
grep -q '^job [0-9]* a 2' out || fails "its log: $(cat out)"
cairn queue logs x-3
grep -q broken out || fails "the log of x-3: $(cat out)"
ls -d .dvc/tmp/exps/cairn-* >left 2>/dev/null && fails "copies are left: $(cat left)"
cairn queue status
grep -Eq 'x-1 .*Success +[0-9]+_0' out || fails "status says: $(cat out)"

case_begin 'a task is followed, and killed'
pipeline
cairn exp run --queue -n long -S a=6000
cairn queue start --executor slurm
until_ready task_is Running long || fails "the queue: $("$CAIRN" queue status)"
cairn queue status
grep -Eq 'long .*Running +[0-9]+ +running +node[12]' out || fails "status says: $(cat out)"
has_job long
"$CAIRN" queue logs -f long >followed 2>&1 &
follower=$!
until_ready grep -q 'a 6000' followed || fails "followed: $(cat followed)"
cairn queue kill long
wait $follower || fails "logs -f: status $?"
job_is CANCELLED "$job" || fails "job $job is $(job_state "$job")"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
[ "$(states)" = 'long:Failed' ] || fails "the queue: $(states)"
cairn queue logs long
grep -q "job $job .*cancelled" out || fails "its log: $(cat out)"

case_begin 'tasks that have not begun are removed with their jobs, or taken back'
pipeline
cairn exp run --queue -n x -S a=301,302,303,304,305,306
cairn queue start --executor slurm
until_ready task_is Running x-4 || fails "the queue: $("$CAIRN" queue status)"
cairn queue remove x-5
[ "$(states)" = 'x-1:Running x-2:Running x-3:Running x-4:Running x-6:Queued' ] || fails "the queue: $(states)"
[ "$(squeue -h -r -t pending | wc -l)" = 1 ] || fails "jobs: $(squeue -r)"
cairn queue stop
until_ready sh -c '[ -z "$(squeue -h -r -t pending)" ]' || fails "jobs: $(squeue -r)"
[ "$(states)" = 'x-1:Running x-2:Running x-3:Running x-4:Running x-6:Queued' ] || fails "the queue: $(states)"
cairn queue stop --kill
cairn queue remove --queued
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
until_ready no_jobs || fails "jobs are left: $(squeue)"

case_begin 'at most so many are in flight'
pipeline
cairn exp run --queue -n x -S a=11,12,13,14,15
cairn queue start --executor slurm -j 2
[ "$(squeue -h -r | wc -l)" -le 2 ] || fails "in flight: $(squeue)"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
[ "$(states)" = 'x-1:Success x-2:Success x-3:Success x-4:Success x-5:Success' ] || fails "the queue: $(states)"

case_begin 'jobs go on without who submitted them, and are found again'
pipeline
cairn exp run --queue -n x -S a=21,22
cairn queue start --executor slurm
kill_worker
until_ready task_is Success x-2 || fails "the queue: $("$CAIRN" queue status)"
cairn exp run --queue -n y -S a=6000
cairn queue start --executor slurm
until_ready task_is Running y || fails "the queue: $("$CAIRN" queue status)"
kill_worker
has_job y
scancel "$job"
cairn queue start --executor slurm
grep -q 'Submitted 0' out || fails "queue start says: $(cat out)"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
task_is Failed y || fails "the queue: $("$CAIRN" queue status)"

case_begin 'a job whose node fails runs again'
pipeline
cairn exp run --queue -n x -S a=150
cairn queue start --executor slurm
until_ready task_is Running x || fails "the queue: $("$CAIRN" queue status)"
has_job x
node=$(squeue -h -j "$job" -o %N)
node_lost "$node" "$job"
until_ready task_is Success x || fails "the queue: $("$CAIRN" queue status)"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
node_up "$node"
scontrol update nodename="$node" state=resume

case_begin 'what Slurm does not take stays in the queue'
pipeline
cairn config exec.slurm.partition nowhere
cairn exp run --queue -n x -S a=2
run "$CAIRN" queue start --executor slurm
expect_rc 255
expect_err_has 'partition'
[ "$(states)" = 'x:Queued' ] || fails "the queue: $(states)"
cairn config --unset exec.slurm.partition
cairn config exec.type slurm
cairn queue start
grep -q 'Submitted 1 task to' out || fails "queue start says: $(cat out)"
until_ready ended || fails "the queue: $("$CAIRN" queue status)"
[ "$(states)" = 'x:Success' ] || fails "the queue: $(states)"
cairn config exec.slurm.gpus 1
run "$CAIRN" exp run --queue -S a=3 --executor slurm
expect_err_has 'queue start'
run "$CAIRN" queue start --executor slurm --gpus 0
expect_err_has 'exec.slurm.gpus'

case_begin 'a node that lacks what the job needs'
pipeline
cp "$CAIRN" prog
cairn config exec.slurm.args -- --hold
cairn exp run --queue -n x -S a=2
run ./prog queue start --executor slurm
rm prog
has_job x
scontrol release "$job"
until_ready task_is Failed x || fails "the queue: $("$CAIRN" queue status)"
until_ready ended
cairn queue logs x
grep -q 'on node[12]: the program is not there' out || fails "the log: $(cat out)"
cairn exp run --queue -n y -S a=3
cairn queue start --executor slurm
mv .dvc/tmp/exps/celery/cairn-job.sh kept
has_job y
scontrol release "$job"
until_ready task_is Failed y || fails "the queue: $("$CAIRN" queue status)"
cairn queue logs y
grep -q "the folder '$PWD' is not shared" out || fails "the log: $(cat out)"
until_ready ended
