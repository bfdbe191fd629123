#!/bin/sh
# log: metrics in the files of DVCLive.
. "$(dirname "$0")/lib.sh"

case_begin "steps, as DVCLive writes them"
run cairn log train/acc=0.5 loss=1
expect_rc 0
run cairn log train/acc=0.75 loss=0.1234567890123
run cairn log --summary final=3
expect_rc 0
expect_file dvclive/metrics.json <<'X'
{
    "train": {
        "acc": 0.75
    },
    "loss": 0.1234567890123,
    "step": 1,
    "final": 3
}
X
printf 'step\tacc\n0\t0.5\n1\t0.75\n' >want
expect_file dvclive/plots/metrics/train/acc.tsv <want
printf 'step\tloss\n0\t1\n1\t0.1234567890123\n' >want
expect_file dvclive/plots/metrics/loss.tsv <want
expect_file dvc.yaml <<'X'
metrics:
- dvclive/metrics.json
plots:
- dvclive/plots/metrics:
    x: step
X

case_begin "a given step, another folder, values that are no numbers"
run cairn log --dir out/live --step 7 a=nan b=word c=-1e3 --timestamp
expect_rc 0
expect_file out/live/metrics.json <<'X'
{
    "a": "nan",
    "b": "word",
    "c": -1000.0,
    "step": 7
}
X
run cairn log --dir out/live c=2
expect_that "$(sed 's/^[0-9]\{13\}/now/' out/live/plots/metrics/c.tsv | tr '\t\n' ', ')" = "timestamp,step,c now,7,-1000.0 now,8,2 "

case_begin "dvc.yaml keeps what the user wrote"
cat >dvc.yaml <<'X'
# mine
stages:
  t: {cmd: "true"}   # kept
metrics: [other.json]
X
run cairn log a=1
expect_rc 0
expect_that "$(head -3 dvc.yaml | md5sum)" = "$(printf '# mine\nstages:\n  t: {cmd: "true"}   # kept\n' | md5sum)"
grep -q 'dvclive/metrics.json' dvc.yaml || fail "no entry"
cp dvc.yaml before
run cairn log a=2
expect_same dvc.yaml before
rm dvc.yaml
run cairn log a=3 --no-dvcyaml
expect_no_file dvc.yaml

case_begin "what is refused changes nothing"
for bad in novalue =1 ../x=1 /x=1 .git/x=1 a//b=1; do
    run cairn log good=1 "$bad"
    expect_rc 255
done
run cairn log a=1 --step x
expect_rc 254
run cairn log --dir ../up a=1
expect_rc 255
expect_no_file dvclive
mkdir dvclive
echo '[1]' >dvclive/metrics.json
run cairn log a=1
expect_rc 255
expect_no_file dvclive/plots
echo '{"a": 1}' >dvclive/metrics.json
run cairn log a/b=1
expect_rc 255

case_begin "several at once lose nothing"
for i in 0 1 2 3 4 5 6 7 8 9; do
    cairn log a="$i" "b$i=1" &
done
wait
expect_that "$(wc -l <dvclive/plots/metrics/a.tsv | tr -d ' ')" = 11
expect_that "$(cut -f1 dvclive/plots/metrics/a.tsv | tail -10 | tr '\n' ' ')" = "0 1 2 3 4 5 6 7 8 9 "
expect_that "$(grep -c '"b[0-9]"' dvclive/metrics.json)" = 10

case_begin "within a stage, and of an experiment"
project
cat >dvc.yaml <<'X'
stages:
  t:
    cmd: for i in 1 2 3; do cairn log acc=0.$i; done
    params: [p]
X
echo 'p: 1' >params.yaml
git add -A && git commit -q -m pipeline
run cairn exp run --temp -n live -S p=2
expect_rc 0
ref=refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/live
expect_that "$(git show "$ref:dvclive/metrics.json" | tr -d ' \n')" = '{"acc":0.3,"step":2}'
expect_that "$(git show "$ref:dvclive/plots/metrics/acc.tsv" | wc -l | tr -d ' ')" = 4
expect_that "$(cat .dvc/tmp/exps/run/DVCLIVE_STEP_COMPLETED | sed 's/[0-9][0-9]*/N/')" = '{"pid": N, "step": 2}'

cases_end
