#!/bin/sh
# pull: fetch and checkout.
. "$(dirname "$0")/lib.sh"

pushed() {
    project
    cairn remote add -q -d r "$PWD/store"
    mkdir d
    echo 1 >d/1
    echo 2 >d/2
    echo f >f
    cairn add -q d f
    cairn push -q
    rm -rf d f .dvc/cache .dvc/tmp
}

case_begin "everything comes back"
pushed
run cairn pull
expect_rc 0
printf 'A       d/\nA       f\n4 files fetched and 3 files added\n' | expect_out
run cairn pull
echo 'Everything is up to date.' | expect_out
run cairn status -c
echo "Cache and remote 'r' are in sync." | expect_out

case_begin "the same content at several paths, each a file of its own"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
for i in 1 2 3; do echo same >d/$i; done
cp d/1 f
cairn add -q d f
cairn push -q
rm -rf d f .dvc/cache .dvc/tmp
(umask 027 && run cairn pull -q)
expect_that "$(cat d/1 d/2 d/3 f | sort -u)" = same
expect_that "$(stat -c %h-%a d/1 d/2 d/3 f | sort -u)" = 1-640
expect_that -z "$(find .dvc/tmp/cairn -name '.*.tmp')"

case_begin "a file of a folder"
pushed
run cairn pull d/1
expect_rc 0
expect_that -e d/1
expect_no_file d/2

case_begin "what is missing leaves the workspace alone"
pushed
rm -r store/files/md5/26
mkdir d
echo 1 >d/1
run cairn pull
expect_rc 1
expect_err_has "'d/2'"
expect_that -e d/1
expect_that -e f
run cairn pull --allow-missing
expect_rc 0

case_begin "work that is in no cache stays"
pushed
echo mine >f
run cairn pull
expect_rc 1
expect_err_has "Use \`-f\` to force."
expect_file f <<'X'
mine
X
run cairn pull -f
expect_rc 0
expect_file f <<'X'
f
X

case_begin "--run-cache"
project
cairn remote add -q -d r "$PWD/store"
echo in >in
cairn stage add -q -n s -d in -o out 'cp in out'
cairn repro -q
cairn push -q --run-cache
(cd .dvc/cache && find runs -type f | sort) >want
rm -rf .dvc/cache .dvc/tmp out
run cairn pull --run-cache
expect_rc 0
(cd .dvc/cache && find runs -type f | sort) >got
expect_same want got
expect_that -e out

case_begin "no remote, unknown remote, unknown target"
project
run cairn pull
expect_rc 0
run cairn pull -r nope
expect_rc 1
run cairn pull nope
expect_rc 1

cases_end
