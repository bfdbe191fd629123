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

cases_end
