#!/bin/sh
# list and du of repositories elsewhere: clones that are kept, revisions, what a stranger's configuration may do.
. "$(dirname "$0")/lib.sh"

# "lib" at $GIT_URL/lib, with its data at the remote $PWD/store.
serve() {
    mkdir lib store
    cd lib || exit 1
    project
    cairn remote add -q -d r "$(cd .. && pwd)/store"
    mkdir -p d/e
    echo a >d/a
    echo bb >d/e/b
    echo 1 >f
    echo plain >p
    cairn add -q d f
    git add -A
    git commit -qm one
    git tag v1
    cairn push -q
    git rm -q p
    git commit -qm two
    cd ..
    git_serve
}

case_begin "lists a clone, and asks no more than it has to"
serve
run cairn list "$GIT_URL/lib"
expect_rc 0
expect_out <<'X'
.dvcignore
.gitignore
d
d.dvc
f
f.dvc
X
run cairn list "$GIT_URL/lib" -R --rev v1 --dvc-only
printf 'd/a\nd/e/b\nf\n' | expect_out
run cairn list "$GIT_URL/lib" --rev v1 p
echo p | expect_out
id=$(git -C lib rev-parse v1)
short=$(echo "$id" | cut -c1-8)
for rev in "$id" "$short" main~1 refs/tags/v1; do
    run cairn list "$GIT_URL/lib" --rev "$rev" p
    echo p | expect_out
done
git_stop
run cairn list "$GIT_URL/lib" --rev "$id" p
echo p | expect_out
run cairn list "$GIT_URL/lib" --rev v1 p
expect_rc 1
expect_err_has "$GIT_URL/lib"

case_begin "du of a clone"
serve
run cairn du "$GIT_URL/lib"
expect_rc 0
expect_out <<'X'
6   .gitignore
5   d
2   f
13
X
git_stop

case_begin "names what was meant"
serve
run cairn list "$GIT_URL/lib" --rev v2
expect_rc 1
expect_err_has "v2"
expect_err_has "'v1'"
run cairn list "$GIT_URL/lib" f.dv
expect_rc 1
expect_err_has "f.dvc"
run cairn list "$GIT_URL/none"
expect_rc 1
expect_err_has none
run cairn list none
expect_rc 1
expect_err_has none
git_stop
run cairn list "$GIT_URL/lib"
expect_rc 1
expect_err_has "$GIT_URL/lib"
[ -z "$(find "$HOME/.cache/cairn/clones" -maxdepth 1 -name '*none-*' ! -name '*lock*')" ] || fail "an empty clone stays"

case_begin "a remote that only the original can reach"
serve
git -C lib config user.name t
(cd lib && cairn remote modify -q r url ../store && git commit -qam beside)
run cairn list "$GIT_URL/lib" -R
expect_rc 1
expect_err_has "'../../store'"
run cairn list "$GIT_URL/lib" -R --dvc-only --remote-config url="$PWD/store"
printf 'd/a\nd/e/b\nf\n' | expect_out
printf '[core]\n    remote = other\n["remote \\"other\\""]\n    url = store\n' | tr -d '\\' >my.config
rm -rf "$HOME/.cache"
run cairn list "$GIT_URL/lib" -R --dvc-only --config my.config
git_stop

case_begin "a bare repository, and a file:// URL"
serve
git clone -q --bare lib lib.git
run cairn list lib.git --dvc-only
printf 'd\nf\n' | expect_out
(cd lib && rm f)
run cairn list "file://$PWD/lib" -R --dvc-only
printf 'd/a\nd/e/b\nf\n' | expect_out
git_stop

case_begin "addresses that would run something"
for url in "ext::touch $PWD/ran" '--upload-pack=touch ran' 'ssh://-oProxyCommand=touch/ran'; do
    run cairn list -- "$url"
    expect_rc 1
done
[ ! -e ran ] || fail "something was run"

cases_end
