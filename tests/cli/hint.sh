. "$(dirname "$0")/lib.sh"

case_begin "what Git should know of is said after the work"
project
echo a >a
run cairn add a
expect_rc 0
expect_out <<'TEXT'

To track the changes with git, run:

	git add .gitignore a.dvc

To enable auto staging, run:

	cairn config core.autostage true
TEXT
echo b >a
run cairn add a
expect_out_has "	git add a.dvc"

case_begin "names are quoted for the shell, and relative to where we are"
project
mkdir 'sub dir'
echo a >"sub dir/it's"
run cairn add "sub dir/it's"
expect_out_has "	git add 'sub dir/.gitignore' 'sub dir/it'\"'\"'s.dvc'"
cd 'sub dir' || exit 2
echo a >plain-1.0_x@y%z+=,:
run cairn add plain-1.0_x@y%z+=,:
expect_out_has "	git add .gitignore plain-1.0_x@y%z+=,:.dvc"
eval "$(grep 'git add' "$OUT")"
git diff --cached --name-only >staged
grep -q 'plain' staged || fail "the hint did not stage it" "$(cat staged)"

case_begin "called as dvc it speaks of dvc"
project
echo a >a
run dvc add a
expect_out_has "	dvc config core.autostage true"

case_begin "with core.autostage it is done, without a word"
project
cairn config core.autostage true
git commit -q -m autostage .dvc/config
echo a >a
run cairn add a
expect_rc 0
expect_out </dev/null
git status --short >status
expect_file status <<'TEXT'
A  .gitignore
A  a.dvc
?? status
TEXT

case_begin "quiet, and without Git, there is no hint"
project
echo a >a
run cairn add -q a
expect_out </dev/null
mkdir plain && cd plain && cairn init -q --no-scm
echo b >b
run cairn add b
expect_rc 0
expect_out </dev/null

cases_end
