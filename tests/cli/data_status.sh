#!/bin/sh
# data status: every kind of change, in words and JSON.
. "$(dirname "$0")/lib.sh"

case_begin "before the first commit"
project
git update-ref -d HEAD
git rm -rq --cached .
rm .dvc/config .dvcignore .dvc/.gitignore
run cairn data status
expect_rc 0
echo 'No changes in an empty git repo.' | expect_out
echo a >a
cairn add -q a
run cairn data status --json --unchanged
echo '{"committed": {"added": ["a"]}}' | expect_out

case_begin "nothing tracked, nothing changed"
project
run cairn data status
echo 'No changes.' | expect_out
run cairn data status --json
echo '{}' | expect_out
echo a >a
cairn add -q a
git add -A
git commit -qm a
run cairn data status --unchanged
expect_out <<'X'
DVC unchanged files:
        a
X
echo b >>.gitignore
run cairn data status
expect_out <<'X'
No changes.
(`git status` has changes of files in Git)
X

case_begin "all kinds at once"
project
mkdir d d/sub
for i in 1 2 3 4; do echo $i >d/$i; done
echo s >d/sub/s
echo a >a
cairn add -q d a
git add -A
git commit -qm one
echo new >d/new
cairn add -q d
echo 22 >d/2
rm d/4
mv d/3 d/sub/three
rm .dvc/cache/files/md5/"$(md5sum <d/1 | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"
run cairn data status --granular
expect_out <<'X'
Not in cache:
  (`fetch <file>` brings them)
        d/1

DVC committed changes:
  (a Git commit of the .dvc files records them)
        modified: d/
        added: d/new

DVC uncommitted changes:
  (`commit <file>` records them)
  (`checkout <file>` takes them back)
        modified: d/
        modified: d/2
        renamed: d/3 -> d/sub/three
        deleted: d/4
(`git status` has further changes of files in Git)
X
run cairn data status --granular --json --unchanged
expect_out <<'X'
{"not_in_cache": ["d/1"], "committed": {"modified": ["d/"], "added": ["d/new"]}, "uncommitted": {"modified": ["d/", "d/2"], "renamed": [{"old": "d/3", "new": "d/sub/three"}], "deleted": ["d/4"]}, "unchanged": ["a", "d/1", "d/sub/s"]}
X
run cairn data status --json
echo '{"committed": {"modified": ["d/"]}, "uncommitted": {"modified": ["d/"]}}' | expect_out
run cairn data status --json --granular d/sub a
echo '{"uncommitted": {"added": ["d/sub/three"]}}' | expect_out
run cairn data status -q
expect_rc 0
expect_out </dev/null

case_begin "a file becomes a folder, and the other way round"
project
echo a >a
mkdir b
echo 1 >b/1
cairn add -q a b
git add -A
git commit -qm one
rm -r a b
mkdir a
echo 1 >a/1
echo b >b
run cairn data status --json --granular
echo '{"uncommitted": {"modified": ["a/", "b"], "renamed": [{"old": "b/1", "new": "a/1"}]}}' | expect_out
run cairn diff --json
echo '{"added": [], "deleted": [], "modified": [{"path": "a"}, {"path": "b/"}], "renamed": [{"path": {"old": "b/1", "new": "a/1"}}], "not in cache": []}' | expect_out

case_begin "a folder tracked as a whole is tracked file by file"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
cairn add -q d
git add -A
git commit -qm one
cairn remove -q d.dvc
cairn add -q d/1
run cairn data status --json --granular
echo '{"committed": {"deleted": ["d/", "d/2"]}}' | expect_out
run cairn data status --json
echo '{"committed": {"added": ["d/1"], "deleted": ["d/"]}}' | expect_out

case_begin "a listing that is nowhere"
project
mkdir d d/sub
echo 1 >d/1
echo 2 >d/sub/2
cairn add -q d
git add -A
git commit -qm one
rm .dvc/cache/files/md5/*/*.dir
run cairn data status --json --granular
echo '{"not_in_cache": ["d/"]}' | expect_out
echo 3 >d/1
run cairn data status --json --granular
echo '{"not_in_cache": ["d/"], "uncommitted": {"modified": ["d/"], "unknown": ["d/1", "d/sub/", "d/sub/2"]}}' | expect_out
echo '[{"md5": "../../../../etc/passwd", "relpath": "../x"}]' >evil
cairn add -q evil
run cairn data status --json --granular d
echo '{"not_in_cache": ["d/"], "uncommitted": {"modified": ["d/"], "unknown": ["d/1", "d/sub/", "d/sub/2"]}}' | expect_out

case_begin "untracked files, from a folder below"
project
mkdir sub other
echo u >sub/u
echo o >other/o
echo i >sub/ignored
echo ignored >.gitignore
ln -s nowhere sub/link
mkfifo sub/fifo
git init -q sub/inner
run cairn data status --json --untracked-files
echo '{"untracked": [".gitignore", "other/o", "sub/link", "sub/u"]}' | expect_out
cd sub || exit 1
run cairn data status --untracked-files all
expect_out <<'X'
Untracked files:
  (`add <file>` tracks them here, `git add` in Git)
        ../.gitignore
        ../other/o
        link
        u
(`git status` has further changes of files in Git)
X
run cairn data status --json --untracked-files all u
echo '{"untracked": ["u"]}' | expect_out
run cairn data status --json --untracked-files no
echo '{}' | expect_out
run cairn data status --untracked-files some
expect_rc 254

case_begin "not in the remote"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
echo a >a
echo b >b
cairn add -q d a b
git add -A
git commit -qm one
run cairn data status --json --not-in-remote
echo '{"not_in_remote": ["a", "b", "d/"]}' | expect_out
cairn remote add -q -d r "$CASE_TOP/remote$CASE_COUNT"
cairn remote add -q empty "$CASE_TOP/empty$CASE_COUNT"
run cairn data status --json --not-in-remote --granular
echo '{"not_in_remote": ["a", "b", "d/", "d/1", "d/2"]}' | expect_out
cairn push -q d a
rm "$CASE_TOP/remote$CASE_COUNT"/files/md5/26/*
run cairn data status --json --not-in-remote --granular
echo '{"not_in_remote": ["b", "d/2"]}' | expect_out
run cairn data status --json --not-in-remote -r empty a --no-remote-refresh
echo '{"not_in_remote": ["a"]}' | expect_out
run cairn data status --not-in-remote -r nope
expect_rc 251
expect_err_has "no remote 'nope'"

case_begin "without Git, and in a project below its root"
mkdir plain
cd plain || exit 1
cairn init -q --no-scm
echo a >a
cairn add -q a
echo b >a
run cairn data status --json --unchanged --untracked-files
echo '{"uncommitted": {"modified": ["a"]}}' | expect_out
cd ..
project
mkdir -p team/x
cd team || exit 1
cairn init -q --subdir
echo a >x/a
cairn add -q x/a
echo u >../u
run cairn data status --json --untracked-files
expect_out <<'X'
{"committed": {"added": ["x/a"]}, "untracked": ["x/.gitignore", "x/a.dvc"]}
X

case_begin "names of any bytes"
project
mkdir d
printf 1 >"$(printf 'd/\303\244 "\\')"
cairn add -q d
git add -A
git commit -qm one
mv d/* "$(printf 'd/tab\tnew\nline')"
run cairn data status --json --granular
printf '%s\n' '{"uncommitted": {"modified": ["d/"], "renamed": [{"old": "d/\u00e4 \"\\", "new": "d/tab\tnew\nline"}]}}' | expect_out

case_begin "a fresh clone: listings are asked of the remote, and not kept"
project
cairn remote add -q -d r "$CASE_TOP/remote$CASE_COUNT"
mkdir -p d/s
echo 1 >d/1
echo 2 >d/s/2
cairn add -q d
git add -A
git commit -qm one
cairn push -q
git clone -q . clone
cd clone || exit 1
run cairn data status --json --granular
echo '{"not_in_cache": ["d/", "d/1", "d/s/2"], "uncommitted": {"deleted": ["d/", "d/1", "d/s/2"]}}' | expect_out
run cairn diff --json --hide-missing
echo '{"added": [], "deleted": [{"path": "d/"}, {"path": "d/1"}, {"path": "d/s/2"}], "modified": [], "renamed": []}' | expect_out
run cairn list . d -R --dvc-only
printf '1\ns/2\n' | expect_out
[ -z "$(find .dvc/cache -type f 2>/dev/null)" ] || fail "the listing was kept in the cache"
rm -r "$CASE_TOP/remote$CASE_COUNT"
run cairn data status --json --granular
echo '{"not_in_cache": ["d/"], "uncommitted": {"deleted": ["d/"]}}' | expect_out

case_begin "on a cache that cannot be written"
project
mkdir d
echo 1 >d/1
cairn add -q d
git add -A
git commit -qm one
chmod -R a-w .dvc
run cairn data status --json --granular --unchanged
echo '{"unchanged": ["d/", "d/1"]}' | expect_out
run cairn diff --json
echo '{}' | expect_out
chmod -R u+w .dvc

cases_end
