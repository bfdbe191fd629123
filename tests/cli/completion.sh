. "$(dirname "$0")/lib.sh"

# Completes the words given, the cursor behind the last one, and leaves the answers in $OUT, one a line.
complete_bash() {
    cat >ask.bash <<'TEXT'
source script.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cairn
printf '%s\n' "${COMPREPLY[@]}"
TEXT
    run bash --norc ask.bash "$@"
}
expect_answer() {
    [ "$(cat "$OUT")" = "$1" ] || fail "answered: $(cat "$OUT" "$ERR")" "expected: $1"
}

case_begin "bash completes commands, their options, choices and files"
cairn completion >script.bash
run bash -n script.bash
expect_rc 0
complete_bash cairn pus
expect_answer push
complete_bash cairn remote ad
expect_answer add
complete_bash cairn -q --cd /tmp remote ren
expect_answer rename
complete_bash cairn push --run
expect_answer --run-cache
complete_bash cairn rm --out
expect_answer --outs
complete_bash cairn completion -s z
expect_answer zsh
complete_bash cairn completion --shell f
expect_answer fish
complete_bash cairn help remov
expect_answer remove
touch 'a file.txt'
complete_bash cairn add 'a f'
expect_answer 'a file.txt'
complete_bash cairn version x
expect_answer ''

case_begin "bash completes the names of remotes"
cairn completion >script.bash
project
cairn remote add -q origin "$PWD/a"
cairn remote add -q other "$PWD/b"
complete_bash cairn push -r or
expect_answer origin
complete_bash cairn remote modify ot
expect_answer other

case_begin "every command and every visible option is known to bash"
cairn completion >script.bash
cairn help --dump >dump
expect_that "$(grep -c ^option dump)" -gt 100
awk -F'\t' '$1 == "option" { print $2 "|" $3 }' dump | while IFS='|' read -r command option; do
    option=${option##* }
    # shellcheck disable=SC2086
    complete_bash cairn $command "$option"
    grep -qxF -e "$option" "$OUT" || echo "$command $option"
done >missing
[ -s missing ] && fail "not completed:" "$(cat missing)"

case_begin "as dvc the script completes dvc"
dvc completion -s bash >script.bash
grep -q '^complete -F _cairn dvc$' script.bash || fail "no line for dvc"
dvc completion -s zsh >_dvc
[ "$(sed -n 1p _dvc)" = '#compdef dvc' ] || fail "no #compdef dvc"

case_begin "zsh and fish take their scripts"
cairn completion -s zsh >_cairn
cairn completion -s fish >cairn.fish
if command -v zsh >/dev/null; then
    run zsh -n _cairn
    expect_rc 0
fi
if command -v fish >/dev/null; then
    run fish --no-execute cairn.fish
    expect_rc 0
    run fish --no-config -c 'source cairn.fish; complete -C "cairn remote ren"'
    printf 'rename\t' >expected
    grep -q "$(cat expected)" "$OUT" || fail "not completed" "$(cat "$OUT" "$ERR")"
fi

case_begin "scripts need no repository"
mkdir .dvc && echo '[[[' >.dvc/config
run cairn completion -s fish
expect_rc 0

cases_end
