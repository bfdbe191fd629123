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

# Branches ours and theirs of a pipeline of two stages, merged.
merge_lock() {
    project
    cairn install
    rm .git/hooks/*
    echo '.gitignore merge=union' >.gitattributes
    printf 'a: 1\nb: 1\n' >params.yaml
    cairn stage add -q -n one -p a -o one 'cp params.yaml one'
    cairn stage add -q -n two -p b -o two 'cp params.yaml two'
    cairn repro -q
    git add -A
    git commit -qm base
    for side in theirs ours; do
        git checkout -q -b $side main
        cairn checkout -q
        $side
        git add -A
        git commit -qm $side
    done
    git merge theirs >out 2>&1
    RC=$?
}

case_begin "dvc.lock: stages that ran on one side, new ones, dropped ones"
ours() {
    sed -i 's/a: 1/a: 2/' params.yaml
    cairn repro -q one
    cairn stage add -q -n new-o -o o 'echo o >o'
    cairn repro -q new-o
    git checkout -q dvc.yaml params.yaml # only dvc.lock is to be merged here
}
theirs() {
    cairn remove -q two
    git checkout -q dvc.yaml
    cairn stage add -q -n new-t -o t 'echo t >t'
    cairn repro -q new-t
    git checkout -q dvc.yaml
}
merge_lock
expect_rc 0
grep -E '^  [a-z]|  a: ' dvc.lock >seen
expect_file seen <<'X'
  one:
        a: 2
  new-o:
  new-t:
X

case_begin "dvc.lock: a stage with two outcomes is a conflict, the others are merged"
ours() { printf 'a: 2\nb: 1\n' >params.yaml && cairn repro -q one && git checkout -q params.yaml; }
theirs() { printf 'a: 3\nb: 2\n' >params.yaml && cairn repro -q && git checkout -q params.yaml; }
merge_lock
expect_rc 1
grep -qF "both sides ran stage 'one', with another outcome" out || fail "$(cat out)"
git diff --name-only --diff-filter=U >list
expect_file list <<'X'
dvc.lock
X
grep -E '^(<<<<<<<|=======|>>>>>>>|  [a-z])| [ab]: ' dvc.lock >seen
expect_file seen <<'X'
<<<<<<< ours
  one:
        a: 2
=======
  one:
        a: 3
>>>>>>> theirs
  two:
        b: 2
X
git checkout -q --theirs dvc.lock
cairn status -q
expect_that $? = 1

case_begin "dvc.lock that is none is left alone"
project
printf 'schema: "1.0"\nstages: {}\n' >our
: >base
printf "schema: '2.0'\nstages: [1]\n" >their
cp our before
run cairn git-hook merge-driver --ancestor base --our our --their their
expect_rc 255
expect_err_has "version of dvc.lock is none of schema 2.0"
expect_same our before

case_begin "git diff shows files of folders and rows of tables"
project
cairn install
rm .git/hooks/*
grep -c '' .git/info/attributes >lines
mkdir d
echo 1 >d/1
echo 2 >d/2
printf 'id,n\n1,a\n2,b\n' >t.csv
cairn add -q d t.csv
git add -A
git commit -qm one
echo 3 >d/2
echo 4 >d/3
printf 'id,n\n1,a\n2,c\n' >t.csv
cairn add -q d t.csv
git diff d.dvc t.csv.dvc | grep '^[-+] *[^-+ o]' | grep -v 'md5:' >seen
expect_file seen <<'X'
-  size: 4
-  nfiles: 2
+  size: 6
+  nfiles: 3
-# d: 2 files
+# d: 3 files
-d/2 26ab0db90d72e28ad0ba1e22ee510510
+d/2 6d7fce9fee471194aa8b5b6e47267f03
+d/3 48a24b70a0b376535542b996af517398
-2,b
+2,c
X
printf '<<<<<<< conflict\n' >x.dvc
run cairn git-hook textconv x.dvc
expect_rc 0
expect_out <<'X'
<<<<<<< conflict
X
rm -r .dvc/cache
git diff d.dvc >seen || fail "no difference without the cache"
PATH=/usr/bin:/bin git diff d.dvc >seen 2>said || fail "no difference without the program: $(cat said)"
grep -q '^+- md5' seen || fail "the files are not shown: $(cat seen)"
cairn uninstall -q
expect_no_file .git/info/attributes
expect_that -z "$(git config diff.dvc.textconv)"

cases_end
