. "$(dirname "$0")/lib.sh"

case_begin "--version is the version alone"
run cairn --version
expect_rc 0
own=$(cat "$OUT")
printf '%s\n' "$own" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$' || fail "not a version: $own"
run cairn -V
[ "$(cat "$OUT")" = "$own" ] || fail "-V says something else"

case_begin "as dvc it is the version of DVC, which clients gate on"
run dvc --version
expect_rc 0
expect_out <<'TEXT'
3.67.1
TEXT
run dvc version
expect_rc 0
[ "$(sed -n 1p "$OUT")" = "DVC version: 3.67.1 (cairn $own)" ] || fail "$(cat "$OUT")"

case_begin "version and doctor say what a bug report needs"
project
cairn remote add -q s3 "s3://user:hunter2@bucket/secret-path"
cairn remote add -q disk "$PWD/store"
cairn remote modify -q --local s3 secret_access_key hunter3
echo a >a.txt
cairn add -q a.txt
run cairn doctor
expect_rc 0
expect_out_has "cairn version: $own (as DVC 3.67.1)"
expect_out_has "Platform: Linux "
expect_out_has "libgit2.so."
expect_out_has "Remotes: s3, local"
expect_out_has "Repo: dvc, git"
expect_out_has "Cache types: "
expect_out_has "symlink"
expect_out_has "$PWD/.dvc/config"
cp "$OUT" report
run cairn version
expect_same report "$OUT"

case_begin "without secrets, and without a trace"
cp ../case3/report .
expect_that -s report
for word in hunter2 hunter3 bucket secret; do
    if grep -q "$word" report; then fail "the report holds '$word'"; fi
done
(cd ../case3 && git status --short --untracked-files=all) >status
if grep -q '\.tmp' status; then fail "files were left:" "$(cat status)"; fi

case_begin "outside a repository"
run cairn version
expect_rc 0
expect_out_has "cairn version"
if grep -q "^Repo" "$OUT"; then fail "there is no repository here"; fi

case_begin "kinds of repositories"
cairn init -q --no-scm
run cairn version
expect_out_has "Repo: dvc (no_scm)"
expect_out_has "Cache types: unknown (there is no cache yet)"
expect_out_has "Remotes: None"
mkdir git && cd git && git init -q && mkdir sub && cd sub && cairn init -q --subdir
run cairn version
expect_out_has "Repo: dvc (subdir), git"

case_begin "doctor --bundle: an archive that tells no secret"
project
cairn remote add -q -d hidden "s3://user:hunter2@bucket/secret-path"
cairn remote modify -q --local hidden secret_access_key hunter3
cairn config cache.type copy
echo a >private.txt
cairn add -q private.txt
cairn stage add -q -n classified -d private.txt -p alpha -o product 'cp private.txt product'
mkdir sub
echo 'stages: [' >sub/dvc.yaml
run cairn doctor --bundle ../report.tar
expect_rc 0
expect_out </dev/null
tar xf ../report.tar -C .. || fail "not a tar archive"
cd ../cairn-doctor || exit 2
grep -rqE 'hunter|bucket|secret-path|private|classified|alpha|product|hidden' . && fail "$(grep -rE 'hunter|bucket|secret-path|private|classified|alpha|product|hidden' .)"
grep -q '^cairn version' doctor.txt || fail "no report"
expect_file 0/dvc.yaml <<'X'
stages:
  text1:
    cmd: text2
    deps:
    - text3
    params:
    - text4
    outs:
    - text5
X
sort config.txt >config.sorted
expect_file config.sorted <<'X'
local	remote.(name).secret_access_key=(secret)
project	cache.type=copy
project	core.remote=(set)
project	remote.(name).url=s3://(address)
X
cd "$CASE_DIR" || exit 2
run cairn doctor --bundle ../report.tar
expect_rc 255

cases_end
