#!/bin/sh
# stage list: which stages, described how, and what is passed by.
. "$(dirname "$0")/lib.sh"

case_begin "names, descriptions, outputs and reports"
project
cat >dvc.yaml <<'X'
stages:
  prep:
    desc: |

      Prepares things, at length.
      More.
    cmd: cp src a
    deps: [src]
    outs: [a]
  train:
    cmd: x
    deps: [a]
    params: [lr]
    outs: [b, c]
    metrics: [m.json]
    plots: [p.csv]
  evaluate: {cmd: x, deps: [b], params: [lr]}
  nothing: {cmd: x}
  long: {cmd: x, outs: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb]}
X
run cairn stage list
expect_rc 0
expect_out <<'X'
prep      Prepares things, at length.
train     Outputs b, c; Reports m.json, p.csv
evaluate  Depends on b, params.yaml
nothing   No outputs or dependencies
long      Outputs aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
X
run cairn stage list --names-only train prep train
expect_rc 0
expect_out <<'X'
train
prep
X

case_begin "here, everywhere, in a folder"
project
mkdir sub
echo 1 >d
echo 2 >sub/s
cairn add -q d sub/s
cairn stage add -q -n one 'echo 1'
(cd sub && cairn stage add -q -n two 'echo 1')
run cairn stage list --name-only
expect_out <<'X'
one
X
run cairn stage list --all --name-only
expect_out <<'X'
d.dvc
one
sub/dvc.yaml:two
sub/s.dvc
X
run cairn stage list -R sub --name-only
expect_out <<'X'
sub/dvc.yaml:two
sub/s.dvc
X
cd sub || exit 2
run cairn stage list ../dvc.yaml two --name-only
expect_out <<'X'
../dvc.yaml:one
two
X

case_begin "what does not parse is passed by, unless it is asked for"
project
cairn stage add -q -n one 'echo 1'
printf 'outs:\n- pth: y\n' >bad.dvc
run cairn stage list --name-only
expect_rc 0
expect_out <<'X'
one
X
run cairn stage list --fail
expect_rc 255
expect_err <<'X'
ERROR: bad.dvc:2:3: unknown key 'pth' in 'outs[0]'
did you mean 'path'?
X
run cairn stage list bad.dvc
expect_rc 255
expect_err_has "bad.dvc:2:3: unknown key 'pth'"

case_begin "nothing to list, and nothing of that name"
project
run cairn stage list
expect_rc 255
expect_err_has "'dvc.yaml' does not exist"
run cairn stage list --all
expect_rc 0
expect_out </dev/null
cairn stage add -q -n prepare 'echo 1'
run cairn stage list perpare
expect_rc 255
expect_err <<'X'
ERROR: Stage 'perpare' not found inside 'dvc.yaml' file
did you mean 'prepare'?
X

cases_end
