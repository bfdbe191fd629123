#!/bin/sh
# import and update: data of other repositories, what is recorded of it, and getting it back.
. "$(dirname "$0")/lib.sh"

# "lib", with its data at the remote "store", and a project "app" to import into.
library() {
    mkdir lib store app
    cd lib || exit 1
    project
    cairn remote add -q -d r "$(cd .. && pwd)/store"
    mkdir -p d/e git
    echo a >d/a
    echo b >d/e/b
    echo 1 >f
    echo g >git/g
    chmod +x git/g
    cairn add -q d f
    git add -A
    git commit -qm one
    git tag v1
    cairn push -q
    cd ../app || exit 1
    project
}
# newer: another version of what is tracked in lib.
newer() {
    (cd ../lib && echo 2 >f && echo c >d/c && cairn add -q f d && git commit -qam two --allow-empty && cairn push -q)
}

case_begin "a tracked file"
library
run cairn import ../lib f
expect_rc 0
expect_out_has "Importing 'f (../lib)' -> 'f'"
id=$(git -C ../lib rev-parse HEAD)
expect_that "$(sed 1d f.dvc)" = "frozen: true
deps:
- path: f
  repo:
    url: ../lib
    rev_lock: $id
outs:
- md5: b026324c6904b2a9cb4b88d6d61c81d1
  size: 2
  hash: md5
  path: f"
echo 1 | expect_file f
echo /f | expect_file .gitignore
run cairn status
expect_out_has "up to date"
run cairn import ../lib f
expect_rc 1
run cairn import -f ../lib f --rev v1
expect_rc 0
expect_that "$(grep -c 'rev: v1' f.dvc)" = 1

case_begin "folders, parts, files of Git"
library
run cairn import ../lib d -o some
expect_rc 0
expect_that "$(sed -n '/^outs/,$p' some.dvc)" = 'outs:
- md5: 7ccdc301fa89de673c66cb1a1922e797.dir
  size: 4
  nfiles: 2
  hash: md5
  path: some' || sed -n '/^outs/,$p' some.dvc
run cairn import -q ../lib d/e
run cairn import -q ../lib d/a
run cairn import -q ../lib git -o g
expect_rc 0
expect_that "$(cat some/e/b e/b a g/g | tr '\n' ' ')" = 'b b a g '
expect_that "$(stat -c %a g/g)" = 644
rm -rf .dvc/cache some e a g
run cairn pull
expect_rc 0
expect_that "$(cat some/e/b e/b a g/g | tr '\n' ' ')" = 'b b a g '
run cairn push -r none
expect_that "$(grep -c push ./*.dvc | grep -vc :0)" = 0

case_begin "of a clone, without the workspace of the source"
library
git_serve
cd ..
GIT_URL=ssh://there$PWD
cd app || exit 1
run cairn import "$GIT_URL/lib" d --rev v1
expect_rc 0
echo b | expect_file d/e/b
rm -rf .dvc/cache d
git_stop
run cairn pull # the commit is in the clone, the data at the remote of the source
expect_rc 0
echo b | expect_file d/e/b
rm -rf .dvc/cache d "$HOME/.cache"
run cairn pull
expect_rc 1
expect_err_has "$GIT_URL/lib"
run cairn status
[ "$RC" != 0 ] || fail "an unreachable source is no news"
run cairn status --no-updates
expect_rc 0

case_begin "not yet"
library
run cairn import -q ../lib f --no-exec
expect_rc 0
expect_file f.dvc <<'X'
frozen: true
deps:
- path: f
  repo:
    url: ../lib
outs:
- hash: md5
  path: f
X
expect_no_file f
run cairn import -q ../lib d --no-download
expect_that "$(tail -n 3 d.dvc)" = 'outs:
- hash: md5
  path: d'
expect_that "$(grep -c rev_lock d.dvc)" = 1
expect_no_file d
newer
run cairn pull d.dvc
expect_rc 0
expect_no_file d/c
echo b | expect_file d/e/b

case_begin "update"
library
cairn import -q ../lib f
cairn import -q ../lib d --rev v1
git add -A
git commit -qm imports
run cairn update f.dvc
echo "'f.dvc' didn't change, skipping" | expect_out
newer
run cairn status --json
expect_out <<'X'
{"f.dvc": [{"changed deps": {"f (../lib)": "update available"}}]}
X
run cairn update f.dvc d.dvc
expect_rc 0
expect_out <<'X'
Importing 'f (../lib)' -> 'f'
'd.dvc' didn't change, skipping
X
echo 2 | expect_file f
run cairn update d.dvc --rev main
expect_rc 0
echo c | expect_file d/c
expect_that "$(grep -c 'rev: main' d.dvc)" = 1
run cairn update f.dvc --rev v1
echo 1 | expect_file f
echo mine >f
newer
run cairn update f.dvc --rev main
expect_rc 1
echo mine | expect_file f
run cairn update f.dvc --to-remote
expect_rc 1
run cairn update d.dvc --no-download --rev v1
expect_rc 0
expect_that "$(tail -n 3 d.dvc)" = 'outs:
- hash: md5
  path: d'

case_begin "its remote, recorded"
library
mv ../store ../moved
rm -rf ../lib/.dvc/cache
run cairn import ../lib f
expect_rc 1
expect_no_file f.dvc
run cairn import ../lib f --remote-config url=../moved
expect_rc 0
expect_that "$(sed -n '/remote:/,/outs/p' f.dvc)" = '    remote:
      url: ../moved
outs:'
rm -rf .dvc/cache f
run cairn pull
expect_rc 0
run cairn import ../lib f -o f2 --remote x --remote-config url="$(cd ../moved && pwd)"
expect_rc 0
expect_that "$(grep -c 'remote: x' f2.dvc)" = 1
rm -rf .dvc/cache
run cairn import ../lib f -o f3 --remote x
expect_rc 1
expect_err_has "'x'"

case_begin "a project in a project, and one that imports itself"
library
(cd ../lib && mkdir inner && cd inner && cairn init -q --subdir && echo i >i && cairn add -q i && git add -A && git commit -qm inner)
run cairn import ../lib inner/i
expect_rc 0
echo i | expect_file i
cairn import -q ../lib d
git add -A
git commit -qm imports
mkdir ../third
cd ../third || exit 1
project
run cairn import ../app d/e/b
expect_rc 0
rm -rf .dvc/cache ../app/.dvc/cache b
run cairn pull
expect_rc 0
echo b | expect_file b

case_begin "what is refused, with nothing changed"
library
echo mine >mine
run cairn import ../lib f -o mine
expect_rc 1
echo mine | expect_file mine
run cairn import ../lib nosuch
expect_rc 255
run cairn import ../lib f --rev nosuch
expect_rc 1
run cairn import ../none f
expect_rc 1
run cairn import ../lib f -o none/f
expect_rc 1
run cairn import ../lib f -o ../out
expect_rc 1
cairn add -q mine
run cairn import ../lib d -o mine/d
expect_rc 1
(cd ../lib && echo new >p && git add p)
run cairn import ../lib p # not committed: nobody could get it again
expect_rc 255
expect_that "$(ls ./*.dvc)" = ./mine.dvc

case_begin "what the source has not committed is not there, and that is said"
mkdir lib && cd lib && project && echo 1 >p && git add -A && git commit -qm one && echo 2 >p && echo new >new && cd ..
mkdir app && cd app && project
run cairn import ../lib new
expect_rc 255
expect_err_has "'new' is not in the repository"
expect_err_has "it is there, but not in commit"
run cairn import ../lib p
expect_rc 0
echo 1 | expect_file p
run cairn import ../lib nowhere
expect_rc 255
expect_that -z "$(grep "not in commit" "$ERR")"

cases_end
