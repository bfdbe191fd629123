. "$(dirname "$0")/lib.sh"

case_begin "the page of the program lists every command in its group"
run cairn --help
expect_rc 0
expect_err </dev/null
expect_out_has "usage: cairn [-q | -v] [-h] [-V] [--cd <path>] [--wait-for-lock] <command> ..."
expect_out_has "Track and move data"
expect_out_has "  push "
expect_out_has "  remote add "
cp "$OUT" page
run cairn -h
expect_same page "$OUT"
run cairn help
expect_same page "$OUT"

case_begin "pages speak of the name we were called by"
run dvc --help
expect_out_has "usage: dvc ["
if grep -q cairn "$OUT"; then fail "the other name is there"; fi
run dvc push -h
expect_out_has "usage: dvc push"

case_begin "the page of a command, asked for in three ways"
run cairn help remote add
expect_rc 0
expect_out_has "usage: cairn remote add [<options>] <name> <url>"
expect_out_has "-d, --default"
cp "$OUT" page
run cairn remote add --help
expect_same page "$OUT"
run cairn remote -h
expect_rc 0
expect_out_has "usage: cairn remote <command>"
expect_out_has "  add "
cp "$OUT" page
run cairn help remote
expect_same page "$OUT"

case_begin "aliases lead to the same page"
cairn help remove >page
run cairn rm --help
expect_same page "$OUT"
expect_out_has "also: cairn rm"

case_begin "no help for what is no command"
run cairn help frobnicate
expect_rc 254
expect_err_has "there is no command 'frobnicate'"

case_begin "help needs no repository, no configuration, and no environment"
mkdir .dvc && echo '[[[' >.dvc/config
run env -i "$CASE_TOP/bin/cairn" --help
expect_rc 0
run env -i "$CASE_TOP/bin/cairn" --version
expect_rc 0

case_begin "every page fits in 79 columns and explains every option"
cairn help --dump | awk -F'\t' '$1 == "command" { print $2 }' >names
expect_that -s names
while read -r name; do
    # shellcheck disable=SC2086
    cairn help $name >page || fail "no page for $name"
    awk -v name="$name" 'length($0) > 79 { print name ": " $0; bad = 1 } END { exit bad }' page >long ||
        fail "too wide:" "$(cat long)"
    cairn help --dump | awk -F'\t' -v name="$name" '$1 == "option" && $2 == name && $5 == "" { print $3 }' >bare
    [ -s bare ] && fail "$name: options without a word of help:" "$(cat bare)"
    cairn help --dump | awk -F'\t' -v name="$name" '$1 == "option" && $2 == name { print $3 }' >options
    while read -r option; do
        grep -qF -e "$option" page || fail "$name: $option is not on its page"
    done <options
done <names

cases_end
