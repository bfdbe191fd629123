#!/bin/sh
# Pipelines whose stages are jobs: the files are those of a run on this machine, nothing runs twice and nothing is lost,
# whoever is killed; and what goes wrong is said.
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/lib.sh"
example=$here/../../examples/pipeline
jobs=.dvc/tmp/cairn/jobs
export NODE_TIMEOUT=5

# repo: a repository in the working directory, with dvc.yaml from stdin.
repo() {
    git init -q
    cairn init -q
    cairn config exec.type slurm
    cat >dvc.yaml
}
# in_background ARGS...: cairn; its process id is $submitter, its output in out.bg.
in_background() {
    "$CAIRN" "$@" >out.bg 2>&1 &
    submitter=$!
}
lines_are() { # COUNT FILE
    [ "$(wc -l <"$2" 2>/dev/null)" = "$1" ]
}
no_live_jobs() {
    [ -z "$(timeout 5 squeue -h -o %i)" ]
}
expect_out_has() {
    grep -qF -- "$1" out || fails "the output lacks '$1': $(cat out err)"
}

case_begin 'the example gives the same files as here'
cluster_up 2
for place in here there; do
    mkdir $place
    cp -r "$example/data" "$example/src" "$example/dvc.yaml" "$example/params.yaml" $place
    cd $place || exit 2
    git init -q
    cairn init -q
    cairn add -q data/penguins.csv
    cd ..
done
cd here && cairn repro && cd ../there && cairn repro --executor slurm && cd .. || exit 2
cmp -s here/dvc.lock there/dvc.lock || fails "dvc.lock differs: $(diff here/dvc.lock there/dvc.lock)"
(cd here && find .dvc/cache -type f | sort) >cache.here
(cd there && find .dvc/cache -type f | sort) >cache.there
cmp -s cache.here cache.there || fails "the caches differ: $(diff cache.here cache.there)"
cmp -s here/metrics.json there/metrics.json || fails 'metrics.json differs'
cd there || exit 2
cairn status
grep -q 'up to date' out || fails "status: $(cat out)"
[ "$(find $jobs -type f | wc -l)" = 1 ] || fails "left: $(find $jobs -type f)"
if [ -n "$DVC" ]; then
    dvc status
    grep -q 'up to date' out || fails "dvc status: $(cat out)"
fi

case_begin 'like stages are one array, and one that asks for its own is none'
repo <<'E2'
stages:
  make:
    foreach: [1, 2, 3, 4, 5]
    do:
      cmd: echo ${item} >made.${item}
      outs:
      - made.${item}
  alone:
    cmd: echo alone >alone
    outs: [alone]
    meta: {slurm: {cpus: 2, array: false}}
  all:
    cmd: cat made.? alone >all
    deps: [made.1, made.2, made.3, made.4, made.5, alone]
    outs: [all]
E2
cairn repro
[ "$(tr '\n' ' ' <all)" = '1 2 3 4 5 alone ' ] || fails "made: $(cat all)"
[ "$(grep -c '^Submitted' out)" = 3 ] || fails "jobs: $(grep Submitted out)"
grep -q "^Submitted 'make@1', .* as job" out || fails "no array: $(cat out)"

case_begin 'a chain is handed over at once when all of it has to run'
chain() {
    repo <<'E2'
stages:
  one:
    cmd: echo 1 >>runs; sleep 1; echo ${text} >one
    outs: [one]
  two:
    foreach: [a, b]
    do:
      cmd: echo 2 >>runs; sleep 1; cat one >two.${item}
      deps: [one]
      outs:
      - two.${item}
  three:
    cmd: echo 3 >>runs; cat two.a two.b >three
    deps: [two.a, two.b]
    outs: [three]
E2
    echo 'text: x' >params.yaml
}
chain
cairn repro --detach
expect_out_has '4 stages go on as jobs'
cairn repro
[ "$(tr -d '\n' <runs)" = 1223 ] || fails "runs: $(cat runs)"
[ "$(tr -d '\n' <three)" = xx ] || fails "three: $(cat three)"
cp dvc.lock there.lock
rm -rf .dvc/cache dvc.lock one two.? three
cairn repro --executor local
cmp -s dvc.lock there.lock || fails "dvc.lock differs: $(diff dvc.lock there.lock)"
echo 'text: y' >params.yaml # what comes after may be as it was: that has to be clear first
cairn repro --detach
expect_out_has '1 stage goes on as a job'
cairn repro
[ "$(tr -d '\n' <three)" = yy ] || fails "three: $(cat three)"
cairn repro --force
cairn status
grep -q 'up to date' out || fails "status: $(cat out)"

case_begin 'an output that is continued is no link into the cache while it is written'
repo <<'E2'
stages:
  one:
    cmd: echo 1 >one
    outs: [one]
  log:
    cmd: cat one >>log
    deps: [one]
    outs:
    - log: {persist: true}
E2
cairn config cache.type hardlink
cairn repro
cairn repro --force
[ "$(wc -l <log)" = 2 ] || fails "log: $(cat log)"
cairn fsck

case_begin 'and a chain goes on when its submitter is killed in the middle'
chain
in_background repro
until_ready grep -q 2 runs
kill -9 $submitter
wait $submitter 2>/dev/null
cairn repro
[ "$(sort runs | tr -d '\n')" = 1223 ] || fails "runs: $(cat runs)"
[ "$(tr -d '\n' <three)" = xx ] || fails "three: $(cat three)"

case_begin 'nothing of a chain runs behind a failure'
chain
sed -i 's/cmd: echo 1.*/cmd: sleep 1; echo bad >one; exit 3/' dvc.yaml
echo mine >three
run "$CAIRN" repro
expect_rc 255
expect_err_has "failed to reproduce 'one'"
[ ! -e runs ] || fails "runs: $(cat runs)"
[ "$(cat three)" = mine ] || fails 'an output was taken away'
# On a busy machine Slurm takes a minute to call a job ended.
until_ready no_live_jobs || until_ready no_live_jobs || until_ready no_live_jobs || fails "jobs are left: $(squeue)"
run "$CAIRN" repro --keep-going
expect_rc 255
grep -q "failed to reproduce 'one'" err || fails "said: $(cat err)"
sed -i 's/; exit 3//' dvc.yaml
cairn repro
[ "$(tr -d '\n' <three)" = badbad ] || fails "three: $(cat three)"

case_begin 'a submitter that is killed goes on'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 2; echo one >one
    outs: [one]
  two:
    cmd: cat one >two
    deps: [one]
    outs: [two]
E2
in_background repro
until_ready grep -q x runs || fails "it does not run: $(cat out.bg)"
kill -9 $submitter
wait $submitter 2>/dev/null
cairn repro
expect_out_has 'goes on as job'
lines_are 1 runs || fails "it ran $(wc -l <runs) times"
[ "$(cat two)" = one ] || fails 'two was not made'

case_begin 'and what ended meanwhile is taken'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 1; echo one >one
    outs: [one]
E2
in_background repro
until_ready grep -q x runs || fails "it does not run: $(cat out.bg)"
kill -9 $submitter
wait $submitter 2>/dev/null
until_ready no_live_jobs
cairn repro --attach
lines_are 1 runs || fails "it ran $(wc -l <runs) times"
run "$CAIRN" repro --attach
expect_rc 255
expect_err_has 'no job of an earlier run'

case_begin 'a job on other inputs is ended first'
repo <<'E2'
stages:
  one:
    cmd: sleep ${seconds}; echo ${seconds} >>runs; echo one >one
    outs: [one]
E2
echo 'seconds: 60' >params.yaml
in_background repro
until_ready grep -q Submitted out.bg
kill -9 $submitter
wait $submitter 2>/dev/null
echo 'seconds: 0.1' >params.yaml
cairn repro
[ "$(cat runs)" = 0.1 ] || fails "runs: $(cat runs)"
until_ready no_live_jobs || fails 'the other job goes on'

case_begin 'a submission whose answer was lost is found by its name'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 1; echo one >one
    outs: [one]
E2
in_background repro
until_ready grep -q x runs
kill -9 $submitter
wait $submitter 2>/dev/null
rm $jobs/*/job
cairn repro
lines_are 1 runs || fails "it ran $(wc -l <runs) times"

case_begin 'a command that fails'
repo <<'E2'
stages:
  bad:
    cmd:
    - echo fine
    - echo from bad >&2; exit 3
    outs: [never]
  good:
    cmd: echo good >good
    outs: [good]
E2
run "$CAIRN" repro --keep-going
expect_rc 255
expect_out_has 'from bad'
grep -q 'exited with 3' err || fails "said: $(cat err)"
[ -e good ] || fails 'good was not made'
sed -i 's/exit 3/echo >never/' dvc.yaml
cairn repro
[ -e never ] || fails 'the second try made nothing'

case_begin 'a job that is cancelled by hand'
repo <<'E2'
stages:
  one:
    cmd: echo begun; echo x >>runs; sleep 60
    outs: [one]
E2
in_background repro
until_ready grep -q x runs
scancel -u "$(id -un)"
wait $submitter
[ $? = 255 ] || fails 'it does not fail'
grep -q 'was cancelled' out.bg || fails "said: $(cat out.bg)"
grep -q '^begun$' out.bg || fails "the log is not shown: $(cat out.bg)"

case_begin 'Ctrl-C cancels the jobs'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 60
    outs: [one]
E2
in_background repro
until_ready grep -q x runs
kill -TERM $submitter
wait $submitter
[ $? = 252 ] || fails "status $?: $(cat out.bg)"
until_ready no_live_jobs || fails 'jobs go on'

case_begin 'a terminal that goes away leaves them'
chain
in_background repro
until_ready grep -q 1 runs
run "$CAIRN" repro # beside it
expect_rc 255
expect_err_has 'is in use by'
kill -HUP $submitter
wait $submitter
[ $? = 252 ] || fails "status $?: $(cat out.bg)"
[ "$(squeue -h -r -o %i | wc -l)" -ge 3 ] || fails "jobs: $(squeue)"
cairn repro
[ "$(sort runs | tr -d '\n')" = 1223 ] || fails "runs: $(cat runs)"
[ "$(tr -d '\n' <three)" = xx ] || fails "three: $(cat three)"

case_begin '--detach leaves them, and the same command goes on'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 3; echo one >one
    outs: [one]
  two:
    cmd: cat one >two
    deps: [one]
    outs: [two]
E2
cairn repro --detach
expect_out_has '2 stages go on as jobs'
cairn why
expect_out_has 'at work as job'
run "$CAIRN" repro --executor local
expect_rc 255
expect_err_has "stage 'one' is at work as job"
cairn repro
lines_are 1 runs || fails "it ran $(wc -l <runs) times"
[ -e two ] || fails 'two was not made'

case_begin 'what Slurm refuses'
repo <<'E2'
stages:
  one:
    cmd: echo one >one
    outs: [one]
E2
cairn config exec.slurm.partition nowhere
run "$CAIRN" repro
expect_rc 255
expect_err_has 'nvalid partition'
cairn config exec.slurm.partition main
cairn config exec.slurm.mem 900G
run "$CAIRN" repro
expect_rc 255
expect_err_has 'emory'
cairn config -u exec.slurm.mem
mkdir bin
ln -s "$(command -v git)" bin/git
run env PATH="$PWD/bin" "$CAIRN" repro
expect_rc 255
expect_err_has "no 'sbatch' on the PATH"
cat >>dvc.yaml <<'E2'
    meta:
      slurm:
        memory: 1G
E2
run "$CAIRN" repro
expect_rc 255
expect_err_has "dvc.yaml:7:9: meta.slurm has no key 'memory'"

case_begin 'a job that waits for ever'
repo <<'E2'
stages:
  one:
    cmd: echo one >one
    outs: [one]
E2
cairn config exec.slurm.args -- --hold
run "$CAIRN" repro --timeout 2s
expect_rc 255
expect_err_has 'JobHeldUser'
until_ready no_live_jobs || fails 'it was not cancelled'

case_begin 'an input that changes before the job begins'
repo <<'E2'
stages:
  one:
    cmd: cp in one
    deps: [in]
    outs: [one]
E2
echo 1 >in
cairn config exec.slurm.args -- --hold
in_background repro
until_ready grep -q Submitted out.bg
echo 2 >in
scontrol release "$(cat $jobs/*/job)"
wait $submitter
[ $? = 255 ] || fails "it does not fail: $(cat out.bg)"
grep -q "'in' is not what the stage was submitted with" out.bg || fails "said: $(cat out.bg)"

case_begin 'a node without the program, and with another one'
repo <<'E2'
stages:
  one:
    cmd: echo one >one
    outs: [one]
E2
cp "$CAIRN" ./prog
cairn config exec.slurm.args -- --hold
./prog repro >out.bg 2>&1 &
submitter=$!
until_ready grep -q Submitted out.bg
rm prog
scontrol release "$(cat $jobs/*/job)"
wait $submitter
grep -q 'there is no program' out.bg || fails "said: $(cat out.bg)"
in_background repro
until_ready grep -q Submitted out.bg
sed -i 's/"cairn": "[^"]*"/"cairn": "0.0"/' $jobs/*/task.json
line=$(head -n 1 $jobs/*/task.json)
{
    echo "$line"
    echo "$line" | sha256sum | cut -d' ' -f1
} >task
cat task >"$(ls $jobs/*/task.json)"
scontrol release "$(cat $jobs/*/job)"
wait $submitter
grep -q 'was submitted by 0.0' out.bg || fails "said: $(cat out.bg)"

case_begin 'a controller that is away for a while'
repo <<'E2'
stages:
  one:
    cmd: echo x >>runs; sleep 3; echo one >one
    outs: [one]
  two:
    cmd: cat one >two
    deps: [one]
    outs: [two]
E2
in_background repro
until_ready grep -q x runs
controller_down TERM
sleep 4
controller_up
wait $submitter
[ $? = 0 ] || fails "status $?: $(cat out.bg)"
lines_are 1 runs || fails "it ran $(wc -l <runs) times"

case_begin 'a job whose node is lost is started again, and what goes on where it was does no harm'
repo <<'E2'
stages:
  one:
    cmd: echo $SLURMD_NODENAME >>runs; n=$(wc -l <runs); until [ -e go.$n ]; do sleep 0.1; done; echo $n >one
    outs: [one]
E2
in_background repro
until_ready grep -q node runs
lost=$(cat runs) id=$(cat $jobs/*/job)
node_kill "$lost"
until_ready job_is PENDING "$id" || until_ready job_is PENDING "$id" || fails "it is $(job_state "$id")"
scontrol update JobId="$id" StartTime=now # not in two minutes
until_ready lines_are 2 runs || fails "it ran $(wc -l <runs) times"
touch go.2
wait $submitter
[ $? = 0 ] || fails "status $?: $(cat out.bg)"
cairn status
grep -q 'up to date' out || fails "status: $(cat out)"
[ "$(cat one)" = 2 ] || fails "the result is of run $(cat one)"
touch go.1
node_up "$lost"
until_ready nodes_are idle "$lost" || until_ready nodes_are idle "$lost" || fails "$lost does not come back: $(sinfo -N)"

case_begin 'an output that is not there, and a stage without any'
repo <<'E2'
stages:
  none:
    cmd: echo x >>runs
  bad:
    cmd: 'true'
    outs: [missing]
E2
run "$CAIRN" repro -k
expect_rc 255
expect_err_has "output 'missing' does not exist"
lines_are 1 runs || fails 'the stage without outputs did not run'

case_begin 'the submitter takes little of the machine'
repo <<'E2'
stages:
  make:
    foreach: [1, 2, 3, 4, 5, 6, 7, 8]
    do:
      cmd: sleep 1; echo ${item} >made.${item}
      outs:
      - made.${item}
E2
python3 - "$CAIRN" <<'E2' || fails 'more than 50 ms a stage'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "repro", "-q"], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.exit(used.ru_utime + used.ru_stime > 8 * 0.05)
E2
