#!/bin/sh
# check-ignore: which rule of .dvcignore decides.
TESTS=$(cd "$(dirname "$0")" && pwd)
. "$TESTS/lib.sh"

case_begin "paths that are ignored, as typed"
project
printf '*.tmp\n!keep.tmp\nlogs/\n' >.dvcignore
mkdir logs sub
run cairn check-ignore a.tmp keep.tmp b logs logs/f ./sub/../x.tmp "$PWD/y.tmp" .git ../out.tmp .
expect_rc 0
expect_out <<X
a.tmp
logs
logs/f
./sub/../x.tmp
$PWD/y.tmp
.git
X
run cairn check-ignore b keep.tmp
expect_rc 1
expect_out </dev/null
run cairn check-ignore -q a.tmp
expect_rc 0
expect_out </dev/null

case_begin "with the rule"
run cairn init -q --no-scm
printf '*.tmp\n!keep.tmp\n\n# c\n*.tmp.x\na*\n' >.dvcignore
mkdir -p sub other/.dvc
printf '/here\n!a.tmp\n' >sub/.dvcignore
run cairn check-ignore -d a.tmp keep.tmp b sub/here sub/a.tmp other .dvc
expect_rc 0
expect_out <<'X'
.dvcignore:6:a*	a.tmp
.dvcignore:2:!keep.tmp	keep.tmp
sub/.dvcignore:1:/here	sub/here
sub/.dvcignore:2:!a.tmp	sub/a.tmp
in sub_repo:other	other
:.dvc/	.dvc
X
run cairn check-ignore -d -n b keep.tmp
expect_rc 0
expect_out <<'X'
::	b
.dvcignore:2:!keep.tmp	keep.tmp
X

case_begin "standard input, up to an empty line"
project
echo '*.tmp' >.dvcignore
printf 'a.tmp\nb\n\nc.tmp\n' | cairn check-ignore --stdin >out
echo $? >>out
expect_file out <<'X'
a.tmp
0
X

case_begin "options that do not go together"
project
for options in '' '-n a' '-a a' '-q -d a' '--stdin a'; do
    # shellcheck disable=SC2086
    run cairn check-ignore $options
    expect_rc 255
done

case_begin "random rules and paths, as Git judges them"
run python3 "$TESTS/../compat/ignore-random.py" "$CAIRN" git 1 40
expect_rc 0
expect_out_has " 0 failed"

cases_end
