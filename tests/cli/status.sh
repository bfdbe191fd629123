#!/bin/sh
# status: words, JSON, exit status.
. "$(dirname "$0")/lib.sh"

case_begin "nothing tracked, nothing changed"
project
run cairn status
expect_rc 0
expect_out <<'X'
There are no data or pipelines tracked in this project yet.
See <https://dvc.org/doc/start> to get started!
X
run cairn status --json
echo '{}' | expect_out
echo a >a
cairn add -q a
run cairn status
echo 'Data and pipelines are up to date.' | expect_out
run cairn status -q
expect_rc 0
expect_out </dev/null

case_begin "changed, missing and uncached"
project
echo a >a
echo c >c
mkdir d
echo 1 >d/1
cairn add -q a d c
cairn stage add -q -n cp -d a -p lr -o out 'cp a out'
echo 'lr: 1' >params.yaml
cairn repro -q
echo b >a
rm -r d
rm .dvc/cache/files/md5/"$(md5sum <c | sed 's/^\(..\)\([^ ]*\).*/\1\/\2/')"
echo 'lr: 2' >params.yaml
run cairn status
expect_rc 0
expect_out <<'X'
a.dvc:
	changed outs:
		modified:           a
c.dvc:
	changed outs:
		not in cache:       c
d.dvc:
	changed outs:
		deleted:            d
cp:
	changed deps:
		modified:           a
		params.yaml:
			modified:           lr
X
run cairn status --json
expect_out <<'X'
{"a.dvc": [{"changed outs": {"a": "modified"}}], "c.dvc": [{"changed outs": {"c": "not in cache"}}], "d.dvc": [{"changed outs": {"d": "deleted"}}], "cp": [{"changed deps": {"a": "modified", "params.yaml": {"lr": "modified"}}}]}
X
run cairn status -q
expect_rc 1
expect_out </dev/null
run cairn status a.dvc --json
echo '{"a.dvc": [{"changed outs": {"a": "modified"}}]}' | expect_out
run cairn status d/1 --json
echo '{"d.dvc": [{"changed outs": {"d": "deleted"}}]}' | expect_out

case_begin "stages: command, always changed, never run"
project
cairn stage add -q -n a -o ao 'echo 1 >ao'
cairn stage add -q -n b --always-changed -o bo 'echo 1 >bo'
cairn repro -q
sed -i 's/echo 1 >ao/echo 2 >ao/' dvc.yaml
cairn stage add -q -n c -d ao -o co 'cp ao co'
run cairn status --json
expect_out <<'X'
{"a": ["changed command"], "b": ["always changed"], "c": [{"changed deps": {"ao": "modified"}}, {"changed outs": {"co": "deleted"}}]}
X

case_begin "--with-deps"
project
echo 1 >in
cairn stage add -q -n a -d in -o m 'cp in m'
cairn stage add -q -n b -d m -o n 'cp m n'
cairn repro -q
echo 2 >in
run cairn status --json b
echo '{}' | expect_out
run cairn status --json -d b
echo '{"a": [{"changed deps": {"in": "modified"}}]}' | expect_out

case_begin "paths are relative to the working directory"
project
mkdir -p x/y
echo a >x/a
cairn add -q x/a
echo b >x/a
cd x/y || exit 2
run cairn status --json
echo '{"../a.dvc": [{"changed outs": {"../a": "modified"}}]}' | expect_out

case_begin "--cloud"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo b >b
cairn add -q d b
run cairn status -c
printf '\tnew:                b\n\tnew:                d\n\tnew:                d/1\n' | expect_out
run cairn status -r r b.dvc
printf 'new:                b\n' | expect_out
cairn push -q
run cairn status -c
echo "Cache and remote 'r' are in sync." | expect_out
rm -r .dvc/cache/files/md5/3b
run cairn status -c --json
echo '{"b": "deleted"}' | expect_out
rm -r store/files/md5/3b
run cairn status -c --json
echo '{"b": "missing"}' | expect_out
run cairn status -q -c
expect_rc 1

case_begin "options that make no sense, remotes that are not there"
project
echo a >a
cairn add -q a
for option in -a -T -A -j2; do
    run cairn status $option
    expect_rc 1
done
run cairn status -c
expect_rc 1
expect_err_has 'remote'
run cairn status -r nope
expect_rc 1
expect_err_has nope
run cairn status nope
expect_rc 1

case_begin "a frozen import of a file is told of on stderr"
project
echo e >../ext.txt
cp ../ext.txt e.txt
cat >e.txt.dvc <<'X'
md5: ff183c62a196586826e53b72c40dab55
frozen: true
deps:
- md5: 9ffbf43126e33be52cd2bf7e01d627f9
  size: 2
  hash: md5
  path: ../ext.txt
outs:
- md5: 9ffbf43126e33be52cd2bf7e01d627f9
  size: 2
  hash: md5
  path: e.txt
X
cairn commit -q -f e.txt.dvc
run cairn status --json
expect_rc 0
echo '{}' | expect_out
expect_err_has "frozen"

case_begin "no lock, and no need to write"
project
echo a >a
cairn add -q a
rm -r .dvc/tmp
chmod a-w .dvc .
run cairn status
chmod u+w .dvc .
expect_rc 0
echo 'Data and pipelines are up to date.' | expect_out

case_begin "touching changes nothing"
project
echo a >a
cairn add -q a
touch a
run cairn status --json
echo '{}' | expect_out

case_begin "-c brings the listings that the cache lacks, to look into them"
project
mkdir ../remote d
cairn remote add -q -d r "$CASE_DIR/../remote"
echo 1 >d/1
echo 2 >d/2
cairn add -q d
cairn push -q
rm -r .dvc/cache
run cairn status -c
expect_rc 0
expect_out <<'X'
	deleted:            d/1
	deleted:            d/2
X

cases_end
