#!/bin/sh
# cat: files of the workspace and of revisions, tracked or not; of a folder only what is asked for is fetched.
. "$(dirname "$0")/lib.sh"

case_begin "files of all kinds"
project
mkdir d
echo a >d/a
echo b >d/b
echo 1 >f
echo p >p
cairn remote add -q -d r "$(cd .. && pwd)/store-$$"
cairn add -q d f
git add -A
git commit -qm one
git tag v1
cairn push -q
echo 2 >f
cairn add -q f
run cairn cat f v1:f d/a v1:d/b p HEAD:p
expect_rc 0
printf '2\n1\na\nb\np\np\n' | expect_out
rm -rf .dvc/cache d f
run cairn cat d/a
echo a | expect_out
expect_that "$(find .dvc/cache -type f | grep -vc dir)" = 1
run cairn cat v1:f
echo 1 | expect_out
(mkdir sub && cd sub && run cairn cat ../p v1:../d/b && printf 'p\nb\n' | expect_out)
head -c 3000000 /dev/urandom >big
run cairn cat big
cmp -s "$OUT" big || fail "big differs"

case_begin "what is not there"
project
mkdir d
echo a >d/a
cairn add -q d
git add -A
git commit -qm one
run cairn cat nosuch
expect_rc 255
run cairn cat v9:d/a
expect_rc 1
run cairn cat d
expect_rc 1
expect_err_has folder
run cairn cat ../x
expect_rc 1

cases_end
