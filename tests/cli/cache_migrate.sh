#!/bin/sh
# cache migrate: objects and records of DVC 2.
. "$(dirname "$0")/lib.sh"

# put TEXT HASH: an object of DVC 2.
put() {
    dir=.dvc/cache/$(echo "$2" | cut -c1-2)
    mkdir -p "$dir"
    # shellcheck disable=SC2059
    printf "$1" >"$dir/$(echo "$2" | cut -c3-)"
    chmod 444 "$dir/$(echo "$2" | cut -c3-)"
}
T=5bbf5a52328e7439ae6e719dfe712200 # of "one\n", which is how "one\r\n" was named
OLD=.dvc/cache/5b/bf5a52328e7439ae6e719dfe712200
NEW=.dvc/cache/files/md5/44/4bbb761e4019a61231b6f54ab82280

old_project() {
    project
    printf 'one\r\n' >t
    put 'one\r\n' $T
    printf 'outs:\n- md5: %s\n  size: 5\n  path: t\n' $T >t.dvc
    echo /t >.gitignore
}

case_begin "objects get today's names and keep the old ones"
old_project
run cairn cache migrate --dry
expect_rc 0
echo '1 object would be hashed again and named as DVC 3 does.' | expect_out
expect_no_file .dvc/cache/files
run cairn cache migrate
echo '1 object migrated to the names of DVC 3.' | expect_out
expect_that $OLD -ef $NEW
run cairn cache migrate
echo '0 objects migrated to the names of DVC 3.' | expect_out
run cairn status
echo 'Data and pipelines are up to date.' | expect_out
run cairn fsck --cache
expect_rc 0

case_begin "records, too"
old_project
run cairn cache migrate --dvc-files --dry
expect_out_has "	t.dvc"
grep -q hash t.dvc && fail "t.dvc was changed"
run cairn cache migrate --dvc-files
expect_rc 0
expect_file t.dvc <<'X'
outs:
- md5: 444bbb761e4019a61231b6f54ab82280
  size: 5
  path: t
  hash: md5
X
rm t
run cairn checkout
expect_rc 0
run cairn gc -q -w -f
expect_that -e $NEW
expect_no_file $OLD
run cairn cache migrate --dvc-files
expect_out_has "No file here"

case_begin "damage is not given a name of its own"
old_project
chmod u+w $OLD
printf 'xne\r\n' >$OLD
run cairn cache migrate
expect_rc 0
expect_out_has '0 objects'
expect_no_file .dvc/cache/files/md5/44
expect_that -e $OLD.corrupt

case_begin "what the workspace has not, or has otherwise, keeps its record"
old_project
cp t.dvc before
rm t
run cairn cache migrate --dvc-files
expect_rc 0
expect_err_has t.dvc
expect_same t.dvc before
echo other >t
run cairn cache migrate --dvc-files
expect_err_has t.dvc
expect_same t.dvc before

case_begin "nothing to do"
project
run cairn cache migrate
expect_rc 0
expect_no_file .dvc/cache
run cairn cache migrate --dvc-files --dry
expect_out_has "No file here"

cases_end
