#!/bin/sh
# exp apply: files and data of an experiment in the workspace, and what was there kept.
. "$(dirname "$0")/lib.sh"

pipeline() {
    project
    echo 'a: 1' >params.yaml
    cat >dvc.yaml <<'X'
stages:
  t:
    cmd: cp params.yaml o
    params: [a]
    outs: [o]
X
    echo /o >.gitignore
    echo old >gone
    git add -A && git commit -q -m pipeline
    cairn exp run -q -n two -S a=2
    rm gone
    cairn exp run -q -n three -S a=3
    git checkout -q . && rm dvc.lock
    head=$(git rev-parse HEAD)
}

case_begin "into a clean workspace"
pipeline
run cairn exp apply three
expect_rc 0
expect_out <<'X'
Changes for experiment 'three' have been applied to your current workspace.
X
expect_that "$(cat params.yaml o)" = "a: 3
a: 3"
expect_no_file gone
git status --porcelain >../status
expect_text status ../status <<'X'
 D gone
 M params.yaml
?? dvc.lock
X
expect_that "$(git rev-parse HEAD)" = "$head"
expect_that "$(git rev-parse refs/exps/apply/ORIG_HEAD)" = "$head"
expect_that "$(git log -1 --format=%P refs/exps/exec/EXEC_APPLY)" = "$head"
expect_that -z "$(git for-each-ref refs/exps/apply/stash)"
expect_no_file .dvc/tmp/cairn/exp-apply

case_begin "over changes, which are kept"
pipeline
echo mine >.gitignore
echo 'a: 9' >params.yaml
echo new >untracked
echo staged >staged && git add staged
run cairn exp apply two
expect_rc 0
expect_that "$(cat params.yaml o untracked staged gone)" = "a: 2
a: 2
new
staged
old"
expect_that "$(git status --porcelain staged)" = "A  staged"
expect_that "$(git log -1 --format=%s refs/exps/apply/stash)" = "On main: dvc-exp-apply:$head:$(git rev-parse refs/exps/exec/EXEC_APPLY):two"
git reset -q --hard && rm -f dvc.lock untracked
git stash apply -q refs/exps/apply/stash
expect_that "$(cat .gitignore params.yaml untracked staged)" = "mine
a: 9
new
staged"

case_begin "data that no cache has is not lost"
pipeline
cairn exp apply -q two
rm -f o && echo precious >o
echo 'a: 8' >params.yaml
run cairn exp apply three
expect_rc 255
expect_err_has "o"
expect_that "$(cat o params.yaml)" = "precious
a: 8"
expect_that "$(cat gone)" = old
run cairn exp apply -f three
expect_rc 0
expect_that "$(cat o)" = "a: 3"

case_begin "what is none"
pipeline
run cairn exp apply nope
expect_rc 255
expect_that -z "$(git status --porcelain)"
run cairn exp apply
expect_rc 254

case_begin "after a kill"
pipeline
echo mine >params.yaml
mkdir -p .dvc/tmp/cairn
printf 0123456789012345678901234567890123456789 >.dvc/tmp/cairn/exp-apply
run cairn exp apply two
expect_rc 0
expect_err_has "git stash apply 0123456789012345678901234567890123456789"
run cairn exp apply two
expect_err </dev/null

cases_end
