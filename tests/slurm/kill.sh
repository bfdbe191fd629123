#!/bin/sh
# Nothing is lost: RUNS (3) times a pipeline of 12 short stages is run as jobs while, at a random moment, the submitter, a
# job or a node's slurmd is killed; then the same command again. What comes of it are the files of a run here, and no stage
# runs again whose result was there. SEED makes the moments anew.
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3} seed=${SEED:-1}
CPUS=4 NODE_TIMEOUT=10 cluster_up 2

# Three levels of four. Each stage notes that it began and that it ended, outside of the repository.
pipeline() { # LOG
    echo 'stages:'
    for level in 1 2 3; do
        for i in 1 2 3 4; do
            name=s$level$i
            echo "  $name:"
            echo "    cmd: echo began $name >>$1; sleep 0.3; echo $name | cat - params.yaml ${before:-} >$name.out; echo ended $name >>$1"
            echo "    deps: [params.yaml${before:+, $(echo "$before" | tr ' ' ',')}]"
            echo "    outs: [$name.out]"
        done
        before="s${level}1.out s${level}2.out s${level}3.out s${level}4.out"
    done
    before=
}
repo() { # FOLDER
    rm -rf "$1"
    mkdir "$1" && cd "$1" || exit 2
    git init -q && "$CAIRN" init -q && echo 'a: 1' >params.yaml
    pipeline "$work/case/log" >dvc.yaml
    : >"$work/case/log"
}
# moment NUMBER MS: a pause that follows from the seed.
moment() {
    sleep "$(awk -v s="$seed$1" -v m="$2" 'BEGIN { srand(s); printf "%.3f", rand() * m / 1000 }')"
}
kill_submitter() {
    kill -9 "$submitter" 2>/dev/null
}
kill_job() {
    killed=$(squeue -h -r -t running -o %i |
        awk -v s="$seed$run" 'BEGIN { srand(s) } { id[NR] = $1 } END { if (NR) print id[int(rand() * NR) + 1] }')
    [ -z "$killed" ] || scancel "$killed"
}
kill_node() {
    node_kill "node$((1 + run % 2))"
    sleep 0.5
    node_up "node$((1 + run % 2))"
}

# A job that was on its way to a slurmd which was killed, or told it that it was over, is there for minutes, as Slurm has it,
# and begins again two minutes after that. Here somebody looks after the node.
help_on() {
    if [ "$1" = node ]; then
        scontrol update nodename="node$((1 + run % 2))" state=down reason=stuck
        sleep 1
        scontrol update nodename="node$((1 + run % 2))" state=resume
    fi
    for id in $(squeue -h -r -t pending -o '%i %r' | awk '$2 == "BeginTime" { print $1 }'); do
        scontrol update jobid="$id" starttime=now
    done
}
# settled KILLED: the submitter has ended, within a minute.
settled() {
    tries=600
    while kill -0 "$submitter" 2>/dev/null; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { fails "it does not end: $(tail -n 3 ../first; squeue -r)"; kill -9 "$submitter"; }
        [ $((tries % 120)) != 0 ] || help_on "$1"
        sleep 0.1
    done
    wait "$submitter" 2>/dev/null
}

mkdir -p "$work/reference"
case_begin reference
repo here
cairn repro
sort dvc.lock >"$work/reference/dvc.lock"
cp ./*.out "$work/reference"
run=0
while [ $run -lt "$runs" ]; do
    run=$((run + 1))
    set -- submitter job node
    shift $((run % 3))
    case_begin "run $run: kill the $1"
    repo there
    "$CAIRN" repro --executor slurm --keep-going >../first 2>&1 &
    submitter=$!
    moment $run 3000
    "kill_$1"
    settled "$1"
    tries=0
    until timeout 60 "$CAIRN" repro --executor slurm >../again 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 3 ] || { fails "it does not go on: $(tail -n 5 ../again)"; break; }
    done
    # A stage that was recorded before one that it overtook keeps its place: it is the order alone that may differ.
    sort dvc.lock | cmp -s - "$work/reference/dvc.lock" || fails "dvc.lock differs: $(sort dvc.lock | diff - "$work/reference/dvc.lock" | head -n 5)"
    for name in "$work/reference"/*.out; do
        cmp -s "$name" "${name##*/}" || fails "${name##*/} differs"
    done
    twice=$(grep ended ../log | sort | uniq -d)
    # One job may have been killed between its command and its result.
    [ "$1" != job ] || [ "$(echo "$twice" | wc -l)" -gt 1 ] || twice=
    [ -z "$twice" ] || fails "what had a result ran again: $twice; $(tail -n 3 ../first)"
    cairn status
    grep -q 'up to date' out || fails "status: $(cat out)"
    # A slurmd that was killed may take minutes to tell that a job is over.
    until_ready sh -c '[ -z "$(squeue -h -t pending,running)" ]' || fails "jobs are left: $(squeue)"
done
