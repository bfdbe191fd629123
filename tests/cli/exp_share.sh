#!/bin/sh
# exp push and exp pull: references through the user's git, data through the DVC remote.
. "$(dirname "$0")/lib.sh"

# experiment NAME TEXT: data.txt with that text, in the cache, on HEAD.
experiment() {
    base=$(git rev-parse HEAD)
    echo "$2" >data.txt
    cairn add -q data.txt
    tree=$({ git ls-tree "$base" | grep -v 'data.txt.dvc$'
        printf '100644 blob %s\tdata.txt.dvc\n' "$(git hash-object -w data.txt.dvc)"; } | git mktree)
    id=$(git commit-tree -p "$base" -m "$1" "$tree")
    git update-ref "refs/exps/$(echo "$base" | cut -c1-2)/$(echo "$base" | cut -c3-)/$1" "$id"
    git checkout -q data.txt.dvc
}

# A hub in Git and a remote for data, both beside.
experiments() {
    project
    hub=$PWD-hub.git store=$PWD-store
    git init -q --bare "$hub"
    git remote add origin "$hub"
    cairn remote add -q -d store "$store"
    echo base >data.txt
    cairn add -q data.txt
    git add -A
    git commit -qm one
    git push -q origin main
    experiment x1 one
    experiment x2 two
}

there() { git -C "$hub" for-each-ref --format='%(refname:lstrip=4)' 'refs/exps/*/*/*' | tr '\n' ' '; }
here() { git for-each-ref --format='%(refname:lstrip=4)' 'refs/exps/??/*/*' | tr '\n' ' '; }
objects() { find "$store" -type f 2>/dev/null | wc -l | tr -d ' '; }

case_begin "push one, with the data of its commit alone"
experiments
run cairn exp push origin x1
expect_rc 0
[ "$(there)" = "x1 " ] || fail "there: $(there)"
[ "$(objects)" = 1 ] || fail "$(objects) objects"
run cairn exp push origin x1
expect_rc 0
grep -q "Up to date: 'x1'" "$OUT" || fail "$(cat "$OUT")"

case_begin "push all of HEAD, without data"
experiments
run cairn exp push --no-cache origin
expect_rc 0
[ "$(there)" = "x1 x2 " ] || fail "there: $(there)"
[ "$(objects)" = 0 ] || fail "data, too"
run cairn exp push origin nosuch
expect_rc 255
run cairn exp push "$hub-nosuch" x1
expect_rc 255

case_begin "pull into a clone"
experiments
cairn exp push -q origin -A
git clone -q "$hub" ../clone
cd ../clone || exit
cairn remote add -q -d store "$store"
run cairn exp list origin --name-only
printf 'x1\nx2\n' | expect_out
run cairn exp pull origin x2
expect_rc 0
[ "$(here)" = "x2 " ] || fail "here: $(here)"
[ "$(find .dvc/cache -type f | wc -l)" = 1 ] || fail "its data is not in the cache"
run cairn exp pull origin
expect_rc 0
[ "$(here)" = "x1 x2 " ] || fail "here: $(here)"
run cairn exp pull origin nosuch
expect_rc 255
expect_err_has "there is no experiment 'nosuch'"

case_begin "another experiment of the name"
experiments
cairn exp push -q origin x1
experiment x1 other
run cairn exp push origin x1 x2
expect_rc 255
expect_err_has 'Use `-f` to force.'
[ "$(there)" = "x1 x2 " ] || fail "x2 is not there"
run cairn exp pull origin x1
expect_rc 255
run cairn exp push -f origin x1
expect_rc 0
experiment x1 third
run cairn exp pull origin x1 -f
expect_rc 0
[ "$(git rev-parse "$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/x1')")" = "$(git -C "$hub" rev-parse "$(git -C "$hub" for-each-ref --format='%(refname)' 'refs/exps/*/*/x1')")" ] || fail "not pulled"

case_begin "a remote that refuses, and none for data"
experiments
printf '#!/bin/sh\nexit 1\n' >"$hub/hooks/pre-receive"
chmod +x "$hub/hooks/pre-receive"
run cairn exp push origin x1
expect_rc 255
expect_err_has "refused the experiment 'x1'"
[ "$(objects)" = 0 ] || fail "data of what was refused"
rm "$hub/hooks/pre-receive"
cairn remote remove -q store
run cairn exp push origin x1
expect_rc 0
expect_err_has "not their data"
[ "$(there)" = "x1 " ] || fail "the experiment did not arrive"

cases_end
