#!/bin/sh
# commit: record what is there.
. "$(dirname "$0")/lib.sh"

case_begin "a changed file needs consent"
project
echo 1 >f
cairn add -q f
echo 2 >f
cp f.dvc before
run cairn commit
expect_rc 1
expect_err_has "Use \`-f|--force\` to force."
expect_same f.dvc before
run cairn commit -f
expect_rc 0
expect_out </dev/null
grep -q 26ab0db90d72e28ad0ba1e22ee510510 f.dvc || fail "$(cat f.dvc)"
run cairn status
expect_out <<'X'
Data and pipelines are up to date.
X

case_begin "one stage in doubt keeps all from being recorded"
project
echo 1 >a
echo 1 >b
cairn add -q --no-commit a
cairn add -q b
echo 2 >b
run cairn commit
expect_rc 1
expect_no_file .dvc/cache/files/md5/b0/nothing
run cairn commit a
expect_rc 0
expect_that -e .dvc/cache/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1

case_begin "add --no-commit is completed"
project
echo 1 >f
mkdir d
echo 2 >d/x
cairn add -q --no-commit f d
run cairn status --json
expect_out <<'X'
{"d.dvc": [{"changed outs": {"d": "not in cache"}}], "f.dvc": [{"changed outs": {"f": "not in cache"}}]}
X
run cairn commit
expect_rc 0
run cairn status --json
expect_out <<'X'
{}
X

case_begin "a part of a folder: all is recorded, the part is cached"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
cairn add -q d
echo 11 >d/1
echo 22 >d/2
run cairn commit -f d/1
expect_rc 0
expect_that -e ".dvc/cache/files/md5/$(md5sum <d/1 | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"
expect_no_file ".dvc/cache/files/md5/$(md5sum <d/2 | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"

case_begin "a stage made by hand goes into dvc.lock and the run cache"
project
echo in >in
cairn stage add -q -n s -d in -o made 'echo never >made'
echo by-hand >made
run cairn commit -f s
expect_rc 0
grep -q "$(md5sum <made | cut -c1-32)" dvc.lock || fail "$(cat dvc.lock)"
expect_that -n "$(find .dvc/cache/runs -type f)"
run cairn repro
expect_out_has "didn't change, skipping"

case_begin "a missing output is an error"
project
echo 1 >f
cairn add -q f
rm f
run cairn commit -f
expect_rc 1
expect_err_has "'f' does not exist"

case_begin "an unknown target"
project
run cairn commit nope
expect_rc 1
expect_err_has nope

cases_end
