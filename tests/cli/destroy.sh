#!/bin/sh
# destroy: the repository ends, the data stays.
. "$(dirname "$0")/lib.sh"

case_begin "not without being asked"
project
run cairn destroy
expect_rc 1
expect_err_has "-f"
expect_that -d .dvc

case_begin "all goes but the data, links become files"
project
cairn config -q cache.type symlink
mkdir d sub
echo 1 >d/1
echo f >sub/f
cairn add -q d sub/f
cairn stage add -q -n s -o o 'echo o >o'
cairn repro -q
run cairn destroy -f
expect_rc 0
expect_no_file .dvc
expect_no_file .dvcignore
expect_no_file dvc.yaml
expect_no_file dvc.lock
expect_no_file d.dvc
expect_no_file sub/f.dvc
for file in d/1 sub/f o; do
    expect_that ! -L $file
    expect_that -s $file
done
run cairn status
expect_rc 253

case_begin "a cache elsewhere stays"
project
cairn cache dir "$CASE_DIR/../cache"
echo f >f
cairn add -q f
run cairn destroy --force
expect_rc 0
expect_that "$(find ../cache -type f | wc -l)" = 1

case_begin "a file that does not parse stops it before anything is gone"
project
echo f >f
cairn add -q f
echo 'outs: [' >bad.dvc
run cairn destroy -f
expect_rc 1
expect_that -f f.dvc
expect_that -d .dvc

cases_end
