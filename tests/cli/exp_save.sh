#!/bin/sh
# exp save: the workspace as it is becomes an experiment.
. "$(dirname "$0")/lib.sh"

ref_of() {
    echo "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/$1"
}

pipeline() {
    project
    echo 'a: 1' >params.yaml
    cat >dvc.yaml <<'X'
stages:
  t:
    cmd: cp params.yaml o
    params: [a]
    outs: [o]
metrics: [top.json]
X
    echo /o >.gitignore
    git add -A && git commit -q -m pipeline
}

case_begin "what is recorded, and what goes in"
pipeline
cairn repro -q
echo 'a: 2' >params.yaml
echo '{"z": 1}' >top.json
echo u >untracked
mkdir logs && echo l >logs/l && echo /logs >>.git/info/exclude
run cairn exp save -n kept -m words
expect_rc 0
expect_out_has "Experiment has been saved as: kept"
expect_err_has "untracked"
expect_that "$(git diff --name-only HEAD "$(ref_of kept)" | tr '\n' ' ')" = "dvc.lock params.yaml top.json "
expect_that "$(git log -1 --format=%B "$(ref_of kept)")" = words
expect_that "$(git show "$(ref_of kept):dvc.lock" | grep -c 'a: 2')" = 1
git status --porcelain >seen
expect_that "$(grep -v seen seen | tr '\n' ' ')" = " M params.yaml ?? dvc.lock ?? top.json ?? untracked "
run cairn exp save -f -n kept -I untracked -I logs --json
expect_rc 0
expect_out <<X
{"ref": "$(git rev-parse "$(ref_of kept)")"}
X
expect_that "$(git show "$(ref_of kept):logs/l")" = l

case_begin "a name that is taken, an output that is not there"
pipeline
run cairn exp save
expect_rc 1
expect_err_has "failed to save experiment: t: output 'o' does not exist"
cairn repro -q
cairn exp save -q -n x
run cairn exp save -n x
expect_rc 1
expect_err_has "Use \`-f\` to force."

cases_end
