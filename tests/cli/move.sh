#!/bin/sh
# move: data, .dvc file and ignore line change their name together.
. "$(dirname "$0")/lib.sh"

case_begin "a file"
project
echo a >a
cairn add -q a
run cairn move a b
expect_rc 0
expect_no_file a
expect_no_file a.dvc
expect_file .gitignore <<'X'
/b
X
expect_file b.dvc <<'X'
outs:
- md5: 60b725f10c9c85c70d97880dfe8191b3
  size: 2
  hash: md5
  path: b
X
run cairn status
expect_out <<'X'
Data and pipelines are up to date.
X

case_begin "into a folder, and out of it again, from below"
project
mkdir d sub
echo 1 >d/1
cairn add -q d
run cairn mv d sub
expect_rc 0
expect_that -f sub/d/1
expect_that -f sub/d.dvc
expect_no_file .gitignore
cd sub || exit 2
run cairn mv d ../e
expect_rc 0
cd ..
expect_that -f e/1
expect_no_file sub/d.dvc
expect_no_file sub/.gitignore

case_begin "what the user wrote stays, and a file named otherwise keeps its name"
project
echo q >q
cairn add -q q
cat >>q.dvc <<'X'
# where it is from
meta: {from: here}
desc: mine
X
cp q.dvc before
run cairn move q r
expect_rc 0
sed 's/path: q/path: r/' before >want
expect_same want r.dvc
mv r.dvc other.dvc
run cairn move r s
expect_rc 0
sed 's/path: q/path: s/' before >want
expect_same want other.dvc
expect_that -f s

case_begin "changed data is moved as it is, and kept in the cache"
project
echo 1 >a
cairn add -q a
echo 22 >a
run cairn move a b
expect_rc 0
expect_file b <<'X'
22
X
run cairn status --json
expect_out <<'X'
{"b.dvc": [{"changed outs": {"b": "modified"}}]}
X
run cairn checkout -f
expect_rc 0
expect_file b <<'X'
1
X

case_begin "data that is not there: the record is renamed"
project
echo 1 >a
cairn add -q a
rm a
run cairn move a b
expect_rc 0
expect_err_has "WARNING"
run cairn checkout
expect_rc 0
expect_that -f b

case_begin "links into the cache stay links"
project
cairn config -q cache.type symlink
echo 1 >a
cairn add -q a
run cairn move a b
expect_rc 0
expect_that -L b

case_begin "nothing is overwritten, and nothing is half done"
project
echo a >a
echo b >b
echo c >c
mkdir d
echo 1 >d/1
cairn add -q a b d
cp -r . ../before
for to in b c ../escaped d d/x nosuch/x .git/x .dvc/x; do
    run cairn move a "$to"
    expect_rc 1
done
run cairn move nope x
expect_rc 1
run cairn move d/1 x
expect_rc 1
expect_err_has commit
run cairn move d d/e
expect_rc 1
ln -s /tmp link
run cairn move a link/x
expect_rc 1
rm link
diff -r --exclude=.dvc . ../before >../diff || fail "$(cat ../diff)"

case_begin "outputs of stages stay where their commands make them"
project
cairn stage add -q -n s -o o 'echo 1 >o'
cairn repro -q
run cairn move o p
expect_rc 1
expect_err_has "'o' is an output of 's'"
expect_that -f o

case_begin "core.autostage stages both names"
project
cairn config core.autostage true
echo a >a
cairn add -q a
git commit -qm a
run cairn move a b
expect_rc 0
expect_out </dev/null
git diff --cached --name-status -M >staged
expect_file staged <<'X'
M	.gitignore
R087	a.dvc	b.dvc
X

cases_end
