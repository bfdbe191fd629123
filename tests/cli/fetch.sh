#!/bin/sh
# fetch: objects into the cache, the workspace is not touched.
. "$(dirname "$0")/lib.sh"

# A project whose data lies in the remote alone.
pushed() {
    project
    cairn remote add -q -d r "$PWD/store"
    mkdir d
    echo 1 >d/1
    echo 22 >d/2
    echo f >f
    cairn add -q d f
    cairn push -q
    rm -rf d f .dvc/cache .dvc/tmp
}

case_begin "everything, then nothing"
pushed
run cairn fetch
expect_rc 0
echo '4 files fetched' | expect_out
expect_no_file f
run cairn fetch
echo 'Everything is up to date.' | expect_out

case_begin "a file of a folder"
pushed
run cairn fetch d/1
echo '2 files fetched' | expect_out
expect_that -e .dvc/cache/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1

case_begin "--max-size leaves large outs out"
pushed
run cairn fetch --max-size 5
echo '1 file fetched' | expect_out
run cairn fetch --max-size x
expect_rc 254

case_begin "--type"
project
cairn remote add -q -d r "$PWD/store"
cairn stage add -q -n s -m m.json --plots p.csv -o o 'echo 1 >m.json; echo x >p.csv; echo o >o'
cairn repro -q
cairn push -q
rm -rf .dvc/cache .dvc/tmp
run cairn fetch --type metrics
echo '1 file fetched' | expect_out
run cairn fetch --type plots
echo '1 file fetched' | expect_out
run cairn fetch --type nonsense
expect_rc 254

case_begin "what nobody has is named, exit status 0 as DVC"
project
cairn remote add -q -d r "$PWD/store"
echo a >a
cairn add -q a
rm -r .dvc/cache/files
run cairn fetch
expect_rc 0
expect_err_has "'a'"

case_begin "a file that a listing promises is an error when nobody has it"
pushed
rm -r store/files/md5/b0
run cairn fetch
expect_rc 1
expect_err_has "'d/1'"
expect_that -n "$(find .dvc/cache/files -name 'cf*' -o -name '*' -type f)"

case_begin "damaged in the remote: not accepted"
pushed
object=store/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1
chmod u+w "$object"
echo 9 >"$object"
run cairn fetch
expect_rc 1
expect_no_file .dvc/cache/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1

case_begin "no remote: nothing to do"
project
echo a >a
cairn add -q a
run cairn fetch
expect_rc 0
echo 'Everything is up to date.' | expect_out
expect_err_has 'remote'
run cairn fetch -r nope
expect_rc 1

case_begin "imports come from their source, and are never pushed"
git init -q lib
(
    cd lib && cairn init -q && mkdir -p d/s g && echo 1 >f && echo 2 >d/x && echo 3 >d/s/y && echo 4 >g/h &&
        cairn add -q f d && git add -A && git commit -q -m v1
) || fail "no library"
commit=$(git -C lib rev-parse HEAD)
mkdir app
cd app || exit 2
project
import() { # OUT SOURCE DIGEST
    printf 'frozen: true\ndeps:\n- path: %s\n  repo:\n    url: ../lib\n    rev_lock: %s\nouts:\n- md5: %s\n  hash: md5\n  path: %s\n' \
        "$2" "$commit" "$3" "$1" >"$1.dvc"
}
import f f "$(md5sum <../lib/f | cut -c1-32)"
import whole d "$(sed -n 's/^- md5: //p' ../lib/d.dvc)"
import one d/x "$(md5sum <../lib/d/x | cut -c1-32)"
import part d/s "$(printf '[{"md5": "%s", "relpath": "y"}]' "$(md5sum <../lib/d/s/y | cut -c1-32)" | md5sum | cut -c1-32).dir"
import git g/h "$(md5sum <../lib/g/h | cut -c1-32)"
import gitdir g "$(printf '[{"md5": "%s", "relpath": "h"}]' "$(md5sum <../lib/g/h | cut -c1-32)" | md5sum | cut -c1-32).dir"
run cairn fetch
expect_rc 0
run cairn checkout
expect_rc 0
expect_same f ../lib/f
expect_same whole/s/y ../lib/d/s/y
expect_same one ../lib/d/x
expect_same part/y ../lib/d/s/y
expect_same git ../lib/g/h
expect_same gitdir/h ../lib/g/h
cairn remote add -q -d r "$PWD/../store"
run cairn push
expect_rc 0
echo 'Everything is up to date.' | expect_out

case_begin "an import across the network is named, the others go on"
project
cairn remote add -q -d r "$PWD/store"
echo f >f
cairn add -q f
cairn push -q
rm -rf .dvc/cache .dvc/tmp
printf 'frozen: true\ndeps:\n- path: x\n  repo:\n    url: https://example.invalid/lib\n    rev_lock: a%039d\nouts:\n- md5: b%031d\n  hash: md5\n  path: x\n' 1 1 >x.dvc
run cairn fetch
expect_rc 1
expect_err_has 'https://example.invalid/lib'
expect_that -n "$(find .dvc/cache/files -type f)"

cases_end
