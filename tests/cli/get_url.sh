#!/bin/sh
# get-url and list-url from paths, in and out of a repository.
. "$(dirname "$0")/lib.sh"

sources() {
    mkdir -p src/d/e src/empty
    echo 1 >src/f
    chmod +x src/f
    echo a >src/d/a
    echo bbb >src/d/e/b
    ln -s d src/link
}

case_begin "files and folders, to names and into folders"
sources
run cairn get-url src/f
expect_rc 0
expect_same f src/f
expect_that ! -x f
run cairn get-url src/d copy
expect_rc 0
diff -r src/d copy >/dev/null || fail "the copy differs"
run cairn get-url src/d copy
expect_rc 0
diff -r src/d copy/d >/dev/null || fail "it did not go into the folder"
run cairn get-url "file://$CASE_DIR/src/f" made/on/the/way
expect_rc 0
expect_same src/f made/on/the/way

case_begin "what is there stays unless forced"
sources
mkdir d
echo mine >d/a
echo kept >d/kept
run cairn get-url src/d
expect_rc 1
expect_err_has "'d' is there already"
echo mine | expect_file d/a
run cairn get-url -f src/d
expect_rc 0
echo a | expect_file d/a
echo kept | expect_file d/kept
run cairn get-url src/none
expect_rc 1
expect_err_has "there is nothing at 'src/none'"

case_begin "nothing is written through a link, nor where Git keeps its own"
sources
mkdir -p d outside
ln -s ../outside d/e
run cairn get-url -f src/d
expect_rc 1
expect_no_file outside/b
mkdir -p bad/.git
echo x >bad/.git/config
run cairn get-url bad other
expect_rc 1
expect_no_file other/.git

case_begin "list-url: a folder, all files, levels, a tree"
sources
run cairn list-url src
expect_rc 0
expect_out <<'EOF'
f
link
d
empty
EOF
run cairn list-url -R src
expect_out <<'EOF'
f
link
d/a
d/e/b
EOF
run cairn list-url -R -L 2 src
expect_out <<'EOF'
f
link
d/a
d/e
EOF
run cairn list-url -T src
expect_out <<'EOF'
src
├── d
│   ├── a
│   └── e
│       └── b
├── empty
├── f
└── link
EOF
run cairn ls-url --size src/d/e
expect_out <<'EOF'
4  b
EOF
run cairn list-url src/f
echo "$CASE_DIR/src/f" | expect_out
run cairn list-url src/none
expect_rc 255
expect_err_has "there is nothing at 'src/none'"
run cairn list-url -L x src
expect_rc 254

cases_end
