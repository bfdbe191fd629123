#!/bin/sh
# exp list, rename, remove, branch: what handles references alone. Experiments are made with Git's plumbing.
. "$(dirname "$0")/lib.sh"

# experiment NAME TEXT [BASELINE]: p.yaml with that text on top of the commit.
experiment() {
    base=$(git rev-parse "${3:-HEAD}")
    blob=$(printf '%s\n' "$2" | git hash-object -w --stdin)
    tree=$({ git ls-tree "$base" | grep -v 'p.yaml$'; printf '100644 blob %s\tp.yaml\n' "$blob"; } | git mktree)
    id=$(git commit-tree -p "$base" -m "$1" "$tree")
    git update-ref "refs/exps/$(echo "$base" | cut -c1-2)/$(echo "$base" | cut -c3-)/$1" "$id"
}

# Two commits: two experiments on the first, one on the second.
experiments() {
    project
    git commit -q --allow-empty -m one
    experiment a1 'x: 1'
    experiment a2 'x: 2'
    git commit -q --allow-empty -m two
    experiment b1 'x: 3'
    git update-ref refs/exps/exec/EXEC_HEAD HEAD
}

refs() {
    git for-each-ref --format='%(refname:lstrip=4)' 'refs/exps/??/*/*' >"$CASE_TOP/refs"
    tr '\n' ' ' <"$CASE_TOP/refs"
}

expect_refs() {
    [ "$(refs)" = "$1" ] || fail "experiments: $(refs)" "expected: $1"
}

case_begin "exp list shows those of HEAD"
experiments
run cairn exp list
expect_rc 0
printf 'main:\n\t%s [b1]\n' "$(git rev-parse --short=7 "refs/exps/$(git rev-parse HEAD | sed 's/../&\//')/b1")" | expect_out
run cairn experiments ls --name-only
echo b1 | expect_out
run cairn exp list --sha-only
git rev-parse "$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/b1')" | expect_out
run cairn exp list --rev HEAD~1 --names-only
printf 'a1\na2\n' | expect_out
run cairn exp list -n 0
expect_out </dev/null

case_begin "exp list -A and -n go back"
experiments
git tag -a -m t v1 HEAD~1
run cairn exp list -A
expect_rc 0
grep -c '^v1:$' "$OUT" | { read -r n; [ "$n" = 1 ] || fail "no v1 in $(cat "$OUT")"; }
run cairn exp list -n -1 --name-only
sort "$OUT" >sorted
printf 'a1\na2\nb1\n' | diff - sorted || fail "not all"
run cairn exp list -n x
expect_rc 254
run cairn exp list --rev nosuch
expect_rc 255
run cairn exp list --rev a1 --name-only
expect_rc 0

case_begin "exp list before the first commit, and without Git"
mkdir empty
cd empty
git init -q
cairn init -q
run cairn exp list
expect_rc 255
expect_err_has "HEAD"
mkdir ../none
cd ../none
cairn init -q --no-scm
run cairn exp list
expect_rc 255
expect_err_has "need a Git repository"

case_begin "exp list of a remote"
experiments
hub=$PWD.git
git clone -q --bare . "$hub"
git push -q "$hub" 'refs/exps/*:refs/exps/*'
git remote add origin "$hub"
run cairn exp list origin
expect_rc 0
printf 'main:\n\tb1\n' | expect_out
run cairn exp list "$hub" -A --name-only
sort "$OUT" >sorted
printf 'a1\na2\nb1\n' | diff - sorted || fail "not all"
run cairn exp list origin --sha-only
expect_rc 255
run cairn exp list ../nosuch.git
expect_rc 255
expect_err_has "nosuch.git"

case_begin "names of experiments are revisions"
experiments
run cairn params diff a1 b1
expect_rc 0
run cairn diff a1 a2
expect_rc 0
experiment a1 'x: 9'
git checkout -q HEAD~1
run cairn exp diff a1 a2 --json
expect_rc 0
git checkout -q --orphan away
git commit -q --allow-empty -m three
run cairn diff a1
expect_rc 1
expect_err_has "several commits"

case_begin "exp rename"
experiments
run cairn exp rename b1 c1
expect_rc 0
git rev-parse -q --verify "refs/exps/$(git rev-parse HEAD | sed 's/../&\//')/c1" >/dev/null || fail "no c1"
experiment b1 'x: 4'
run cairn exp rename b1 c1
expect_rc 255
expect_err_has 'Use `-f` to force.'
run cairn exp rename b1 c1 -f
expect_rc 0
run cairn exp rename nosuch c2
expect_rc 255
run cairn exp rename c1 'no/name'
expect_rc 255
run cairn exp rename c1
expect_rc 255
run cairn exp rename a1 c1
expect_rc 0
[ "$(refs | tr ' ' '\n' | sort | tr '\n' ' ')" = "a2 c1 c1 " ] || fail "$(refs)"

case_begin "exp remove by name, all or none"
experiments
git update-ref refs/exps/exec/EXEC_APPLY "$(git rev-parse "$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/a1')")"
run cairn exp remove a1 a22
expect_rc 255
expect_err_has "did you mean 'a2'"
[ "$(refs | wc -w)" = 3 ] || fail "something was removed"
run cairn exp remove a1 b1
expect_rc 0
expect_refs 'a2 '
git rev-parse -q --verify refs/exps/exec/EXEC_APPLY >/dev/null && fail "a note of it is left"
git rev-parse -q --verify refs/exps/exec/EXEC_HEAD >/dev/null || fail "other notes are gone"
run cairn exp remove
expect_rc 255
run cairn exp remove -A a2
expect_rc 255

case_begin "exp remove by commit, --keep, packed references"
experiments
git pack-refs --all
run cairn exp rm --rev HEAD
expect_rc 0
[ "$(refs | wc -w)" = 2 ] || fail "$(refs)"
run cairn exp remove --keep a2
expect_rc 0
expect_refs 'a2 '
run cairn exp remove -A
expect_refs ''
run cairn exp remove -A
expect_rc 0
git fsck --no-dangling || fail "fsck"

case_begin "exp remove and rename in a remote"
experiments
hub=$PWD.git
git clone -q --bare . "$hub"
git push -q "$hub" 'refs/exps/*:refs/exps/*'
git remote add origin "$hub"
run cairn exp remove -g origin b1
expect_rc 0
run cairn exp rename -g origin a1 z1
expect_rc 0
git -C "$hub" for-each-ref --format='%(refname:lstrip=4)' 'refs/exps/??/*/*' | sort >there
printf 'a2\nz1\n' | diff - there || fail "there: $(cat there)"
[ "$(refs | wc -w)" = 3 ] || fail "here, too"

case_begin "a remote that refuses"
experiments
hub=$PWD.git
git clone -q --bare . "$hub"
git push -q "$hub" 'refs/exps/*:refs/exps/*'
printf '#!/bin/sh\nexit 1\n' >"$hub/hooks/pre-receive"
chmod +x "$hub/hooks/pre-receive"
run cairn exp remove -g "$hub" b1
expect_rc 255
expect_err_has "refused to change"

case_begin "exp branch"
experiments
run cairn exp branch b1
expect_rc 0
[ "$(git rev-parse b1-branch)" = "$(git rev-parse "$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/b1')")" ] || fail "b1-branch"
run cairn exp branch a1 wip/a1
expect_rc 0
git rev-parse -q --verify wip/a1 >/dev/null || fail "no branch"
run cairn exp branch a1 wip
expect_rc 255
expect_err_has "wip/a1"
run cairn exp branch b1
expect_rc 255
run cairn exp branch nosuch
expect_rc 255

case_begin "a reference whose commit is gone"
experiments
ref=$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/b1')
echo 1234567890123456789012345678901234567890 >".git/$ref"
run cairn exp list --name-only
expect_rc 0
echo b1 | expect_out
run cairn exp branch b1
expect_rc 255
expect_err_has "gone"
run cairn exp remove b1
expect_rc 0

cases_end
