. "$(dirname "$0")/lib.sh"

# A usage error: status 254, the reason on stderr, the help of what was named on stdout.
expect_usage() {
    expect_rc "${3:-254}"
    expect_err_has "$1"
    expect_out_has "usage: $2"
}

case_begin "no command"
run cairn
expect_usage "ERROR: a command is missing" "cairn [-q"
run dvc
expect_usage "ERROR: a command is missing" "dvc [-q"

case_begin "a command that is none"
run cairn psuh
expect_usage "ERROR: there is no command 'psuh'" "cairn [-q"
expect_err_has "did you mean 'cairn push'?"
run dvc remote ad
expect_usage "ERROR: there is no command 'remote ad'" "dvc remote <command>"
expect_err_has "did you mean 'dvc remote add'?"
run cairn remote
expect_usage "ERROR: a command is missing" "cairn remote <command>"

case_begin "an option that is none"
run cairn status --jason
expect_usage "ERROR: unknown option --jason" "cairn status"
expect_err_has "did you mean --json?"
run cairn status -Z --jason
expect_usage "ERROR: unknown options -Z --jason" "cairn status"
run cairn --nope status
expect_usage "ERROR: unknown option --nope" "cairn [-q"

case_begin "options with wrong values"
run cairn push -j
expect_usage "ERROR: option -j/--jobs: a value is missing" "cairn push"
run cairn push -jx
expect_usage "ERROR: option -j/--jobs: not a whole number: 'x'" "cairn push"
run cairn status --json=3
expect_usage "ERROR: option --json: takes no value, but was given '3'" "cairn status"
run cairn completion -s tcsh
expect_usage "ERROR: option -s/--shell: there is no choice 'tcsh'" "cairn completion"
expect_err_has "the choices are bash, zsh, fish"
run cairn --ver
expect_usage "ERROR: option --ver could be any of --verbose, --version" "cairn [-q"
run cairn --cd
expect_usage "ERROR: option --cd: a value is missing" "cairn [-q"

case_begin "too few and too many words"
run cairn add
expect_usage "ERROR: missing: <" "cairn add"
run cairn remote add x
expect_usage "ERROR: missing: <url>" "cairn remote add"
run cairn version now
expect_usage "ERROR: unexpected argument 'now'" "cairn version"

case_begin "-q and -v exclude each other"
run cairn -q version -v
expect_usage "ERROR: -q and -v exclude each other" "cairn version" 2

case_begin "nothing is looked at once help is asked for"
run cairn status --nope -h
expect_rc 0
expect_out_has "usage: cairn status"
expect_err </dev/null

case_begin "options may be cut short, glued, before and behind words"
run cairn --versio
expect_rc 0
run cairn completion --sh=zsh
expect_rc 0
expect_out_has "#compdef"
run cairn completion -szsh
expect_rc 0
expect_out_has "#compdef"

case_begin "DVC's switches for debugging are taken and mean nothing"
run cairn --cprofile --yappi --yappi-separate-threads --cprofile-dump x version --viztracer --viztracer-depth 3 \
    --viztracer-async --pdb --instrument --instrument-open --show-stack --ss
expect_rc 0
expect_no_file x

case_begin "--cd goes there first"
run cairn --cd nowhere version
expect_rc 255
expect_err_has "cannot change to the folder 'nowhere': No such file or directory"
mkdir sub
project
run cairn --cd sub root
expect_rc 0
expect_out <<'TEXT'
..
TEXT

case_begin "outside a repository"
run cairn status
expect_rc 253
expect_err_has "ERROR: "
run cairn -q status
expect_rc 253
expect_err </dev/null
run cairn push
expect_rc 253

case_begin "a configuration that does not validate"
project
printf '[core]\n    nosuch = 1\n' >>.dvc/config
for command in status push 'metrics show' 'add x'; do
    # shellcheck disable=SC2086
    run cairn $command
    expect_rc 251
    expect_err_has nosuch
done
run cairn remote list
expect_rc 0

case_begin "a remote that is not there: 1 where DVC catches it, 251 where it does not"
project
run cairn push -r nosuch
expect_rc 1
expect_err_has nosuch
run cairn remote modify nosuch url x
expect_rc 251
expect_err_has nosuch

case_begin "a reader that went away"
project
mkfifo gone
(exec 3<gone && exec sleep 10) & # a reader until the writer has it open
reader=$!
{ kill "$reader"; wait "$reader" 2>/dev/null; cairn help --dump 2>"$ERR"; echo $? >rc; } >gone
expect_file rc <<'TEXT'
141
TEXT
expect_err </dev/null

case_begin "a disk that is full"
cairn help >/dev/full 2>"$ERR"
RC=$?
expect_rc 255
expect_err_has "cannot write the output: No space left on device"

case_begin "errors are one line whatever a file is called"
project
name=$(printf 'a\nb\033[31m')
run cairn add "$name"
expect_rc 1
[ "$(grep -c ERROR "$ERR")" = 1 ] || fail "more than one error"
expect_err_has 'a\nb\x1b[31m'

cases_end
