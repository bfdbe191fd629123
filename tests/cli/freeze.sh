#!/bin/sh
# freeze, unfreeze: one key, and nothing else, changes.
. "$(dirname "$0")/lib.sh"

case_begin "a stage of dvc.yaml"
project
cat >dvc.yaml <<'X'
# mine
stages:
  a:
    cmd: "echo  1"  # as it is

  b: {cmd: x}
X
cp dvc.yaml before
run cairn freeze a b
expect_rc 0
expect_out <<'X'
Modifying stage 'a' in 'dvc.yaml'
Modifying stage 'b' in 'dvc.yaml'
X
expect_file dvc.yaml <<'X'
# mine
stages:
  a:
    cmd: "echo  1"  # as it is
    frozen: true

  b: {cmd: x, frozen: true}
X
run cairn unfreeze a b
expect_rc 0
expect_same dvc.yaml before

case_begin "a .dvc file"
project
echo 1 >d
cairn add -q d
printf '# mine\n' >>d.dvc
cp d.dvc before
run cairn freeze d.dvc
expect_rc 0
expect_out </dev/null
grep -qx 'frozen: true' d.dvc || fail "not frozen" "$(cat d.dvc)"
run cairn unfreeze d.dvc
expect_rc 0
expect_same d.dvc before

case_begin "one that fails does not keep the others from it"
project
printf 'stages:\n  a: {cmd: x}\n  f: {foreach: [1], do: {cmd: x}}\n' >dvc.yaml
run cairn freeze nope f@1 a
expect_rc 1
expect_err_has "failed to freeze 'nope': Stage 'nope' not found inside 'dvc.yaml' file"
expect_err_has "failed to freeze 'f@1': stage 'f@1' is made by a foreach or matrix in 'dvc.yaml'"
grep -q 'a: {cmd: x, frozen: true}' dvc.yaml || fail "a is not frozen" "$(cat dvc.yaml)"
run cairn freeze dvc.yaml
expect_rc 1
run cairn freeze
expect_rc 254

case_begin "core.autostage leaves it to the user, as DVC"
project
cairn config core.autostage true
cairn stage add -q -n s 'true'
git commit -qam s
run cairn freeze s
expect_rc 0
git diff --cached --quiet || fail "staged"

cases_end
