#!/bin/sh
# checkout: the workspace follows the pointers, and nothing is lost on the way.
. "$(dirname "$0")/lib.sh"

case_begin "added, modified and deleted outs are named"
project
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
rm -r d
cp f keep
echo f2 >f
cairn add -q f
cp f.dvc two
git add -A
echo f >f
cairn add -q f
cp two f.dvc
run cairn checkout
expect_rc 0
printf 'M       f\nA       d/\n' | expect_out
run cairn checkout
expect_out </dev/null
rm -r d f
run cairn checkout --summary
echo '2 files added' | expect_out
run cairn checkout --summary
echo 'No changes.' | expect_out

case_begin "work that no cache has is not overwritten"
project
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
echo mine >f
echo extra >d/x
rm d/1
run cairn checkout
expect_rc 255
expect_err_has "'f'"
expect_err_has "'d/x'"
expect_err_has "Use \`-f\` to force."
expect_file f <<'X'
mine
X
expect_no_file d/1
run cairn checkout -f
expect_rc 0
expect_file f <<'X'
f
X
expect_no_file d/x
expect_that -e d/1

case_begin "work that the cache has may go"
project
echo 1 >f
cairn add -q f
cp f.dvc one
echo 2 >f
cairn add -q f
cp one f.dvc
run cairn checkout
expect_rc 0
expect_file f <<'X'
1
X

case_begin "targets: an out, a pointer, a file in a folder"
project
mkdir -p d/s
echo 1 >d/one
echo 2 >d/s/two
echo f >f
cairn add -q d f
rm -r d f
run cairn checkout d/s/two
expect_rc 0
expect_that -e d/s/two
expect_no_file d/one
run cairn checkout f
expect_that -e f
run cairn checkout d.dvc
expect_rc 0
expect_that -e d/one
run cairn checkout nope
expect_rc 255

case_begin "missing objects: the others come, nothing is deleted"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
echo f >f
cairn add -q d f
rm -r d/2 f .dvc/cache/files/md5/26 .dvc/tmp
run cairn checkout
expect_rc 255
expect_err_has "'d'"
expect_that -e f
expect_that -e d/1
rm d/1
run cairn checkout --allow-missing
expect_rc 0
expect_that -e d/1
expect_no_file d/2

case_begin "what is intact needs no cache"
project
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
rm -r .dvc/cache .dvc/tmp
run cairn checkout
expect_rc 0
expect_out </dev/null

case_begin "links whose objects are gone are no obstacle"
project
cairn remote add -q -d r "$PWD/store"
cairn config cache.type symlink
mkdir -p d/s
echo 1 >d/1
echo 2 >d/s/2
echo f >f
cairn add -q d f
cairn push -q
rm -r .dvc/cache .dvc/tmp
run cairn status --json
expect_rc 0
echo '{"d.dvc": [{"changed outs": {"d": "not in cache"}}], "f.dvc": [{"changed outs": {"f": "not in cache"}}]}' | expect_out
run cairn checkout
expect_rc 255
expect_that -L d/1
run cairn add d
expect_rc 1
run cairn pull
expect_rc 0
expect_file d/s/2 <<'X'
2
X
expect_file f <<'X'
f
X

case_begin "a damaged object is not checked out"
project
echo aaaa >f
cairn add -q f
rm -rf f .dvc/tmp
object=$(find .dvc/cache/files -type f)
chmod u+w "$object"
echo bbbb >"$object"
chmod a-w "$object"
run cairn checkout
expect_rc 255
expect_no_file f

case_begin "outs that are tracked no more are removed, unless they changed"
project
git checkout -q -b with
echo w >w
echo v >v
mkdir d
echo 1 >d/1
cairn add -q w v d
git add -A
git commit -q -m with
git checkout -q main
echo edited >v
run cairn checkout
expect_rc 0
printf 'D       d/\nD       w\n' | expect_out
expect_no_file w
expect_no_file d
expect_file v <<'X'
edited
X

case_begin "what was removed from tracking on purpose stays"
project
echo a >a
cairn add -q a
cairn remove -q a.dvc
run cairn checkout
expect_rc 0
expect_that -e a

case_begin "what Git has taken over stays"
project
echo a >a
cairn add -q a
rm a.dvc .gitignore
git add a
run cairn checkout
expect_rc 0
expect_that -e a

case_begin "files become folders and folders files"
project
mkdir -p d/a/b d/x
echo 1 >d/a/b/one
echo 2 >d/x/two
echo 3 >d/three
cairn add -q d
cp d.dvc first
rm -r d/a d/x
mkdir d/three.d
mv d/three d/three.d
echo 4 >d/a
echo 5 >d/x
cairn add -q d
cp d.dvc second
cp first d.dvc
run cairn checkout
expect_rc 0
(cd d && find . -type f | LC_ALL=C sort) >seen
printf './a/b/one\n./three\n./x/two\n' >want
expect_same seen want
cp second d.dvc
run cairn checkout
expect_rc 0
(cd d && find . -type f | LC_ALL=C sort) >seen
printf './a\n./three.d/three\n./x\n' >want
expect_same seen want

case_begin "--relink by cache.type"
project
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
cairn config cache.type symlink
run cairn checkout --relink
expect_rc 0
echo 'Relinked successfully' | expect_out
expect_that -L f
expect_that -L d/1
cairn config cache.type hardlink
run cairn checkout --relink
expect_that ! -L f
expect_that "$(stat -c %h f)" = 2
cairn config cache.type copy
run cairn checkout --relink
expect_that "$(stat -c %h d/1)" = 1
expect_that -w d/1

case_begin "a link out of the project is not written through"
project
mkdir d outside
echo 1 >d/1
echo keep >outside/1
cairn add -q d
rm -r d
ln -s outside d
run cairn checkout
expect_rc 255
expect_file outside/1 <<'X'
keep
X
run cairn checkout -f
expect_rc 0
expect_that ! -L d
expect_file outside/1 <<'X'
keep
X

case_begin "an out of a stage that never ran is left alone"
project
cairn stage add -q -n s -o out 'echo o >out'
echo mine >out
run cairn checkout
expect_rc 255
expect_file out <<'X'
mine
X
run cairn checkout --allow-missing
expect_rc 0

case_begin "what a killed run left goes, what a living one has stays"
project
echo f >f
cairn add -q f
objects=.dvc/cache/files/md5 state=.dvc/tmp/cairn
for folder in $objects $state; do
    mkdir $folder/.deaddeaddeaddeaddeadde.tmp $folder/.aliveAliveAliveAliveAl.tmp
    : >$folder/.deaddeaddeaddeaddeadde.tmp/lock
    : >$folder/.deaddeaddeaddeaddeadde.tmp/0
    : >$folder/.aliveAliveAliveAliveAl.tmp/lock
done
rm f
exec 8<$objects/.aliveAliveAliveAliveAl.tmp/lock 9<$state/.aliveAliveAliveAliveAl.tmp/lock
flock 8
flock 9
cairn checkout -q 8<&- 9<&-
expect_that ! -e $objects/.deaddeaddeaddeaddeadde.tmp
expect_that ! -e $state/.deaddeaddeaddeaddeadde.tmp
expect_that -e $objects/.aliveAliveAliveAliveAl.tmp/lock
expect_that -e $state/.aliveAliveAliveAliveAl.tmp/lock
exec 8<&- 9<&-
cairn checkout -q
expect_that ! -e $objects/.aliveAliveAliveAliveAl.tmp

case_begin "folders that hold nothing go"
project
mkdir -p d/e
echo 1 >d/e/1
cairn add -q d
mkdir -p d/e/none d/a/b/c
run cairn checkout
expect_rc 0
expect_out <<'X'
M       d/
X
expect_no_file d/a
expect_no_file d/e/none
expect_that -f d/e/1
mkdir d/a d/b
rm -rf .dvc/cache
run cairn checkout d/b
expect_rc 0
expect_that -d d/a
expect_no_file d/b

cases_end
