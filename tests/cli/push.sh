#!/bin/sh
# push: what goes, what is named, and what stays behind.
. "$(dirname "$0")/lib.sh"

objects() { (cd "$1" && find . -type f | sort); }

case_begin "everything, then nothing"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo 2 >d/2
echo f >f
cairn add -q d f
run cairn push
expect_rc 0
echo '4 files pushed' | expect_out
objects .dvc/cache/files >want
objects store/files >got
expect_same want got
expect_that "$(find store/files -type f ! -perm 444)" = ''
run cairn push
echo 'Everything is up to date.' | expect_out
run cairn push -q
expect_out </dev/null

case_begin "targets, and a part of a folder"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo f >f
cairn add -q d f
run cairn push f
echo '1 file pushed' | expect_out
run cairn push d.dvc
echo '2 files pushed' | expect_out
run cairn push nope
expect_rc 1
expect_err_has nope

case_begin "missing objects are named, all else goes, exit status 1"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo 2 >d/2
echo f >f
echo g >g
cairn add -q d f g
rm -r .dvc/cache/files/md5/26
rm .dvc/cache/files/md5/"$(md5sum <g | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"
run cairn push
expect_rc 1
expect_err_has "'d/2'"
expect_err_has "'g'"
expect_err_has 26ab0db90d72e28ad0ba1e22ee510510
expect_that -e store/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1
expect_that "$(find store -name '*.dir')" = ''
expect_that -e store/files/md5/"$(md5sum <f | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"

case_begin "a damaged object does not travel"
project
cairn remote add -q -d r "$PWD/store"
echo aaaa >f
cairn add -q f
rm -rf .dvc/tmp
object=$(find .dvc/cache/files -type f)
chmod u+w "$object"
echo bbbb >"$object"
chmod a-w "$object"
run cairn push
expect_rc 1
expect_err_has "'f'"
expect_that "$(find store -type f 2>/dev/null)" = ''

case_begin "remote: and push: of outs"
project
cairn remote add -q -d one "$PWD/one"
cairn remote add -q two "$PWD/two"
echo a >a
echo b >b
echo c >c
cairn add -q a b c
echo '  remote: two' >>b.dvc
echo '  push: false' >>c.dvc
run cairn push
expect_rc 0
expect_that "$(objects one | wc -l)" = 1
expect_that "$(objects two | wc -l)" = 1
run cairn push -r two
expect_that "$(objects two | wc -l)" = 2

case_begin "branches and tags"
project
cairn remote add -q -d r "$PWD/store"
git add -A
git commit -q -m remote
echo 1 >f
cairn add -q f
git add -A
git commit -q -m 1
git tag v1
echo 2 >f
cairn add -q f
git add -A
git commit -q -m 2
git checkout -q -b side
echo 3 >f
cairn add -q f
git add -A
git commit -q -m 3
git checkout -q main
run cairn push
echo '1 file pushed' | expect_out
run cairn push -T
echo '1 file pushed' | expect_out
run cairn push -a
echo '1 file pushed' | expect_out
run cairn push -A
echo 'Everything is up to date.' | expect_out

case_begin "--run-cache"
project
cairn remote add -q -d r "$PWD/store"
echo in >in
cairn stage add -q -n s -d in -o out 'cp in out'
cairn repro -q
run cairn push --run-cache
expect_rc 0
echo '2 files pushed' | expect_out
(cd .dvc/cache && find runs -type f | sort) >want
(cd store && find runs -type f | sort) >got
expect_same want got

case_begin "no remote, or an unknown one"
project
echo a >a
cairn add -q a
run cairn push
expect_rc 1
expect_err_has 'remote add -d'
run cairn push -r nope
expect_rc 1
expect_err_has "'nope'"

case_begin "kinds of remotes that are not built are named"
project
cairn remote add -q -d r s3://bucket/path
echo a >a
cairn add -q a
run cairn push
expect_rc 1
expect_err_has s3

case_begin "a remote that cannot be written"
project
mkdir store
: >store/files
cairn remote add -q -d r "$PWD/store"
echo a >a
cairn add -q a
run cairn push
expect_rc 1
expect_err_has store


case_begin "--json-progress: lines of JSON on stderr, words stay words"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo 2 >d/2
echo f >f
cairn add -q d f
rm -r .dvc/cache/files/md5/26
events() { # every line with a brace is an event; fails on anything else
    python3 -c '
import json, sys
events = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
phases = [e for e in events if e["event"] in ("begin", "progress", "end")]
assert events[-1]["event"] == "result" and phases, events
open_phase = None
for e in phases:
    assert {"phase", "items", "items_total", "bytes", "bytes_total", "requests", "repeats", "seconds"} <= e.keys(), e
    assert (open_phase is None) if e["event"] == "begin" else open_phase == e["phase"], e
    open_phase = None if e["event"] == "end" else e["phase"]
assert open_phase is None
for e in events[:-1]:
    if e["event"] == "failed":
        print(e["path"], e["digest"], e["why"])
r = events[-1]
print(r["ok"], r["moved"], r["failed"])' "$ERR"
}
run cairn push --json-progress
expect_rc 1
events >got
cat >want <<'W'
d/2 26ab0db90d72e28ad0ba1e22ee510510 not in the cache
False 2 1
W
expect_same want got
expect_err_has WARNING
printf '2\n' >d/2
cairn commit -q -f d.dvc
run cairn push --json-progress
expect_rc 0
events >got
echo 'True 2 0' | expect_file got
rm -r .dvc/cache
run cairn fetch --json-progress
expect_rc 0
events >got
echo 'True 4 0' | expect_file got
rm -r .dvc/cache d f
run cairn pull -q --json-progress
expect_rc 0
events >got
echo 'True 4 0' | expect_file got
expect_that -e d/2

cases_end
