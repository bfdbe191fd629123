# root: the way up, and where there is none.
. "$(dirname "$0")/lib.sh"

case_begin "root is relative to the current folder"
project
mkdir -p a/b
run cairn root
expect_out <<'EOT'
.
EOT
cd a/b || exit 2
run cairn root
expect_rc 0
expect_out <<'EOT'
../..
EOT
run cairn --cd .. root
expect_out <<'EOT'
..
EOT

case_begin "root outside of a repository"
run cairn root
expect_rc 253
expect_out </dev/null
expect_err_has "is not inside a DVC repository"

case_begin "root works whatever the configuration says"
project
echo '[broken' >.dvc/config
run cairn root
expect_rc 0

case_begin "a .dvc that is no folder is refused"
mkdir -p d/sub real/.dvc
ln -s ../real/.dvc d/.dvc
cd d/sub || exit 2
run cairn root
expect_rc 255
expect_err_has "has to be a folder"

cases_end
