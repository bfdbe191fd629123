#!/bin/sh
# install and uninstall: Git's hooks and merge driver.
. "$(dirname "$0")/lib.sh"

hooks() {
    find "$1" -type f ! -name '*.sample' -printf '%f\n' | sort
}

case_begin "three hooks and a driver, once, and gone again"
project
run cairn install
expect_rc 0
expect_out_has 'cairn uninstall'
hooks .git/hooks >list
expect_file list <<'X'
post-checkout
pre-commit
pre-push
X
expect_file .git/hooks/pre-push <<'X'
#!/bin/sh
exec cairn git-hook pre-push "$@"
X
expect_that -x .git/hooks/pre-push
expect_that "$(git config merge.dvc.driver)" = "cairn git-hook merge-driver --ancestor %O --our %A --their %B "
run cairn install
expect_rc 1
run cairn uninstall
expect_rc 0
expect_out </dev/null
hooks .git/hooks >list
expect_file list </dev/null
git config merge.dvc.driver && fail "the driver is still there"
run cairn uninstall
expect_rc 0

case_begin "a hook of somebody else stops it, and stays"
project
printf '#!/bin/sh\necho mine\n' >.git/hooks/pre-push
run cairn install
expect_rc 1
expect_err_has "cairn git-hook pre-push"
expect_no_file .git/hooks/pre-commit
cairn uninstall -q
expect_that -f .git/hooks/pre-push
rm .git/hooks/pre-push
cairn install
echo 'echo more' >>.git/hooks/pre-push
cairn uninstall -q
hooks .git/hooks >list
expect_file list <<'X'
pre-push
X

case_begin "what DVC installed goes too"
project
git config merge.dvc.driver 'dvc git-hook merge-driver --ancestor %O --our %A --their %B '
for hook in pre-commit pre-push post-checkout; do
    # shellcheck disable=SC2016
    printf '#!/usr/bin/sh\nexec dvc git-hook %s $@\n' $hook >.git/hooks/$hook
done
cairn uninstall -q
hooks .git/hooks >list
expect_file list </dev/null

case_begin "core.hooksPath"
project
git config core.hooksPath my/hooks
run cairn install
expect_rc 0
hooks my/hooks >list
expect_that "$(wc -l <list)" = 3
expect_that "$(hooks .git/hooks)" = ""

case_begin "another work tree shares them"
project
git worktree add -q ../tree
cd ../tree || exit 2
run cairn install
expect_rc 0
cd "$CASE_DIR" || exit 2
expect_that -x .git/hooks/pre-commit
git worktree remove --force ../tree

case_begin "without Git nothing is done"
cairn init -q --no-scm
run cairn install
expect_rc 0
run cairn uninstall
expect_rc 0

case_begin "the tool pre-commit"
project
printf 'repos:\n# mine\n- repo: x\n  rev: "1"\n  hooks: []\n' >.pre-commit-config.yaml
cp .pre-commit-config.yaml before
run cairn install --use-pre-commit-tool
expect_rc 0
run cairn install --use-pre
expect_rc 0
expect_file .pre-commit-config.yaml <<'X'
repos:
# mine
- repo: x
  rev: "1"
  hooks: []
- repo: local
  hooks:
  - id: cairn-pre-commit
    name: cairn pre-commit
    entry: cairn git-hook pre-commit
    language: system
    verbose: true
    stages:
    - pre-commit
    always_run: true
  - id: cairn-pre-push
    name: cairn pre-push
    entry: cairn git-hook pre-push
    language: system
    verbose: true
    stages:
    - pre-push
    always_run: true
  - id: cairn-post-checkout
    name: cairn post-checkout
    entry: cairn git-hook post-checkout
    language: system
    verbose: true
    stages:
    - post-checkout
    always_run: true
X
expect_that "$(hooks .git/hooks)" = ""
cairn uninstall -q
expect_same before .pre-commit-config.yaml
rm .pre-commit-config.yaml
dvc install --use-pre-commit-tool
grep -q treeverse .pre-commit-config.yaml || fail "not DVC's form"
cairn uninstall -q
expect_no_file .pre-commit-config.yaml

cases_end
