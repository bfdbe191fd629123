#!/bin/sh
# get: tracked and untracked files of repositories here and elsewhere, and what must not come of a hostile one.
. "$(dirname "$0")/lib.sh"

# "lib", with its data at the remote "store": a folder, a file, files of Git, and a project of its own in "inner".
library() {
    mkdir lib store
    cd lib || exit 1
    project
    cairn remote add -q -d r "$(cd .. && pwd)/store"
    mkdir -p d/e mixed inner
    echo a >d/a
    echo b >d/e/b
    echo a >d/same
    echo 1 >f
    echo plain >p
    echo x >mixed/x
    echo y >mixed/y
    cairn add -q d f mixed/y
    (cd inner && cairn init -q --subdir && cairn remote add -q -d r "$(cd ../.. && pwd)/store" && echo i >i &&
        echo g >g && cairn add -q i && cairn push -q)
    git add -A
    git commit -qm one
    git tag v1
    echo 2 >f
    cairn add -q f
    git add -A
    git commit -qm two
    cairn push -q -T
    cd ..
}

case_begin "of a path: tracked, untracked, parts, mixtures, revisions"
library
run cairn get lib f
expect_rc 0
echo 2 | expect_file f
expect_that "$(stat -c %a f)" = 644
run cairn get lib f --rev v1 -o old
echo 1 | expect_file old
run cairn get lib d
expect_rc 0
diff -r d lib/d || fail "d differs"
run cairn get lib d/e -o part
echo b | expect_file part/b
run cairn get lib d/a -o some/new/place
echo a | expect_file some/new/place
run cairn get lib mixed
expect_that "$(ls -A mixed | tr '\n' ' ')" = '.gitignore x y '
run cairn get lib inner/i
echo i | expect_file i
run cairn get lib inner -o in --rev v1
expect_that "$(ls -A in | tr '\n' ' ')" = '.gitignore g i '
[ -z "$(find . -name '.*.tmp')" ] || fail "something temporary stays"


case_begin "with -f files replace files, and what is otherwise in the way stays with all the rest"
library
mkdir -p d/sub
echo mine >d/mine
echo changed >d/a
run cairn get lib d
expect_rc 1
expect_err_has "there already"
run cairn get -f lib d
expect_rc 0
echo a | expect_file d/a
echo mine | expect_file d/mine
echo b | expect_file d/e/b
echo changed >d/a
rm d/same
mkdir d/same
run cairn get -f lib d
expect_rc 1
expect_err_has "'d/same' is a folder here, and a file there"
echo changed | expect_file d/a
rm -r d/same d/e
echo x >d/e
run cairn get -f lib d
expect_rc 1
expect_err_has "'d/e' is a file here, and a folder there"
echo changed | expect_file d/a
rm -r d
echo x >d
run cairn get -f lib d
expect_rc 1
expect_err_has "'d' is a file here"
mkdir f
run cairn get -f lib f
expect_rc 1
expect_err_has "'f' is a folder here"
expect_that -z "$(find . -name '.*.tmp*' -not -path './lib/*' -not -path './store/*')"

case_begin "of a clone"
library
git_serve
for rev in main v1 "$(git -C lib rev-parse HEAD)" "$(git -C lib rev-parse HEAD | cut -c1-7)"; do
    run cairn get -f "$GIT_URL/lib" f --rev "$rev" -o got
    expect_rc 0
done
echo 2 | expect_file got
run cairn get "$GIT_URL/lib" d
expect_rc 0
diff -r d lib/d || fail "d differs"
run cairn get "$GIT_URL/lib" mixed
expect_that "$(cat mixed/x mixed/y | tr '\n' ' ')" = 'x y '
run cairn get "$GIT_URL/lib" inner/i
echo i | expect_file i
# One file of a folder: nothing else of it is fetched.
chmod -R u+w store
find store -type f | while read -r f; do [ "$(cat "$f")" = b ] && rm "$f"; done
run cairn get "$GIT_URL/lib" d/same
expect_rc 0
run cairn get "$GIT_URL/lib" d -o d2
expect_rc 1
expect_err_has d/e/b
expect_no_file d2
[ -z "$(find . -name '.*.tmp')" ] || fail "something temporary stays"

case_begin "patterns"
library
run cairn get lib 'd/*' --glob -o to
expect_rc 0
expect_that "$(find to -type f | sort | tr '\n' ' ')" = 'to/a to/e/b to/same '
run cairn get lib '*/a' --glob
expect_rc 0
echo a | expect_file a
run cairn get lib '*/[ay]' --glob -f
expect_rc 0
run cairn get lib 'zzz*' --glob
expect_rc 1
run cairn get lib '**/[be]' --glob -o both
expect_rc 0

case_begin "where it lies"
library
run cairn get lib f --show-url
expect_out <<X
$PWD/store/files/md5/26/ab0db90d72e28ad0ba1e22ee510510
X
run cairn get lib d/a --show-url
expect_out <<X
$PWD/store/files/md5/60/b725f10c9c85c70d97880dfe8191b3
X
run cairn get lib p --show-url
expect_rc 255

case_begin "what is there stays"
library
echo mine >f
run cairn get lib f
expect_rc 1
expect_err_has "'f'"
echo mine | expect_file f
run cairn get -f lib f
expect_rc 0
echo 2 | expect_file f
mkdir d
echo mine >d/mine
echo mine >d/a
mkdir empty
run cairn get -f lib d -o .
expect_rc 0
echo mine | expect_file d/mine
echo a | expect_file d/a
run cairn get lib f -o empty
echo 2 | expect_file empty/f

case_begin "what is not there"
library
run cairn get lib nosuch
expect_rc 255
run cairn get lib d/aa
expect_rc 255
expect_err_has d/a
run cairn get lib f --rev v11
expect_rc 1
expect_err_has "'v1'"
run cairn get none f
expect_rc 1
run cairn get lib f -o x.dvc
expect_rc 1
chmod -R u+w store
rm -r store/files lib/.dvc/cache
run cairn get lib f --rev v1
expect_rc 1
expect_err_has "'f'"

case_begin "options of its remote"
library
rm -rf lib/.dvc/cache
mv store moved
run cairn get lib f --rev v1
expect_rc 1
run cairn get lib f --rev v1 --remote-config url="$PWD/moved"
expect_rc 0
run cairn get lib f --rev v1 -o f2 --remote new --remote-config url="$PWD/moved"
expect_rc 0
printf '[core]\n    remote = x\n['"'"'remote "x"'"'"']\n    url = moved\n' >conf
run cairn get lib f --rev v1 -o f3 --config conf
expect_rc 0
run cairn get lib f --rev v1 -o f4 --remote-config nonsense
expect_rc 1

case_begin "imports of the source come from where they were imported"
library
git_serve
mkdir mid
(cd mid && project && cairn import -q ../lib d && cairn import -q "$GIT_URL/lib" f && git add -A && git commit -qm import)
run cairn get mid d/e/b
echo b | expect_file b
rm -rf mid/.dvc/cache
run cairn get "$GIT_URL/mid" f
expect_rc 0
echo 2 | expect_file f
rm -rf b
run cairn get mid d/e/b
echo b | expect_file b
run cairn get mid d
expect_rc 0
diff -r d lib/d || fail "d differs"
run cairn get "$GIT_URL/mid" d -o d2 # "../lib" leads nowhere from a clone
expect_rc 1
expect_err_has "../lib"

# A repository whose Git tree says what it likes.
hostile() {
    mkdir evil
    cd evil || exit 1
    project
    tree=$(printf '100644 blob %s\t%s\n' "$(echo x | git hash-object -w --stdin)" "$1" | git mktree --missing)
    top=$(git ls-tree HEAD; printf '040000 tree %s\tdir\n' "$tree")
    git update-ref HEAD "$(git commit-tree -m bad "$(printf '%s\n' "$top" | git mktree --missing)")"
    cd ..
}

case_begin "names that lead out are not written"
hostile ..
git_serve
run cairn get "$GIT_URL/evil" dir
[ "$RC" != 0 ] || fail "accepted"
expect_err_has 'a name that is not written here'
expect_no_file dir
rm -rf evil
hostile .GIT
run cairn get "$GIT_URL/evil" dir
[ "$RC" != 0 ] || fail "accepted"
expect_err_has 'a name that is not written here'
expect_no_file dir
rm -rf evil
hostile .git # what .dvcignore leaves out by itself
run cairn get "$GIT_URL/evil" dir
[ -z "$(ls -A dir)" ] || fail "written"

case_begin "links are not followed"
mkdir evil secret
echo secret >secret/s
cd evil || exit 1
project
mkdir l
ln -s ../../secret/s l/link
ln -s ../../secret l/folder
git add -A
git commit -qm links
cd ..
git_serve
run cairn get "$GIT_URL/evil" l
expect_rc 0
expect_that "$(cat l/link)" = ../../secret/s
[ ! -d l/folder ] || fail "a link to a folder was followed"
mkdir to
ln -s ../secret to/l
run cairn get -f "$GIT_URL/evil" l -o to
echo secret | expect_file secret/s
[ "$(ls secret)" = s ] || fail "written through a link"

case_begin "a stranger's configuration, submodules and hooks run nothing"
mkdir evil
cd evil || exit 1
project
printf "[core]\n    remote = w\n[cache]\n    dir = %s\n['remote \"w\"']\n    url = webdavs://127.0.0.1:1/x\n    bearer_token_command = touch %s\n" \
    "$CASE_DIR/owned" "$CASE_DIR/ran" >.dvc/config
printf 'outs:\n- md5: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  size: 3\n  hash: md5\n  path: f\n' >f.dvc
printf 'outs:\n- md5: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.dir\n  size: 3\n  hash: md5\n  path: dd\n' >dd.dvc
printf 'frozen: true\ndeps:\n- path: f\n  repo:\n    url: "ext::touch %s"\n    rev_lock: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nouts:\n- md5: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n  size: 3\n  hash: md5\n  path: chain\n' "$CASE_DIR/ran" >chain.dvc
printf '[submodule "s"]\n\tpath = s\n\turl = ext::touch %s\n' "$CASE_DIR/ran" >.gitmodules
git update-index --add --cacheinfo 160000,"$(git rev-parse HEAD)",s
mkdir -p .git/hooks
for hook in post-checkout reference-transaction post-update pre-receive; do
    printf '#!/bin/sh\ntouch %s\n' "$CASE_DIR/ran" >.git/hooks/$hook
    chmod +x .git/hooks/$hook
done
git add -A
git -c core.hooksPath=/nonexistent commit -qm evil
cd ..
rm -f ran
git_serve
for path in f dd chain .; do
    run cairn get "$GIT_URL/evil" $path -o out
    [ "$RC" != 0 ] || fail "$path: accepted"
    case $path in
    chain) expect_err_has 'would run a command' ;;
    *) expect_err_has 'are not run' ;;
    esac
done
expect_no_file ran
expect_no_file owned
expect_no_file out

case_begin "a stranger's remote that is a folder here hands out what is recorded by its hash, and stays as it is"
known=$(echo known | md5sum | cut -c1-32)
mkdir -p evil secret/files/md5/aa "secret/files/md5/$(echo "$known" | cut -c1-2)"
echo known >"secret/files/md5/$(echo "$known" | sed 's|..|&/|')"
echo secret >secret/s
echo secret >secret/files/md5/aa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
cd evil || exit 1
project
for kind in plain worktree version_aware; do
    printf "[core]\n    remote = w\n['remote \"w\"']\n    url = %s\n" "$CASE_DIR/secret" >.dvc/config
    [ $kind = plain ] || printf '    %s = true\n' $kind >>.dvc/config
    printf 'outs:\n- md5: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  size: 7\n  hash: md5\n  path: s\n' >s.dvc
    printf 'outs:\n- size: 7\n  hash: md5\n  path: unhashed\n  cloud:\n    w:\n      etag: abcdef\n      version_id: ../s\n' >unhashed.dvc
    printf 'outs:\n- hash: md5\n  path: t\n  files:\n  - relpath: s\n    md5: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n    size: 7\n    cloud:\n      w:\n        etag: abcdef\n        version_id: version\n' >t.dvc
    printf 'outs:\n- md5: %s\n  size: 6\n  hash: md5\n  path: known\n' "$known" >known.dvc
    git add -A
    git commit -qm $kind
done
cd ..
find secret -exec stat -c '%n %Y %i' {} + | sort >before
git_serve
mkdir app && cd app && project
run cairn get "$GIT_URL/evil" known --rev HEAD~2
expect_rc 0
for rev in HEAD~2 HEAD~1 HEAD; do
    for path in s unhashed t; do
        run cairn get "$GIT_URL/evil" $path --rev $rev -o out
        [ "$RC" != 0 ] || fail "$path of $rev: accepted"
        run cairn import "$GIT_URL/evil" $path --rev $rev -o out
        [ "$RC" != 0 ] || fail "$path of $rev: imported"
        expect_no_file out
        expect_no_file out.dvc
    done
done
expect_that -z "$(grep -rl '^secret' . "$HOME/.cache/cairn" 2>/dev/null)"
cd ..
find secret -exec stat -c '%n %Y %i' {} + | sort >after
expect_same before after

cases_end
