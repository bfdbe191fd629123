#!/bin/sh
# list and du: workspace and revisions, tracked and untracked, forms of output.
. "$(dirname "$0")/lib.sh"

# A repository "lib" with tracked data, files of Git, links and a project within.
library() {
    mkdir lib
    cd lib || exit 1
    project
    mkdir -p d/e plain
    echo a >d/a
    echo bb >d/e/b
    echo 1 >f
    echo p >plain/p
    chmod +x plain/p
    ln -s f link
    cairn add -q d f
    echo 'ignored' >.dvcignore
    echo i >ignored
    mkdir inner
    (cd inner && cairn init -q --subdir)
    git add -A
    git commit -qm one
    git tag v1
    git rm -q f.dvc
    git commit -qm two
    rm d/a
    echo new >d/new
    cd ..
}

case_begin "names"
library
run cairn list lib
expect_rc 0
expect_out <<'X'
.dvcignore
.gitignore
d
d.dvc
f
link
plain
X
run cairn ls lib -R
expect_out <<'X'
.dvcignore
.gitignore
d.dvc
d/a
d/e/b
d/new
f
link
plain/p
X
run cairn list lib -R -L 2
expect_out <<'X'
.dvcignore
.gitignore
d.dvc
d/a
d/e
d/new
f
link
plain/p
X
run cairn list lib --dvc-only
echo d | expect_out
run cairn list lib --dvc-only --rev v1
printf 'd\nf\n' | expect_out
run cairn list lib d/e/b
echo b | expect_out
run cairn list lib -q
expect_out </dev/null

case_begin "JSON"
library
run cairn list lib --rev v1 --json
expect_out <<'X'
[{"isout": false, "isdir": false, "isexec": false, "size": 8, "md5": null, "path": ".dvcignore"}, {"isout": false, "isdir": false, "isexec": false, "size": 6, "md5": null, "path": ".gitignore"}, {"isout": true, "isdir": true, "isexec": false, "size": 5, "md5": "6e892a361d5128aa8dc701d50c006a93.dir", "path": "d"}, {"isout": false, "isdir": false, "isexec": false, "size": 94, "md5": null, "path": "d.dvc"}, {"isout": true, "isdir": false, "isexec": false, "size": 2, "md5": "b026324c6904b2a9cb4b88d6d61c81d1", "path": "f"}, {"isout": false, "isdir": false, "isexec": false, "size": 78, "md5": null, "path": "f.dvc"}, {"isout": false, "isdir": false, "isexec": false, "size": 1, "md5": null, "path": "link"}, {"isout": false, "isdir": true, "isexec": false, "size": 29, "md5": null, "path": "plain"}]
X
run cairn list lib d --json --dvc-only
expect_out <<'X'
[{"isout": true, "isdir": false, "isexec": false, "size": null, "md5": "60b725f10c9c85c70d97880dfe8191b3", "path": "a"}, {"isout": true, "isdir": true, "isexec": false, "size": null, "md5": null, "path": "e"}]
X
run cairn list lib plain/p --json
echo '[{"isout": false, "isdir": false, "isexec": true, "size": 2, "md5": null, "path": "p"}]' | expect_out
rm -r lib/plain/p
mkdir lib/empty
run cairn list lib empty --json
echo '[]' | expect_out

case_begin "tables and trees"
library
run cairn list lib --rev v1 --size --show-hash
expect_out <<'X'
 8  -                                     .dvcignore
 6  -                                     .gitignore
 5  6e892a361d5128aa8dc701d50c006a93.dir  d
94  -                                     d.dvc
 2  b026324c6904b2a9cb4b88d6d61c81d1      f
78  -                                     f.dvc
 1  -                                     link
29  -                                     plain
X
run cairn list lib --tree
expect_out <<'X'
.
├── .dvcignore
├── .gitignore
├── d
│   ├── a
│   ├── e
│   │   └── b
│   └── new
├── d.dvc
├── f
├── link
└── plain
    └── p
X
run cairn list lib d -T -L 1 --show-hash --dvc-only
expect_out <<'X'
6e892a361d5128aa8dc701d50c006a93.dir  d
60b725f10c9c85c70d97880dfe8191b3      ├── a
-                                     └── e
X

case_begin "from within, by URL, of Git alone"
library
cd lib/plain || exit 1
run cairn list .. --dvc-only
echo ../d | expect_out
run cairn list . p
echo p | expect_out
run cairn list . /d --rev v1
printf 'a\ne\n' | expect_out
run cairn list "file://$CASE_DIR/lib" --dvc-only
echo d | expect_out
mkdir "$CASE_DIR/git"
cd "$CASE_DIR/git" || exit 1
git init -q
echo x >x
git add x
git commit -qm x
echo y >y
run cairn list . --json
echo '[{"isout": false, "isdir": false, "isexec": false, "size": 2, "md5": null, "path": "x"}, {"isout": false, "isdir": false, "isexec": false, "size": 2, "md5": null, "path": "y"}]' | expect_out
run cairn list . --rev HEAD
echo x | expect_out

case_begin "du"
library
run cairn du lib
expect_out <<'X'
6   .gitignore
7   d
2   f
2   link
2   plain
19
X
run cairn du lib --rev v1
expect_out <<'X'
6   .gitignore
5   d
2   f
1   link
2   plain
16
X
head -c 1536 /dev/zero >lib/plain/zeros
run cairn du lib plain
expect_out <<'X'
2      plain/p
1.50k  plain/zeros
1.50k  plain
X
run cairn du lib plain -s
echo '1.50k  plain' | expect_out
run cairn du lib f
echo '2  f' | expect_out
run cairn du lib nope
expect_rc 255

case_begin "failures"
library
for words in 'lib nowhere' 'lib --rev nope' 'nolib' 'https://example.invalid/x' 'lib ../..' "$CASE_TOP/etc"; do
    # shellcheck disable=SC2086
    run cairn list $words
    expect_rc 1
done
run cairn list lib -T --json
expect_rc 255
run cairn list
expect_rc 254
run cairn list lib -R -L deep
expect_rc 254
rm lib/.dvc/cache/files/md5/*/*.dir
run cairn list lib d --rev v1
expect_rc 0
expect_out </dev/null

cases_end
