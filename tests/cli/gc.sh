#!/bin/sh
# gc: what goes, what stays, and what stops it.
. "$(dirname "$0")/lib.sh"

objects() { (cd "${1:-.dvc/cache/files/md5}" 2>/dev/null && find . -type f ! -path './.trash/*' ! -path './.*.tmp/*' | sort); }
count() { objects "$@" | wc -l; }

# A folder and a file, in two commits; the first has the tag v1.
history() {
    project
    mkdir d
    echo 1 >d/1
    echo same >d/same
    echo f1 >f
    cairn add -q d f
    git add -A
    git commit -q -m 1
    git tag v1
    echo 2 >d/1
    echo f2 >f
    cairn add -q d f
    git add -A
    git commit -q -m 2
}

case_begin "the scope has to be named"
history
run cairn gc -f
expect_rc 255
expect_err_has --date
run cairn gc -f -w -n 2
expect_rc 255
expect_err_has --num
run cairn gc -f -w -c --not-in-remote
expect_rc 255
expect_that "$(count)" = 7

case_begin "unused objects go, with a word on how many; the rest stays and restores"
history
run cairn gc -w -f --dry
expect_rc 0
expect_out_has 'Would remove 3 objects (1'
expect_out_has .dvc/cache/files/md5/2b/1abc6b6c5c0018851f9f8e6475563b
expect_that "$(count)" = 7
run cairn gc -w -f
expect_rc 0
cat >want <<'X'
Removed 3 objects (130) from the cache.
Kept is what is used in the workspace.
X
expect_out <want
expect_that "$(count)" = 4
run cairn gc -w -f
expect_out_has 'Nothing unused in the cache.'
rm -r d f
run cairn checkout
expect_rc 0
run cairn gc -q -w -f
expect_out </dev/null

case_begin "scopes add to the workspace"
history
run cairn gc -q -f -T
expect_that "$(count)" = 7
run cairn gc -q -f --rev HEAD -n 2
expect_that "$(count)" = 7
run cairn gc -q -f -a -n 9
expect_that "$(count)" = 7
run cairn gc -q -f --date 2024-01-01
expect_that "$(count)" = 7
run cairn gc -q -f --date tomorrow
expect_rc 255
run cairn gc -f --rev nothing
expect_rc 255
expect_err_has "'nothing'"
run cairn gc -q -f -a --date 2124-01-01
expect_rc 0
expect_that "$(count)" = 4

case_begin "without a terminal and without --force nothing goes"
history
run cairn gc -w
expect_rc 1
expect_err_has 'that is 3 objects'
expect_err_has 'nothing was removed'
expect_that "$(count)" = 7

case_begin "what cannot be read stops it: a .dvc file, a commit, a listing"
history
echo 'outs: no list' >bad.dvc
run cairn gc -w -f
expect_rc 255
expect_err_has bad.dvc
expect_err_has 'nothing was removed'
expect_that "$(count)" = 7
rm bad.dvc
tree=$(git rev-parse 'v1^{tree}' | sed 's/../&\//')
mv ".git/objects/$tree" tree
run cairn gc -A -f
expect_rc 255
expect_that "$(count)" = 7
mv tree ".git/objects/$tree"
commit=$(git rev-parse v1 | sed 's/../&\//')
mv ".git/objects/$commit" commit
run cairn gc -A -f
expect_rc 255
expect_that "$(count)" = 7
run cairn gc -T -f
expect_rc 255
run cairn gc --rev HEAD -n 3 -f
expect_rc 255
expect_that "$(count)" = 7
mv commit ".git/objects/$commit"
rm "$(find .dvc/cache/files -name '*.dir' -newer .git/refs/tags/v1 | head -n 1)"
run cairn gc -w -f
expect_rc 255
expect_err_has "the list of the files in 'd'"
expect_that "$(count)" = 6
run cairn gc -w -f --skip-failed
expect_rc 0
expect_err_has "the list of the files in 'd'"

case_begin "links that lead nowhere, or are not followed"
history
cairn stage add -q -n s -o out 'echo s >out'
cairn repro -q
mv dvc.lock lock
ln -s nowhere dvc.lock
run cairn gc -w -f
expect_rc 255
expect_err_has dvc.lock
expect_that "$(count)" = 8
mv lock dvc.lock
mv f.dvc f.txt
ln -s f.txt f.dvc
git add -A
git commit -q -m link
rm f.dvc
mv f.txt f.dvc
run cairn gc -w -f --rev HEAD
expect_rc 255
expect_err_has 'f.dvc is a symlink'
expect_that "$(count)" = 8

case_begin "a shallow clone ends without harm"
history
git clone -q --depth 1 "file://$PWD" clone 2>/dev/null
cd clone || exit
run cairn gc -A -f
expect_rc 255
expect_err_has "the list of the files"
cp -r ../.dvc/cache .dvc/cache
run cairn gc -A -f
expect_rc 0
expect_that "$(count)" = 4

case_begin "a missing listing is fetched"
history
cairn remote add -q -d r "$PWD/store"
cairn push -q
rm .dvc/cache/files/md5/*/*.dir
run cairn gc -w -f
expect_rc 0
expect_that "$(count)" = 4

case_begin "listings that gc removed are not missed"
history
cairn gc -q -w -f
run cairn gc -A -f
expect_rc 0
rm .dvc/tmp/cairn/collected
run cairn gc -A -f
expect_rc 255
expect_err_has "'d' of "

case_begin "the trash, and back"
history
run cairn gc -w -f --trash
expect_rc 0
expect_out_has 'into the trash'
expect_that "$(count)" = 4
echo other >f
cairn add -q f
run cairn gc -w -f --trash 12h
expect_that "$(count)" = 4
run cairn gc --undo
expect_rc 0
expect_out_has 'Brought back 1 object'
expect_that "$(count)" = 5
run cairn gc --undo
expect_out_has 'Brought back 3 objects (130)'
expect_that "$(count)" = 8
run cairn gc --undo
expect_rc 255
expect_err_has empty
expect_no_file .dvc/cache/files/md5/.trash
cairn config gc.trash 0s
cairn gc -q -w -f
expect_no_file .dvc/cache/files/md5/.trash
grep -q trash .dvc/config && fail "gc.trash is in .dvc/config"
run cairn config gc.trash soon
expect_rc 251
run cairn gc -w -f --trash soon
expect_rc 255

case_begin "for programs"
history
run cairn gc -w --dry --json
expect_rc 0
expect_that "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
s = d["stores"][0]
print(d["dry"], s["name"], s["trash"], s["young"], len(s["objects"]), s["bytes"] == sum(o["size"] for o in s["objects"]))
print(sorted(s["objects"][0]))' "$OUT" | tr '\n' '|')" = "True the cache False 0 3 True|['digest', 'hash', 'size']|"
run cairn gc -w --dry
n=$(grep -c files/md5/ "$OUT")
expect_that "$n" = 3
run cairn gc -w -f --trash --json
expect_out_has '"dry": false'
expect_out_has '"trash": true'
expect_that "$(count)" = 4
run cairn gc --undo --json
expect_rc 0
expect_that "$(cut -d, -f1 "$OUT")" = '{"objects": 3'
run cairn gc -w -f --json
run cairn gc -w -f --json
expect_out_has '"objects": []'
run cairn gc --json
expect_rc 255
expect_that ! -s "$OUT"

case_begin "the trash is emptied when its time is over"
history
cairn gc -q -w -f --trash 1s
expect_that -d .dvc/cache/files/md5/.trash
mv .dvc/cache/files/md5/.trash/* .dvc/cache/files/md5/.trash/1000000000.2
cairn gc -q -w -f
expect_no_file .dvc/cache/files/md5/.trash

case_begin "what a running command has made stays"
history
root=.dvc/cache/files/md5
mkdir $root/.abcdefghijklmnopqrstuv.tmp
: >$root/.abcdefghijklmnopqrstuv.tmp/lock
mkdir -p $root/ab
echo new >$root/ab/0123456789012345678901234567ab
(
    flock 9
    run cairn gc -w -f
    expect_rc 0
    expect_err_has '1 unused object stays'
    expect_that -e $root/ab/0123456789012345678901234567ab
) 9<$root/.abcdefghijklmnopqrstuv.tmp/lock
run cairn gc -w -f
expect_no_file $root/ab/0123456789012345678901234567ab
expect_no_file $root/.abcdefghijklmnopqrstuv.tmp

case_begin "it waits for who works in the repository"
history
cairn config cairn.lock_timeout 0.2
(
    flock 9
    run cairn gc -w -f
    expect_rc 255
    expect_that "$(count)" = 7
    run cairn gc -w -f --dry
    expect_rc 0
) 9>.dvc/tmp/lock

case_begin "remotes: all that is used stays in each"
history
cairn remote add -q -d one "$PWD/one"
cairn remote add -q two "$PWD/two"
cairn push -q -T -r one
cairn push -q -T -r two
echo '  remote: two' >>f.dvc
run cairn gc -w -f -c
expect_rc 0
expect_out_has "Removed 3 objects (130) from remote 'one'."
expect_out_has "from remote 'two'"
expect_that "$(count one)" = 4
expect_that "$(count two)" = 4
rm -r .dvc/cache d f
run cairn pull
expect_rc 0

case_begin "--not-in-remote, and remotes that are not there"
history
run cairn gc -w -f -c
expect_rc 251
cairn remote add -q -d r "$PWD/store"
cairn push -q f
run cairn gc -w -f --not-in-remote
expect_rc 0
expect_that "$(count)" = 3
run cairn gc -w -f -c -r nope
expect_rc 251
expect_err_has nope
cairn remote add -q web http://localhost:1/x
run cairn gc -w -f -c -r web
expect_rc 255
expect_that "$(count)" = 3

case_begin "other projects"
history
cairn config cache.dir "$PWD/shared"
rm -r .dvc/cache
cairn commit -q -f
mkdir other
cd other || exit
project
cairn config cache.dir "$CASE_DIR/shared"
echo theirs >t
cairn add -q t
cd ..
run cairn gc -q -w -f -p other .
expect_rc 0
expect_that "$(count shared/files/md5)" = 5
run cairn gc -q -w -f -p nowhere
expect_rc 253
expect_that "$(count shared/files/md5)" = 5
run cairn gc -w -f
expect_that "$(count shared/files/md5)" = 4

case_begin "names of others in the cache are left alone"
history
mkdir -p .dvc/cache/files/md5/zz .dvc/cache/fs
echo x >.dvc/cache/files/md5/zz/0123456789012345678901234567ab
echo x >.dvc/cache/files/md5/notes
echo x >.dvc/cache/fs/y
run cairn gc -q -w -f
expect_that -e .dvc/cache/files/md5/zz/0123456789012345678901234567ab
expect_that -e .dvc/cache/files/md5/notes
expect_that -e .dvc/cache/fs/y

case_begin "a commit counts although its stage files are those of another one"
project
printf 'vars: [v.yaml]\nstages:\n  s:\n    cmd: echo hi >${name}\n    outs:\n    - ${name}\n' >dvc.yaml
echo 'name: a' >v.yaml
cairn repro -q
git add -A
git commit -q -m 'the out of the lock'
echo 'name: b' >v.yaml
git commit -q -a -m 'none: the same files name another out'
git rm -q -f dvc.yaml dvc.lock v.yaml
mkdir sub
echo x >sub/x
cairn add -q sub/x
git add -A
git commit -q -m 'a file'
mkdir sub/.dvc
touch sub/.dvc/config
git add -A
git commit -q -m 'none: the same file lies in another repository'
git rm -q -r sub
git commit -q -m 'nothing'
rm -rf sub a
expect_that "$(count)" = 2
run cairn gc -A -f
expect_rc 0
expect_that "$(count)" = 2
run cairn gc -w -f
expect_that "$(count)" = 0

cases_end
