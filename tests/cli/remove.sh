#!/bin/sh
# remove: tracking ends, data stays unless it is said.
. "$(dirname "$0")/lib.sh"

case_begin "pointer and ignore line go, data stays"
project
echo a >a
echo b >b
cairn add -q a b
run cairn remove a.dvc
expect_rc 0
expect_no_file a.dvc
expect_that -e a
expect_file .gitignore <<'X'
/b
X
run cairn rm b.dvc
expect_rc 0
expect_no_file .gitignore
run cairn remove a.dvc
expect_rc 1

case_begin "--outs deletes the data"
project
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
run cairn remove --outs d.dvc f.dvc
expect_rc 0
expect_no_file d
expect_no_file f

case_begin "a path of data is refused, with the name that was meant"
project
echo a >a
cairn add -q a
run cairn remove a
expect_rc 1
expect_err_has "a.dvc"
expect_that -e a.dvc

case_begin "one wrong target keeps all"
project
echo a >a
cairn add -q a
run cairn remove a.dvc nope
expect_rc 1
expect_that -e a.dvc

case_begin "stages; the last one takes dvc.yaml and dvc.lock with it"
project
cairn stage add -q -n one -o o1 'echo 1 >o1'
cairn stage add -q -n two -d o1 -o o2 'cat o1 >o2'
cairn repro -q
run cairn remove one
expect_rc 0
expect_that -e o1
grep -q one: dvc.yaml && fail "stage one is in dvc.yaml"
grep -q one: dvc.lock && fail "stage one is in dvc.lock"
run cairn remove two --outs
expect_rc 0
expect_no_file dvc.yaml
expect_no_file dvc.lock
expect_no_file o2

case_begin "links into the cache become files"
project
cairn config cache.type symlink
echo a >a
cairn add -q a
expect_that -L a
run cairn remove a.dvc
expect_rc 0
expect_that ! -L a
expect_that -w a
expect_file a <<'X'
a
X

case_begin "an out of another place is not deleted"
project
echo keep >../canary
printf 'outs:\n- md5: 60b725f10c9c85c70d97880dfe8191b3\n  hash: md5\n  path: ../canary\n' >x.dvc
run cairn remove --outs x.dvc
expect_rc 1
expect_that -e ../canary

case_begin "core.autostage leaves removals to the user, as DVC"
project
echo a >a
cairn add -q a
git add -A
git commit -q -m a
cairn config core.autostage true
run cairn remove a.dvc
expect_rc 0
expect_out </dev/null
git diff --cached --name-only >staged
expect_file staged </dev/null

cases_end
