#!/bin/sh
# exp sweep: searching parameters by runs through the queue.
. "$(dirname "$0")/lib.sh"

# A stage whose loss is the distance of x from 3; with kind: bad it fails, and with kind: slow it waits for a file.
pipeline() {
    project
    printf 'x: 1\nlr: 0.1\nkind: a\n' >params.yaml
    cat >dvc.yaml <<'X'
stages:
  t:
    cmd: sh run.sh
    deps: [run.sh]
    params: [x, lr, kind]
    metrics:
    - m.json: {cache: false}
X
    cat >run.sh <<'X'
if grep -q 'kind: bad' params.yaml; then exit 1; fi
if grep -q 'kind: slow' params.yaml; then
    : >"$DVC_ROOT/.dvc/tmp/began"
    tries=0 # at most half a minute, also when its test is long over
    while [ ! -e "$DVC_ROOT/.dvc/tmp/go" ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
fi
awk '/^x:/ {d = $2 - 3; printf "{\"loss\": %g}\n", d * d}' params.yaml >m.json
X
    cairn repro -q && git add -A && git commit -q -m pipeline
}

names() {
    cairn exp list --name-only | sort | tr '\n' ' '
}

wait_for() { # COMMAND: at most ten seconds
    tries=0
    until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { fail "waited for: $1"; return 1; }
        sleep 0.05
    done
}

case_begin "a grid runs all its points, and tells the best"
pipeline
git status --porcelain >before
run cairn exp sweep --name g --method grid -S 'x=int(1,3)' -S 'kind=choice(a,b)' --metric m.json:loss -j 2
expect_rc 0
expect_out_has "Sweep 'g': grid, 6 runs, seed "
expect_out_has "g-1: loss=4.0 (x=1, kind=a)"
expect_out_has "The best run is 'g-5'."
expect_that "$(names)" = "g-1 g-2 g-3 g-4 g-5 g-6 "
expect_that "$(git status --porcelain)" = '?? before'
run cairn exp sweep status g
expect_out <<'X'
Ended: grid, 6 of 6 runs have ended

Run    State    loss    x    kind
g-5    Success  0.0     3    a
g-6    Success  0.0     3    b
g-3    Success  1.0     2    a
g-4    Success  1.0     2    b
g-1    Success  4.0     1    a
g-2    Success  4.0     1    b
X
run cairn exp sweep status
expect_out <<'X'
Sweep    State    Method    Runs    Best
g        Ended    grid      6/6     g-5: 0.0
X
run cairn exp apply g-5
expect_rc 0
expect_that "$(cat m.json)" = '{"loss": 0}'

case_begin "a sweep as JSON, with GPUs and files that Git does not know"
pipeline
sed -i 's/^awk/echo "$CUDA_VISIBLE_DEVICES $(cat local.txt)" >>"$DVC_ROOT\/.dvc\/tmp\/seen"\n&/' run.sh
printf 'local.txt\n' >>.git/info/exclude && echo here >local.txt
cairn repro -q && git commit -qam seen
rm -f .dvc/tmp/seen
cairn exp sweep --name g --method grid -S 'x=int(1,2)' -S 'kind=choice(a,"b c")' --metric m.json:loss \
    --gpus 4,7 -C local.txt --json >got 2>errors
expect_that "$?" = 0
python3 - got <<'X' || fail "the JSON: $(cat got)"
import json, sys
s = json.load(open(sys.argv[1]))
assert s["state"] == "Ended" and s["metric"] == {"file": "m.json", "key": "loss", "goal": "minimize"}, s
assert (s["count"], s["ended"], s["best"]) == (4, 4, "g-3"), s
first = s["runs"][0]
assert first["params"] == {"x": 2, "kind": "a"} and first["value"] == 1.0 and len(first["rev"]) == 40, first
assert {r["params"]["kind"] for r in s["runs"]} == {"a", "b c"}, s
assert {r["state"] for r in s["runs"]} == {"Success"}, s
X
expect_that "$(cut -d' ' -f2 .dvc/tmp/seen | uniq)" = here
expect_that "$(cut -d' ' -f1 .dvc/tmp/seen | sort -u | tr '\n' ' ')" = "4 7 "
run cairn exp sweep status --json
python3 -c 'import json, sys; [s] = json.load(open(sys.argv[1])); assert s["state"] == "Ended" and "runs" not in s' "$OUT" ||
    fail "the list: $(cat "$OUT")"

case_begin "what is missing runs again, and nothing else"
pipeline
run cairn exp sweep resume nope
expect_rc 255
expect_err_has "there is no sweep 'nope'"
run cairn exp sweep --name g --method grid -S x=1,2,3 --metric m.json:loss
expect_rc 0
ids=$(git for-each-ref --format='%(objectname)' 'refs/exps/*/*/g-[13]')
run cairn exp remove g-2
run cairn queue remove --all
run cairn exp sweep status g
expect_out_has "Stopped: grid, 2 of 3 runs have ended"
run cairn exp sweep resume g
expect_rc 0
expect_out_has "g-2: loss=1.0 (x=2)"
expect_that "$(names)" = "g-1 g-2 g-3 "
expect_that "$(git for-each-ref --format='%(objectname)' 'refs/exps/*/*/g-[13]')" = "$ids"
git commit -q --allow-empty -m next
run cairn exp sweep resume g
expect_rc 255
expect_err_has "the sweep 'g' started from commit "

case_begin "random runs follow from the seed"
pipeline
cat >sweep.yaml <<'X'
method: random
run_cap: 3
metric: {name: loss, goal: maximize}
parameters:
  x: {min: 1, max: 9}
  lr: {distribution: log_uniform_values, min: 0.00001, max: 0.1}
  kind: {values: [a, b]}
X
run cairn exp sweep sweep.yaml --name r --seed 7
expect_rc 0
expect_out_has "Sweep 'r': random, 3 runs, seed 7"
cairn exp sweep status r | sed 1,2d | sed 's/r-//' | sort >first
run cairn exp sweep sweep.yaml --name q --seed 7 -j 2
expect_rc 0
cairn exp sweep status q | sed 1,2d | sed 's/q-//' | sort >second
expect_same first second
expect_that "$(wc -l <first)" = 4
run cairn exp sweep --name n --method grid -S 'x=int(1,2)'
expect_rc 0
expect_out_has "Without --metric no run is the best."

case_begin "bayes comes near"
pipeline
run cairn exp sweep --name b --method bayes -n 16 --seed 3 -S 'x=uniform(0,10)' --metric m.json:loss -j 2
expect_rc 0
expect_out_has "Sweep 'b': bayes, 16 runs, seed 3"
run cairn exp sweep status b
awk '$1 ~ /^b-/ {n++; if (n == 1 && $3 > 1) exit 1} END {exit n != 16}' "$OUT" || fail "far off" "$(cat "$OUT")"

case_begin "a sweep that was killed goes on with what is missing"
pipeline
cairn exp sweep --name k --method grid -S kind=slow,a,b --metric m.json:loss >log 2>&1 &
follower=$!
wait_for '[ -e .dvc/tmp/began ]'
run cairn exp sweep status k
expect_out_has "Running: grid, 0 of 3 runs have ended"
run cairn exp sweep resume k
expect_rc 255
expect_err_has "the sweep 'k' is followed already"
kill -9 $follower
wait $follower 2>/dev/null
: >.dvc/tmp/go
run cairn exp sweep resume k
expect_rc 0
expect_that "$(names)" = "k-1 k-2 k-3 "

case_begin "a sweep is stopped, and goes on"
pipeline
cairn exp sweep --name s --method grid -S kind=slow,a,b --metric m.json:loss >log 2>&1 &
follower=$!
wait_for '[ -e .dvc/tmp/began ]'
run cairn exp sweep stop s
expect_rc 0
wait $follower
expect_that $? = 0
grep -q "The sweep was stopped" log || fail "not told" "$(cat log)"
run cairn exp sweep status s
expect_out_has "Stopped: grid, 0 of 3 runs have ended"
: >.dvc/tmp/go
run cairn exp sweep resume s -j 2
expect_rc 0
expect_that "$(names)" = "s-1 s-2 s-3 "

case_begin "runs that fail are told, and hopeless sweeps end"
pipeline
run cairn exp sweep --name f --method grid -S kind=bad,a --metric m.json:loss
expect_rc 0
expect_out_has 'f-1 failed (kind=bad): `queue logs f-1` shows why'
expect_out_has "The best run is 'f-2'."
run cairn exp sweep --name h --method grid -S kind=bad -S 'x=int(1,9)' --metric m.json:loss -j 2
expect_rc 255
expect_err_has "runs have failed, so no more are tried"
expect_that "$(cairn queue status | grep -c Queued)" = 0

# Each run logs its x for each step; those that are not the best wait after three for a file that never comes.
case_begin "runs that promise little are stopped early"
pipeline
cat >run.sh <<'X'
x=$(awk '/^x:/ {print $2}' params.yaml)
for step in 0 1 2 3; do cairn log loss=$x --no-dvcyaml; done
[ "$x" = 1 ] || exec sleep 60
X
cat >dvc.yaml <<'X'
stages:
  t:
    cmd: sh run.sh
    deps: [run.sh]
    params: [x]
metrics:
- dvclive/metrics.json
plots:
- dvclive/plots/metrics
X
git rm -q --cached m.json && git add -A && git commit -q -m live
cat >sweep.yaml <<'X'
method: grid
metric: {name: "dvclive/metrics.json:loss"}
early_terminate: {type: hyperband, min_iter: 3, eta: 2}
parameters:
  x: {values: [1, 2, 3]}
X
run cairn exp sweep sweep.yaml --name e
expect_rc 0
expect_out_has "e-2 was stopped early (x=2)"
expect_that "$(names)" = "e-1 "
run cairn exp sweep status e
expect_out <<'X'
Ended: grid, 3 of 3 runs have ended

Run    State    loss    x
e-1    Success  1.0     1
e-2    Stopped  -       2
e-3    Stopped  -       3
X

case_begin "a metric that is never written ends the sweep"
pipeline
run cairn exp sweep --name n --method grid -S x=1,2,3,4,5,6 --metric m.json:accuracy
expect_rc 255
expect_err_has "has written no number 'accuracy' into m.json"
expect_that "$(cairn queue status | grep -c Queued)" = 0

case_begin "what is no sweep leaves nothing behind"
pipeline
refused() { # TEXT ARGUMENTS...
    text=$1
    shift
    run cairn exp sweep "$@"
    expect_rc 255
    expect_err_has "$text"
}
refused "nothing varies in this sweep" -n 3
refused "nothing varies in this sweep" -n 3 -S x=1
refused "how many runs?" -S 'x=int(1,9)'
refused "does not go upwards" -n 3 -S 'x=int(9,1)'
refused "must begin above 0" -n 3 -S 'lr=log(0,1)'
refused "takes two numbers" -n 3 -S 'lr=uniform(0,b)'
refused "a grid needs steps, and 'lr' has none" --method grid -S 'lr=uniform(0,1)'
refused "bayes learns from a metric" --method bayes -n 3 -S 'lr=uniform(0,1)'
refused "is given twice" -n 3 -S 'x=1,2' -S 'x=int(1,2)'
refused "cannot be the name" -n 3 -S 'x=1,2' --name 'a b'
refused "nosuch" -n 3 -S 'nosuch=1,2'
refused "no verb of a sweep" start it
refused "--seed takes" -n 3 -S x=1,2 --seed abc
printf 'method: magic\nparameters: {x: {values: [1, 2]}}\n' >sweep.yaml
refused "'magic' is no method" sweep.yaml
printf 'parameters: {x: {min: 1}}\n' >sweep.yaml
refused "parameter 'x'" sweep.yaml
printf 'parameters: {x: {min: 1, max: 2, distribution: beta}}\n' >sweep.yaml
refused "this distribution is not known" sweep.yaml
printf 'paramters: {x: {values: [1, 2]}}\n' >sweep.yaml
refused "line 1: the key 'paramters' is not understood" sweep.yaml
printf 'early_terminate: {type: hyperband}\n' >sweep.yaml
refused "early_terminate needs min_iter" sweep.yaml
run cairn exp sweep --method magic -S x=1,2
expect_rc 254
run cairn exp sweep status
expect_out <<'X'
There are no sweeps.
X
expect_that "$(names)" = ""
run cairn queue status
expect_out_has "No experiment tasks in the queue."

cases_end
