#!/bin/sh
# import-url and update from paths: what is recorded, what is refused, what is kept.
. "$(dirname "$0")/lib.sh"

sources() {
    mkdir -p src/d/e
    echo 1 >src/f
    chmod +x src/f
    echo a >src/d/a
    echo b >src/d/e/b
    mkdir repo
    cd repo || exit 1
    project
}

case_begin "a file is fetched, tracked and ignored by Git"
sources
run cairn import-url ../src/f
expect_rc 0
expect_out_has "Importing '$CASE_DIR/src/f' -> 'f'"
expect_out_has "git add"
expect_same f ../src/f
expect_that ! -x f
expect_file f.dvc <<'EOF'
md5: d153959fbed01d80134e8b846c7729b6
frozen: true
deps:
- md5: b026324c6904b2a9cb4b88d6d61c81d1
  size: 2
  isexec: true
  hash: md5
  path: ../src/f
outs:
- md5: b026324c6904b2a9cb4b88d6d61c81d1
  size: 2
  hash: md5
  path: f
EOF
expect_file .gitignore <<'EOF'
/f
EOF
run cairn status --json
echo '{}' | expect_out

case_begin "from below, a relative source is written as seen from the .dvc file"
sources
mkdir -p sub/deep
cd sub || exit 1
run cairn import-url ../../src/d deep/d
expect_rc 0
grep -q 'path: ../../../src/d' deep/d.dvc || fail "$(cat deep/d.dvc)"
echo b | expect_file deep/d/e/b

case_begin "--no-download records, pull brings, and not what has changed meanwhile"
sources
run cairn import-url --no-download ../src/d
expect_rc 0
expect_no_file d
run cairn pull
expect_rc 0
expect_out_has '2 files fetched and 2 files added'
echo a | expect_file d/a
rm -rf d
run cairn checkout
expect_rc 0
echo a | expect_file d/a
rm -rf d .dvc/cache
echo other >../src/d/a
run cairn pull
expect_rc 1
expect_err_has 'is not what was recorded'
expect_no_file d
run cairn update d.dvc
expect_rc 0
echo other | expect_file d/a

case_begin "--no-exec asks for nothing"
sources
run cairn import-url --no-exec /nowhere/at/all x
expect_rc 0
expect_file x.dvc <<'EOF'
frozen: true
deps:
- hash: md5
  path: /nowhere/at/all
outs:
- hash: md5
  path: x
EOF

case_begin "--to-remote leaves only the .dvc file"
sources
cairn remote add -q -d r ../remote
run cairn import-url --to-remote ../src/d
expect_rc 0
expect_no_file d
expect_no_file .dvc/cache/files
run cairn pull
expect_rc 0
echo b | expect_file d/e/b

case_begin "update: what changed, what did not, and what only is not here"
sources
cairn import-url -q ../src/f
run cairn update f.dvc
expect_rc 0
expect_out <<'EOF'
'f.dvc' didn't change, skipping
EOF
echo 2 >../src/f
run cairn update f.dvc
expect_out_has "Importing '$CASE_DIR/src/f' -> 'f'"
echo 2 | expect_file f
rm f ../src/f
run cairn update f.dvc
expect_rc 1
expect_err_has "there is nothing at"
cairn checkout -q
echo 2 | expect_file f

case_begin "update does not take what is in no cache"
sources
cairn import-url -q ../src/d
echo mine >d/a
echo theirs >../src/d/a
run cairn update d.dvc
expect_rc 1
expect_err_has 'd/a'
echo mine | expect_file d/a

case_begin "what is refused, before anything is changed"
sources
echo mine >f
run cairn import-url ../src/f
expect_rc 1
expect_err_has "'f' is there already"
echo mine | expect_file f
run cairn import-url ../src/none
expect_rc 1
expect_err_has "there is nothing at '../src/none'"
run cairn import-url s3nope://x/y
expect_rc 1
expect_err_has s3nope
run cairn import-url ../src/d ../out
expect_rc 1
run cairn import-url ../src/d no/such/folder
expect_rc 1
expect_err_has "'no/such' does not exist"
run cairn import-url remote://none/x
expect_rc 1
expect_err_has "no remote 'none'"
run cairn import-url --no-exec --no-download ../src/d
expect_rc 254
run cairn import-url -r r ../src/d
expect_rc 1
mkdir tracked
cairn add -q tracked
run cairn import-url ../src/f tracked/x
expect_rc 1
expect_err_has "'tracked' is tracked"
git add -A
run cairn import-url -f ../src/f
expect_rc 1
expect_err_has 'tracked by Git'
echo mine | expect_file f
expect_no_file d
[ -z "$(git status --porcelain | grep '^??')" ] || fail "$(git status --porcelain)"

case_begin "by force in place of what is there; comments of the .dvc file stay"
sources
cairn import-url -q ../src/f
printf '# mine\n%s\n' "$(cat f.dvc)" >f.dvc
run cairn import-url -f ../src/d f
expect_rc 0
echo a | expect_file f/a
grep -q '^# mine' f.dvc || fail "the comment is gone"

case_begin "remote://name/path goes on from a remote"
sources
cairn remote add -q r ../src
run cairn import-url remote://r/d/e away
expect_rc 0
echo b | expect_file away/b
grep -q 'path: remote://r/d/e' away.dvc || fail "$(cat away.dvc)"
echo new >../src/d/e/b
run cairn update away.dvc
expect_rc 0
echo new | expect_file away/b

cases_end
