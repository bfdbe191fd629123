# cache dir: shown, set, unset.
. "$(dirname "$0")/lib.sh"

case_begin "the default is in .dvc"
project
run cairn cache dir
expect_out <<EOT
$CASE_DIR/.dvc/cache
EOT
run cairn cache dir --local
expect_rc 251

case_begin "set, shown, unset"
project
mkdir sub
cd sub || exit 2
run cairn cache dir ../../cache
expect_rc 0
expect_file ../.dvc/config <<'EOT'
[cache]
    dir = ../../cache
EOT
run cairn cache dir
expect_out <<EOT
${CASE_DIR%/*}/cache
EOT
cairn cache dir --local /abs
run cairn cache dir
expect_out <<'EOT'
/abs
EOT
run cairn cache dir --local --unset
expect_rc 0
run cairn cache dir -u
expect_rc 0
run cairn cache dir -u
expect_rc 251

case_begin "outside of a repository"
run cairn cache dir
expect_rc 251

cases_end
