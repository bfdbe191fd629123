# init: what it makes, where it refuses, and at home in worktrees, submodules and below the root.
. "$(dirname "$0")/lib.sh"

case_begin "init makes and stages three files"
git init -q
run cairn init
expect_rc 0
expect_out_has "Initialized a DVC repository."
expect_out_has "cairn add"
expect_file .dvc/config </dev/null
expect_file .dvc/.gitignore <<'EOT'
/config.local
/tmp
/cache
EOT
run git status --short
expect_out <<'EOT'
A  .dvc/.gitignore
A  .dvc/config
A  .dvcignore
EOT

case_begin "init is silent with -q"
git init -q
run cairn init -q
expect_rc 0
expect_out </dev/null
expect_err </dev/null

case_begin "init a second time needs --force"
project
echo kept >.dvcignore
run cairn init
expect_rc 1
expect_err_has "is there already"
touch .dvc/extra
run cairn init -f
expect_rc 0
expect_no_file .dvc/extra
expect_file .dvcignore <<'EOT'
kept
EOT

case_begin "init outside of Git says what to do"
run cairn init
expect_rc 1
expect_err_has "is not in a Git repository"
expect_err_has "--no-scm"
expect_no_file .dvc

case_begin "init without Git"
run cairn init --no-scm
expect_rc 0
expect_file .dvc/config <<'EOT'
[core]
    no_scm = True
EOT
expect_no_file .dvc/.gitignore

case_begin "init below the root needs --subdir"
git init -q
mkdir -p team/a
cd team || exit 2
run cairn init
expect_rc 1
expect_err_has "--subdir"
run cairn init --subdir
expect_rc 0
cd a || exit 2
run cairn root
expect_out <<'EOT'
..
EOT

case_begin "--subdir and --no-scm exclude each other"
run cairn init --subdir --no-scm
expect_rc 255
expect_no_file .dvc

case_begin "init in a folder that is named"
git init -q there
run cairn init there
expect_rc 0
expect_that -f there/.dvc/config

case_begin "init where Git ignores .dvc"
git init -q
echo .dvc >.gitignore
run cairn init
expect_rc 1
expect_err_has "!.dvc"
expect_no_file .dvc

case_begin "init does not replace what is no folder"
git init -q
mkdir elsewhere
ln -s elsewhere .dvc
run cairn init -f
expect_rc 1
expect_that -L .dvc
expect_that -d elsewhere

case_begin "a split index is named before anything is made"
git init -q
touch a
git add a
git update-index --split-index
run cairn init
expect_rc 1
expect_err_has "git update-index --no-split-index"
expect_no_file .dvc

case_begin "worktrees and submodules are Git repositories"
git init -q r
git -C r commit -q --allow-empty -m 1
git -C r worktree add -q ../w 2>/dev/null
run cairn init w
expect_rc 0
run git -C w status --short
expect_out_has "A  .dvc/config"
git init -q up
git -C up -c protocol.file.allow=always submodule --quiet add ../r sub 2>/dev/null
run cairn init up/sub
expect_rc 0
run git -C up/sub status --short
expect_out_has "A  .dvc/config"

case_begin "the repository of somebody else is refused with Git's way out"
if [ "$(id -u)" = 0 ]; then
    git init -q
    chown -R 12345 .
    run cairn init
    expect_rc 1
    expect_err_has "belongs to another user"
    expect_err_has "git config --global --add safe.directory $PWD"
    git config --global safe.directory '*'
    run cairn init
    expect_rc 0
    git config --global --unset safe.directory
fi

cases_end
