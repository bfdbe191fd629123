#!/bin/sh
# unprotect: links into the cache become files.
. "$(dirname "$0")/lib.sh"

case_begin "symlinks and hardlinks, files and folders"
for type in symlink hardlink; do
    mkdir $type
    cd $type || exit 2
    project
    cairn config -q cache.type $type
    mkdir -p d/e
    echo 1 >d/1
    echo 2 >d/e/2
    echo f >f
    cairn add -q d f
    run cairn unprotect f d/e
    expect_rc 0
    expect_that -w f
    expect_that ! -L f
    expect_that ! -L d/e/2
    expect_that "$(stat -c %h d/e/2)" = 1
    expect_that "$(stat -c %h%F d/1)" != "1regular file"
    run cairn unprotect .
    expect_rc 0
    expect_that "$(stat -c %h%F d/1)" = "1regular file"
    echo more >>d/1
    run cairn status --json
    expect_out <<'X'
{"d.dvc": [{"changed outs": {"d": "modified"}}]}
X
    run cairn checkout -f
    expect_rc 0
    cd ..
done

case_begin "copies, modes and what is not tracked"
project
echo x >x
echo p >p
chmod 755 x
chmod 444 p
touch -d 2020-01-01 x
run cairn unprotect x p
expect_rc 0
expect_that "$(stat -c %a:%Y x)" = "755:$(date -d 2020-01-01 +%s)"
expect_that "$(stat -c %a p)" = 644

case_begin "a path that is not there, and one outside"
project
run cairn unprotect nope
expect_rc 255
expect_err_has nope
echo o >../outside
chmod 400 ../outside
run cairn unprotect ../outside
expect_rc 255
expect_that "$(stat -c %a ../outside)" = 400
run cairn unprotect
expect_rc 254

case_begin "links that are dead or lead to folders stay"
project
mkdir d
echo 1 >d/1
ln -s nowhere d/dead
ln -s ../.git d/git
run cairn unprotect d
expect_rc 0
expect_that -L d/dead
expect_that -L d/git

cases_end
