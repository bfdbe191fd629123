#!/bin/sh
# add: what is tracked, how, and what is refused.
. "$(dirname "$0")/lib.sh"

object() { echo ".dvc/cache/files/md5/$(echo "$1" | cut -c1-2)/$(echo "$1" | cut -c3-)"; }

case_begin "a file: pointer, object, ignore line, hint"
project
printf 'hello\n' >a.txt
run cairn add a.txt
expect_rc 0
expect_out <<'X'

To track the changes with git, run:

	git add .gitignore a.txt.dvc

To enable auto staging, run:

	cairn config core.autostage true
X
expect_file a.txt.dvc <<'X'
outs:
- md5: b1946ac92492d2347c6235b4d2611184
  size: 6
  hash: md5
  path: a.txt
X
expect_file .gitignore <<'X'
/a.txt
X
expect_same a.txt "$(object b1946ac92492d2347c6235b4d2611184)"
expect_that "$(stat -c %a "$(object b1946ac92492d2347c6235b4d2611184)")" = 444
expect_that -w a.txt

case_begin "a folder: the listing is Python's JSON"
project
mkdir -p d/s
echo 1 >d/b
echo 2 >d/s/c
echo 3 >d/a
run cairn add d
expect_rc 0
expect_file d.dvc <<'X'
outs:
- md5: bd0b6ae8fed7d7cba31ef7fc027520ef.dir
  size: 6
  nfiles: 3
  hash: md5
  path: d
X
dir=$(sed -n 's/^- md5: //p' d.dvc)
printf '%s' '[{"md5": "6d7fce9fee471194aa8b5b6e47267f03", "relpath": "a"}, {"md5": "b026324c6904b2a9cb4b88d6d61c81d1", "relpath": "b"}, {"md5": "26ab0db90d72e28ad0ba1e22ee510510", "relpath": "s/c"}]' >want
expect_same want "$(object "$dir")"

case_begin "the x bit of a file is recorded"
project
printf '#!/bin/sh\n' >tool
chmod +x tool
run cairn add tool
expect_rc 0
grep -q 'isexec: true' tool.dvc || fail "no isexec in tool.dvc"

case_begin "a second add changes nothing and writes nothing"
project
echo a >a
cairn add -q a
cp a.dvc before
touch -d '2001-01-01' a.dvc
run cairn add a
expect_rc 0
expect_same a.dvc before
expect_that "$(stat -c %Y a.dvc)" = "$(date -d '2001-01-01' +%s)"

case_begin "what users wrote in the pointer stays"
project
echo one >f
cairn add -q f
printf '  desc: the first   # really\nmeta:\n  k: v\n' >>f.dvc
echo two >f
run cairn add f
expect_rc 0
expect_file f.dvc <<'X'
outs:
- md5: c193497a1a06b2c72230e6146ff47080
  size: 4
  hash: md5
  path: f
  desc: the first   # really
meta:
  k: v
X

case_begin "a path inside a tracked folder updates the folder's pointer"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
cairn add -q d
echo 3 >d/3
echo changed >d/1
run cairn add d/3
expect_rc 0
expect_file d.dvc <<'X'
outs:
- md5: 12f4b7d54a32e58818e27fba28376fba.dir
  size: 6
  nfiles: 3
  hash: md5
  path: d
X
expect_no_file d/3.dvc

case_begin "a vanished path inside a tracked folder leaves the listing, and an unknown one is refused"
project
mkdir d
echo 1 >d/1
echo 2 >d/2
echo 3 >d/3
cairn add -q d
rm d/3
run cairn add d/3
expect_rc 0
expect_file d.dvc <<'X'
outs:
- md5: f437247ec66d73ba66b0ade0246fcb49.dir
  nfiles: 2
  hash: md5
  path: d
X
run cairn add d/4
expect_rc 1
expect_err_has "'d/4' does not exist"

case_begin "only the folder's listing is needed to add to it"
project
cairn remote add -q -d r "$PWD/store"
mkdir d
echo 1 >d/1
echo 2 >d/2
cairn add -q d
cairn push -q
rm -rf d .dvc/cache .dvc/tmp
mkdir d
echo 3 >d/3
run cairn add d/3
expect_rc 0
grep -q 'md5: 12f4b7d54a32e58818e27fba28376fba.dir' d.dvc || fail "$(cat d.dvc)"

case_begin "--no-commit records the digest alone"
project
echo a >a
run cairn add --no-commit a
expect_rc 0
grep -q 60b725f10c9c85c70d97880dfe8191b3 a.dvc || fail "$(cat a.dvc)"
expect_no_file .dvc/cache/files

case_begin "--glob expands patterns as Python does"
project
mkdir -p logs/old
for n in logs/1.log logs/old/2.log logs/.hidden.log logs/x.txt; do echo "$n" >"$n"; done
run cairn add --glob 'logs/*.log'
expect_rc 0
expect_that -e logs/1.log.dvc
expect_no_file logs/old/2.log.dvc
run cairn add --glob '**/*.log'
expect_rc 0
expect_that -e logs/old/2.log.dvc
expect_no_file logs/.hidden.log.dvc
run cairn add --glob '*.nothing'
expect_rc 1

case_begin "--out brings a copy in, and replaces it only by force"
mkdir repo outside
echo payload >outside/in
cd repo || exit 2
project
run cairn add ../outside/in -o local
expect_rc 0
expect_same local ../outside/in
expect_that -e local.dvc
echo more >>../outside/in
run cairn add ../outside/in -o local
expect_rc 1
expect_err_has "Use \`-f\` to force."
run cairn add -f ../outside/in -o local
expect_rc 0
expect_same local ../outside/in
run cairn add ../outside/in ../outside/in -o x
expect_rc 1
run cairn add --no-commit ../outside/in -o x
expect_rc 1

case_begin "all targets are checked before the first change"
project
echo a >a
echo t >t
git add t
for bad in t nope . .. .dvc/config /etc/passwd ../x; do
    run cairn add a "$bad"
    expect_rc 1
    expect_no_file a.dvc
done
expect_no_file .dvc/cache/files
expect_no_file .gitignore

case_begin "what Git tracks is refused, with what to do"
project
mkdir d
echo t >d/t
git add d/t
run cairn add d
expect_rc 1
expect_err_has "tracked by Git"
expect_err_has "git rm -r --cached"

case_begin "outputs must not overlap"
project
mkdir -p d/s
echo a >d/s/a
cairn add -q d/s
run cairn add d
expect_rc 1
expect_err_has "'d/s' is tracked by 'd/s.dvc'"
expect_no_file d.dvc
mkdir -p e/s
echo a >e/s/a
run cairn add e e/s
expect_rc 1
expect_no_file e.dvc

case_begin "a pointer that Git would ignore is refused before anything is done"
project
echo /build >.gitignore
mkdir build
echo b >build/b
run cairn add build/b
expect_rc 1
expect_err_has "ignored by Git"
expect_no_file build/b.dvc
expect_no_file .dvc/cache/files

case_begin "a pointer of another output is not overwritten"
project
echo a >a
echo b >b
cairn add -q a
mv a.dvc b.dvc
cp b.dvc before
run cairn add b
expect_rc 1
expect_same b.dvc before

case_begin "outputs of stages are refused"
project
echo in >in
cairn stage add -q -n s -d in -o out 'cp in out'
cp in out
run cairn add out
expect_rc 1
expect_err_has "stage 's'"

case_begin ".dvcignore: a target is refused, files in a folder are left out"
project
printf '*.bak\n' >.dvcignore
mkdir d
echo 1 >d/a
echo 2 >d/b.bak
echo 3 >c.bak
run cairn add c.bak
expect_rc 1
expect_err_has '*.bak'
run cairn add d
expect_rc 0
grep -q 'nfiles: 1' d.dvc || fail "$(cat d.dvc)"

case_begin "a project inside is left to itself"
project
mkdir inner
(cd inner && cairn init -q --subdir) || fail "no inner project"
echo i >inner/i
echo o >o
run cairn add o inner/i
expect_rc 1
expect_err_has "project of its own"
run cairn add inner
expect_rc 1
expect_no_file o.dvc

case_begin "links on the way, and to folders, are refused"
project
mkdir real
echo x >real/x
ln -s real via
run cairn add via/x
expect_rc 1
run cairn add via
expect_rc 1
expect_no_file via.dvc
expect_no_file real/x.dvc

case_begin "a link to a file becomes the file"
project
echo t >t
ln -s t alias
run cairn add alias
expect_rc 0
expect_that ! -L alias
expect_same t alias

case_begin "cache.type hardlink and symlink"
project
cairn config cache.type hardlink
echo a >a
run cairn add a
expect_rc 0
expect_that "$(stat -c %h a)" = 2
cairn config cache.type symlink
echo b >b
run cairn add b
expect_rc 0
expect_that -L b
echo c >c
run cairn add --no-relink c
expect_rc 0
expect_that ! -L c

case_begin "core.autostage stages what was written"
project
cairn config core.autostage true
echo a >a
run cairn add a
expect_rc 0
expect_out </dev/null
git status --porcelain >state
grep -q '^A  a.dvc' state || fail "$(cat state)"
grep -q '^A  .gitignore' state || fail "$(cat state)"

case_begin "from a subfolder"
project
mkdir -p a/b
echo 1 >a/one
echo 2 >a/b/two
cd a/b || exit 2
run cairn add ../one two
expect_rc 0
expect_out_has '../one.dvc'
expect_that -e ../one.dvc
expect_that -e two.dvc

case_begin "an unreadable file fails, and nothing is recorded"
project
mkdir d
echo 1 >d/a
mkfifo d/pipe
run cairn add d
expect_rc 1
expect_err_has pipe
expect_no_file d.dvc

case_begin "-q is silent, no target is a usage error"
project
echo a >a
run cairn add -q a
expect_rc 0
expect_out </dev/null
expect_err </dev/null
run cairn add
expect_rc 254

case_begin "cairn.fsync = false leaves out the syncs of objects"
project
echo 1 >a
echo 2 >b
run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=syncfs -o "$CASE_TOP/syncs" cairn add -q a
expect_rc 0
expect_that -s "$CASE_TOP/syncs"
cairn config cairn.fsync false
run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=syncfs -o "$CASE_TOP/syncs" cairn add -q b
expect_rc 0
expect_that ! -s "$CASE_TOP/syncs"

case_begin "a .dvcignore in the data is refused by all that look at it"
project
mkdir -p d/sub
echo 1 >d/1
echo '*.tmp' >d/sub/.dvcignore
run cairn add d
expect_rc 255
expect_err_has "d/sub/.dvcignore"
expect_no_file d.dvc
mv d/sub/.dvcignore .
run cairn add d
expect_rc 0
mv .dvcignore d/
for command in 'add d' status 'commit -f'; do
    # shellcheck disable=SC2086
    run cairn $command
    expect_rc 255
done

case_begin "--to-remote leaves only the .dvc file"
project
mkdir ../remote ../second ../else ../else/d
cairn remote add -q -d r "$CASE_DIR/../remote"
cairn remote add -q second "$CASE_DIR/../second"
echo f >f
echo 5 >../else/d/5
run cairn add --to-remote f
expect_rc 0
expect_file f.dvc <<'X'
outs:
- md5: 9a8ad92c50cae39aa2c5604fd0ab6d8c
  size: 2
  hash: md5
  path: f
X
expect_no_file .gitignore
run cairn add --to-remote ../else/d -o o -r second --remote-jobs 2
expect_rc 0
expect_no_file o
expect_that "$(find ../second -type f -name '[0-9a-f]*' | wc -l)" = 2
expect_no_file .dvc/cache
rm f
run cairn pull f.dvc
expect_rc 0
expect_that -f f
run cairn pull -r second o
expect_rc 0
expect_that -f o/5
run cairn add --to-remote ../else/d/5 -o f
expect_rc 1
run cairn add --to-remote ../else/d/5 -o no/f
expect_rc 1
run cairn add --to-remote ../else/d/5 -r nope
expect_rc 1
expect_no_file 5.dvc
for options in '-r second' '--remote-jobs 2' '--to-remote --no-commit' '--to-remote --glob' '--to-remote o'; do
    # shellcheck disable=SC2086
    run cairn add $options f
    expect_rc 1
done

case_begin "several files, of which one cannot be read: those before it are tracked"
project
mkdir d
for f in 1 2 3 4 5 6 7; do echo $f >d/f$f; done
run cairn add d/f1 d/f2 d/f3 d/f4 d/f5
expect_rc 0
expect_that "$(ls d/*.dvc | wc -l)" = 5
expect_file d/.gitignore <<'EOF'
/f1
/f2
/f3
/f4
/f5
EOF
run cairn status
expect_out_has "up to date"
rm d/*.dvc d/.gitignore
rm d/f3
mkfifo d/f3
run cairn add --no-commit d/f1 d/f2 d/f3 d/f4
expect_rc 1
expect_err_has "'d/f3'"
expect_that "$(echo d/*.dvc)" = "d/f1.dvc d/f2.dvc"
expect_file d/.gitignore <<'EOF'
/f1
/f2
EOF

cases_end
