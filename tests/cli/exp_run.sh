#!/bin/sh
# exp run: parameters are set, the pipeline runs, a commit under refs/exps holds what came of it.
. "$(dirname "$0")/lib.sh"

# A pipeline of one stage that copies its parameters into a metric.
pipeline() {
    project
    printf '# mine\nlr: 1   # rate\nb: {c: [1, 2]}\n' >params.yaml
    cat >dvc.yaml <<'X'
stages:
  t:
    cmd: cp params.yaml o; echo "{\"lr\":1}" >m.json
    params: [lr, b]
    outs: [o]
    metrics:
    - m.json: {cache: false}
X
    echo /o >.gitignore
    git add -A && git commit -q -m pipeline
}

ref_of() {
    echo "refs/exps/$(git rev-parse HEAD | sed 's/^../&\//')/$1"
}

case_begin "a parameter is set, and the workspace keeps the results"
pipeline
head=$(git rev-parse HEAD)
run cairn exp run -n two -S lr=2
expect_rc 0
expect_out_has "Reproducing experiment 'two'"
expect_out_has "Ran experiment(s): two"
expect_file params.yaml <<'X'
# mine
lr: 2   # rate
b: {c: [1, 2]}
X
expect_that "$(git rev-parse HEAD)" = "$head"
git status --porcelain >status
expect_file status <<'X'
 M params.yaml
?? dvc.lock
?? m.json
?? status
X
git cat-file -p "$(ref_of two)" | sed 's/[0-9a-f]\{40,\}/H/; s/> [0-9]*/> T/' >commit
echo >>commit
expect_file commit <<'X'
tree H
parent H
author t <t@example.com> T +0000
committer t <t@example.com> T +0000

dvc: commit experiment H
X
expect_that "$(git log -1 --format=%s "$(ref_of two)" | sed 's/[0-9a-f]\{64\}/H/')" = "dvc: commit experiment H"
expect_that "$(git diff --name-only HEAD "$(ref_of two)" | tr '\n' ' ')" = "dvc.lock m.json params.yaml "
expect_that "$(git for-each-ref --format='%(refname)' refs/exps/exec)" = refs/exps/exec/EXEC_HEAD
expect_no_file .dvc/tmp/cairn/exp-before/two
expect_no_file .dvc/tmp/exps/run/workspace

case_begin "what the user has staged is in the commit, and stays staged"
pipeline
echo s >staged
git add staged
echo u >untracked
run cairn exp run -q -n x -m 'my words'
expect_rc 0
expect_that "$(git status --porcelain staged untracked | tr '\n' ' ')" = "A  staged ?? untracked "
expect_that "$(git log -1 --format=%B "$(ref_of x)")" = "my words"
expect_that "$(git ls-tree --name-only "$(ref_of x)" staged untracked)" = staged

case_begin "what a stage adds to the index is in the commit; it sees DVC's variables"
pipeline
cat >dvc.yaml <<'X'
stages:
  t:
    cmd: echo $DVC_EXP_NAME $DVC_EXP_BASELINE_REV $DVC_ROOT >live; git add live
    params: [lr]
X
run cairn exp run -n env
expect_rc 0
expect_that "$(git show "$(ref_of env):live")" = "env $(git rev-parse HEAD) $(pwd)"
expect_that "$(git status --porcelain live)" = "?? live"
expect_no_file .git/cairn-index
git add live
sed -i 's/git add live/git commit -q -m inner/' dvc.yaml
run cairn exp run -q -n moved -f
expect_rc 0
expect_that "$(git log -1 --format=%s)" = inner

case_begin "forms of parameters"
pipeline
run cairn exp run -q -n forms -S b.c.1=x -S '+new.deep=[a, {k: "q, r"}]' -S '~lr' -S '++lr=1e3'
expect_rc 0
expect_file params.yaml <<'X'
# mine
lr: 1000.0   # rate
b: {c: [1, x]}
new:
  deep:
  - a
  - k: q, r
X

case_begin "JSON, TOML and Python keep their layout"
pipeline
cat >p.json <<'X'
{
  "a": 1,   "b": [1, 2],
  "c": {"d": "x"},
  "gone": 1
}
X
cat >p.toml <<'X'
# top
a = 1  # one

[t]  # table
  b = "x"   # kept
  c = {d = 1, e = 2}
X
cat >p.py <<'X'
A = 1  # one
class T:
    b = 'x'
    def __init__(self):
        self.c = {'d': 1, "e": [1, 2]}  # map
X
run cairn exp run -q -n forms -S p.json:a=2 -S 'p.json:b=[3]' -S p.json:c.d=y -S p.json:+c.f=1 -S p.json:+n=null \
    -S 'p.json:~gone' -S p.toml:a=2.5 -S 'p.toml:t.b="q\"r"' -S p.toml:t.c.e=3 -S 'p.toml:+t.n=[1,x]' -S p.toml:+new=true \
    -S p.py:A=true -S 'p.py:T.b=it' -S 'p.py:T.c.e=[]'
expect_rc 0
expect_file p.json <<'X'
{
  "a": 2,   "b": [3],
  "c": {"d": "y", "f": 1},
  "n": null
}
X
expect_file p.toml <<'X'
# top
a = 2.5  # one
new = true

[t]  # table
  b = "q\"r"   # kept
  c = {d = 1, e = 3}
  n = [1, "x"]
X
expect_file p.py <<'X'
A = True  # one
class T:
    b = 'it'
    def __init__(self):
        self.c = {'d': 1, "e": []}  # map
X
run cairn exp run -S p.py:+B=1
expect_rc 255
expect_err_has "only values can be changed"
run cairn exp run -S p.toml:a=null
expect_rc 255
run cairn exp run -q -n made -S deep.json:+a.b=1 -S made.toml:+x=1
expect_rc 0
expect_that "$(cat deep.json)" = '{"a": {"b": 1}}'
expect_that "$(cat made.toml)" = 'x = 1'

case_begin "parameters composed by Hydra's rules"
pipeline
mkdir -p conf/db
printf 'defaults:\n- db: mysql\n- _self_\nlr: 1\nport: ${db.port}\n' >conf/config.yaml
printf 'name: mysql\nport: 3306\n' >conf/db/mysql.yaml
printf 'name: pg\nport: 5432\n' >conf/db/pg.yaml
git add -A && git commit -q -m conf
cairn config -q hydra.enabled true
sed -i 's/params: .*/params: [lr]/' dvc.yaml
run cairn exp run -q -n hydra -S db=pg -S lr=7
expect_rc 0
expect_file params.yaml <<'X'
# mine
lr: 7   # rate
db:
  name: pg
  port: 5432
port: 5432
X
cp params.yaml before
run cairn exp run -q -n off --no-hydra -S lr=8
expect_rc 0
expect_that "$(grep -c 'lr: 8' params.yaml)" = 1
cp before params.yaml
run cairn exp run -S db=nope
expect_rc 255
expect_err_has "there is no configuration 'db/nope.yaml'"
run cairn exp run -S +db=pg
expect_rc 255
cairn config -q hydra.config_module some.module
run cairn exp run
expect_rc 255
expect_err_has "hydra.config_module is set, which takes a Python program"
expect_err_has "set hydra.config_dir to its folder"
expect_same params.yaml before

case_begin "an unknown parameter changes nothing"
pipeline
run cairn exp run -S nope.x=1
expect_rc 255
expect_err <<'X'
ERROR: --set-param: params.yaml: parameter 'nope.x' is not there to be changed
to add it, set it as '+nope.x=1'
X
for bad in '+lr=2' '~nope' 'lr' 'a=[1' 'lr=1,2' 'b.c.7=1' 'b.c={x:1}' '~lr=3' 'x@y=1' 'lr=${nope}' 'lr=foo(1)' '=1' 'lr=#' \
    '../out.yaml:lr=1'; do
    run cairn exp run -S "$bad"
    expect_rc 255
done
expect_that -z "$(git status --porcelain)"
expect_that -z "$(git for-each-ref refs/exps --format='%(refname)' | grep -v EXEC_HEAD)"

case_begin "a name is taken, or is none"
pipeline
cairn exp run -q -n one
run cairn exp run -n one
expect_rc 255
expect_err_has "Experiment conflicts with existing experiment 'one'. Use \`-f\` to force."
run cairn exp run -q -f -n one -S lr=5
expect_rc 0
expect_that "$(git show "$(ref_of one):params.yaml" | grep -c 'lr: 5')" = 1
for bad in a/b 'a b' .. '' -x a.lock; do
    run cairn exp run -n "$bad"
    expect_that "$RC" -ge 254
done

case_begin "a stage that fails leaves the workspace for a look, and no experiment"
pipeline
sed -i 's/cmd: .*/cmd: exit 3/' dvc.yaml
run cairn exp run -n bad -S lr=9
expect_rc 255
expect_err_has "exited with 3"
expect_that "$(git for-each-ref --format=x "$(ref_of bad)")" = ""
expect_that "$(grep -c 'lr: 9' params.yaml)" = 1

case_begin "an interrupted run sets the parameters back"
pipeline
sed -i 's/cmd: .*/cmd: kill -TERM $PPID; sleep 5/' dvc.yaml
cp params.yaml before
run cairn exp run -n cut -S lr=9
expect_rc 252
expect_same params.yaml before
expect_no_file .dvc/tmp/cairn/exp-before/cut

case_begin "after a kill the next run works, and says where the parameters are"
pipeline
sed -i 's/cmd: .*/cmd: kill -KILL $PPID; sleep 1/' dvc.yaml
cp params.yaml before
run cairn exp run -n cut -S lr=9
expect_that "$RC" -gt 128
git checkout -q dvc.yaml
run cairn exp run -n next
expect_rc 0
expect_err_has "mv '.dvc/tmp/cairn/exp-before/cut/params.yaml' 'params.yaml'"
mv .dvc/tmp/cairn/exp-before/cut/params.yaml params.yaml
expect_same params.yaml before
run cairn exp run -n last
expect_rc 0
expect_err </dev/null

case_begin "a dry run leaves nothing"
pipeline
cp params.yaml before
run cairn exp run --dry -S lr=5
expect_rc 0
expect_out_has "> cp params.yaml o"
expect_same params.yaml before
expect_that "$(git for-each-ref --format='%(refname)' refs/exps | grep -v EXEC)" = ""
expect_no_file dvc.lock
expect_no_file o

case_begin "a submodule with changes, a shallow clone"
pipeline
git init -q ../sub && git -C ../sub commit -q --allow-empty -m sub && echo x >../sub/f && git -C ../sub add f && git -C ../sub commit -q -m f
git -c protocol.file.allow=always submodule --quiet add ../sub sub && git commit -q -m sub
echo dirty >sub/f
echo new >sub/g
run cairn exp run -q -n one -S lr=2
expect_rc 0
expect_that "$(git ls-tree "$(ref_of one)" sub)" = "$(git ls-tree HEAD sub)"
expect_that "$(cat sub/f sub/g | tr '\n' ' ')" = "dirty new "
top=$(pwd)
git clone -q --depth 1 "file://$top" ../shallow$CASE_COUNT
cd ../shallow$CASE_COUNT || exit 2
run cairn exp run -q -n two -S lr=3
expect_rc 0
expect_that "$(git rev-parse "$(ref_of two)^")" = "$(git rev-parse HEAD)"
run cairn exp apply two
expect_rc 0

case_begin "no commit, no Git, a detached HEAD, another run"
git init -q . && cairn init -q
run cairn exp run
expect_rc 255
expect_err_has "has no commit to start from"
git commit -q -m start
git checkout -q --detach
printf 'stages:\n  t:\n    cmd: cairn exp run -n inner; echo $? >code\n' >dvc.yaml
run cairn exp run -n outer
expect_rc 0
expect_err_has "another experiment runs in this workspace"
expect_that "$(cat code)" = 255
mkdir plain && cd plain && cairn init -q --no-scm -f 2>/dev/null
run cairn exp run
expect_rc 255

case_begin "a finished experiment is pushed, if that is configured"
pipeline
git init -q --bare ../git_remote$CASE_COUNT
git remote add up ../git_remote$CASE_COUNT
cairn config -q exp.auto_push true && cairn config -q exp.git_remote up
run cairn exp run -n alone
expect_rc 0
expect_err_has "no default remote"
cairn remote add -q -d data "$CASE_TOP/data$CASE_COUNT"
git push -q up HEAD:main
run cairn exp run -n shared -S lr=3
expect_rc 0
expect_out_has "Pushing experiment to 'up'"
expect_that "$(git ls-remote up "$(ref_of shared)" | cut -f1)" = "$(git rev-parse "$(ref_of shared)")"
expect_that -n "$(find "$CASE_TOP/data$CASE_COUNT" -type f)"
run cairn exp run --temp -n apart -S lr=6
expect_rc 0
expect_that "$(git ls-remote up "$(ref_of apart)" | cut -f1)" = "$(git rev-parse "$(ref_of apart)")"
cairn config -q exp.git_remote nowhere
run cairn exp run -n kept -S lr=4
expect_rc 0
expect_err_has "the experiment is not pushed"
expect_that "$(git rev-parse --verify -q "$(ref_of kept)" | wc -l)" = 1

case_begin "DVC's workers are refused"
project
for words in exec-run queue-worker; do
    run cairn exp $words --infofile x
    expect_rc 255
    expect_err_has "is a part of DVC's own workers"
done

cases_end
