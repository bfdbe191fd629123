#!/bin/sh
# git-hook: what Git calls.
. "$(dirname "$0")/lib.sh"

case_begin "nothing to do outside of a repository, but a merge is not done then"
for hook in pre-commit pre-push 'post-checkout a b 1'; do
    # shellcheck disable=SC2086
    run cairn git-hook $hook
    expect_rc 0
    expect_out </dev/null
done
run cairn git-hook merge-driver --ancestor a --our b --their c
expect_rc 253
run cairn git-hook merge-driver --our b --their c
expect_rc 254
run cairn git-hook
expect_rc 254

case_begin "checkout follows Git, but only for revisions and not in a rebase"
project
echo 1 >a
cairn add -q a
git add -A
git commit -qm 1
rm a
run cairn git-hook post-checkout x y 0
expect_no_file a
run cairn git-hook post-checkout
expect_no_file a
mkdir .git/rebase-merge
run cairn git-hook post-checkout x y 1
expect_no_file a
rmdir .git/rebase-merge
run cairn git-hook post-checkout x y 1
expect_rc 0
expect_that -f a
rm a
PRE_COMMIT_CHECKOUT_TYPE=1 run cairn git-hook post-checkout
expect_that -f a
rm -rf a .dvc/cache
run cairn git-hook post-checkout x y 1
expect_rc 255

case_begin "hooks at work"
project
mkdir ../remote
cairn remote add -q -d r "$CASE_DIR/../remote"
cairn install
echo 1 >a
cairn add -q a
git add -A
git commit -qm 1 >out 2>&1
grep -q 'up to date' out || fail "no status" "$(cat out)"
git checkout -q -b other
echo 2 >a
cairn add -q a
git commit -qam 2 >out 2>&1
git checkout -q main >out 2>&1
expect_file a <<'X'
1
X
git init -q --bare ../git
git push -q ../git main >out 2>&1 || fail "$(cat out)"
expect_that "$(find ../remote -type f | wc -l)" = 1
cairn remote remove r
run git push -q ../git other
expect_rc 1

# Branches ours and theirs, made of functions, are merged with the driver on.
merge() {
    project
    cairn install
    rm .git/hooks/*
    echo '*.dvc merge=dvc' >.gitattributes
    mkdir -p d/e
    echo 1 >d/1
    echo 2 >d/2
    echo 3 >d/e/3
    cairn add -q d
    git add -A
    git commit -qm base
    for side in theirs ours; do
        git checkout -q -b $side main
        cairn checkout -q
        $side
        cairn add -q d
        git commit -qam $side
    done
    git merge -q theirs >out 2>&1
    RC=$?
}
files() {
    cairn checkout -q && (cd d && grep -r . | sort)
}

case_begin "changes of different files are merged"
ours() { echo ours >d/1 && echo new >d/ours; }
theirs() { echo theirs >d/e/3 && rm d/2 && echo new >d/e/theirs; }
merge
expect_rc 0
files >list
expect_file list <<'X'
1:ours
e/3:theirs
e/theirs:new
ours:new
X
cairn status -q || fail "changed after the merge"
grep -q 'nfiles: 4' d.dvc || fail "$(cat d.dvc)"
grep -q 'size: 20' d.dvc || fail "$(cat d.dvc)"

case_begin "the same change on both sides is no conflict"
ours() { echo same >d/1 && rm d/2; }
theirs() { echo same >d/1 && rm d/2 && echo t >d/t; }
merge
expect_rc 0
files >list
expect_file list <<'X'
1:same
e/3:3
t:t
X

case_begin "changes that exclude each other are a conflict"
ours() { echo ours >d/1; }
theirs() { echo theirs >d/1 && echo t >d/t; }
merge
expect_rc 1
grep -qF "'1'" out || fail "$(cat out)"
git diff --name-only --diff-filter=U >list
expect_file list <<'X'
d.dvc
X

case_begin "a file where the other side has a folder"
ours() { echo ours >d/x; }
theirs() { mkdir d/x && echo t >d/x/y; }
merge
expect_rc 1

case_begin "more than the data was changed"
ours() { echo o >d/o; }
theirs() { echo t >d/t && sed -i 's/  path: d/&\n  desc: words/' d.dvc; }
merge
expect_rc 1

case_begin "both branches made the folder"
ours() { mkdir -p n && echo o >n/o && cairn add -q n && git add -A; }
theirs() { mkdir -p n && echo t >n/t && cairn add -q n && git add -A; }
merge
expect_rc 0
cairn checkout -q
expect_that -f n/o
expect_that -f n/t

cases_end
